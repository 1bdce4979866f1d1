"""How an answer gets into the bank: two decorators that write it down with its exercise and a sentence."""


def writers(answers, still_open):
    """Decorators `wrong` and `right` that add to `answers`, or to `still_open` where `seen` says what came of it.

    Either takes the exercise's name and a sentence: what is wrong with the answer, or unusual about it.
    """

    def writer(kind):
        def note(exercise, sentence, seen=None):
            def add(answer):
                answer.__name__ = answer.__qualname__ = exercise
                entry = (exercise, kind, sentence, answer)
                answers.append(entry) if seen is None else still_open.append((*entry, seen))
                return answer

            return add

        return note

    return writer("wrong"), writer("right")
