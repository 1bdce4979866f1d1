"""What goes on slides is chosen from a lecture's text, and a cell can choose otherwise."""

import nbformat
import pytest

from gancourse.lectures.excerpts import beginning, blocks, excerpts, sentences

PICTURE = {"image/png": "iVBORw0KGgo=", "text/plain": "a line that rises"}


def text(source, **deck):
    return nbformat.v4.new_markdown_cell(source, metadata={"deck": deck} if deck else {})


def code(source="run()", *, printed="", pictures=0, shown="", **deck):
    outputs = [nbformat.v4.new_output("stream", name="stdout", text=printed)] if printed else []
    outputs += [nbformat.v4.new_output("display_data", data=PICTURE) for _ in range(pictures)]
    if shown:
        outputs.append(nbformat.v4.new_output("display_data", data={"text/markdown": f"```python\n{shown}\n```"}))
    return nbformat.v4.new_code_cell(source, outputs=outputs, metadata={"deck": deck} if deck else {})


def slides(*cells):
    return excerpts(nbformat.v4.new_notebook(cells=list(cells)))


ASKED = text("## 1. A game\n\nIt has rules. " + "Many more words follow here. " * 9 + "\n\n> **Predict:** who wins?")


def test_a_question_has_its_own_slide_and_the_next_one_answers():
    told, question, answer = slides(ASKED, code(pictures=1), text("Nobody. They circle.\n\nAnd so on."))
    assert (question.kind, question.label, question.text) == ("question", "Predict", ["Who wins?"])
    assert not question.picture
    assert answer.picture and answer.text == ["Nobody. They circle."]
    assert told.title == question.title == answer.title == "1. A game"


def test_long_prose_is_for_the_speaker():
    told = slides(ASKED)[0]
    assert told.words() < 45
    assert told.notes[0].count("Many more words") == 9


def test_an_equation_comes_with_the_sentence_before_it_and_a_second_one_on_a_second_slide():
    source = "## A\n\nThis is the loss:\n\n$$a = b$$\n\n" + "Something else is said. " * 12 + "So we get\n\n$$c\n= d$$"
    first, second = slides(text(source))
    assert first.text == ["This is the loss:", "$$a = b$$"]
    assert second.text == ["So we get", "$$c\n= d$$"]


def test_a_figure_of_which_nothing_is_said_joins_the_heading():
    (slide,) = slides(text("## A\n\nHere it is."), code(pictures=1))
    assert slide.picture and slide.text == ["Here it is."]


def test_a_picture_in_the_text_is_the_slides_and_a_second_one_has_its_own():
    first, second = slides(text("# A\n\n![a face](a.png)\n\nNobody drew it.\n\n![the game](b.png)"))
    assert (first.picture, first.text) == ('<img alt="a face" src="a.png">', ["Nobody drew it."])
    assert second.picture == '<img alt="the game" src="b.png">'


def test_prints_go_on_a_slide_where_there_is_no_figure_and_they_fit():
    assert slides(text("## A"), code(printed="1 2 3\n"))[-1].printed == "1 2 3"
    assert not any(s.printed for s in slides(text("## A\n\nB."), code(printed="x" * 200)))
    assert not any(s.printed for s in slides(text("## A\n\nB."), code(printed="1", pictures=1)))


def test_only_short_code_that_the_lecture_displays_is_shown():
    short = 'def loss(x):\n    """What it is,\n    in words."""\n    return x'
    assert slides(text("## A"), code(shown=short))[-1].code == "def loss(x):\n    return x"
    assert not any(s.code for s in slides(text("## A\n\nB."), code("a = 1"), code(shown="a = 1\n" * 13)))


def test_a_cell_may_choose_otherwise():
    heading = text("## A\n\nThe automatic choice.", say="Mine.")
    assert slides(heading)[0].text == ["Mine."]
    chosen = slides(heading, code("a\nb\nc\nd", pictures=2, code=[2, 3], figures=[1], say="See."))
    assert [(s.code, bool(s.picture)) for s in chosen[-2:]] == [("b\nc", False), ("", True)]
    assert chosen[-1].text == ["See."]
    assert len(slides(text("## A\n\nB."), text("Not shown.", skip=True), code(pictures=1, skip=True))) == 1
    answered = slides(ASKED, code(pictures=1), text("Long and winding.", say="Nobody."))
    assert answered[-1].text == ["Nobody."] and "Long and winding." in answered[-1].notes


def test_a_long_list_goes_on_on_a_second_slide():
    made = slides(text("## A\n\n" + "\n".join(f"- point {i}. With details." for i in range(8))))
    assert [t.count("point") for s in made for t in s.text] == [6, 2]


def test_sentences_are_whole():
    said = "By 3.5 % (Lin et al. 2018, i.e. much). **Note.** Set $a. b$ to `x. y`: it is 0. Good?"
    first, second = "By 3.5 % (Lin et al. 2018, i.e. much).", "**Note.** Set $a. b$ to `x. y`: it is 0. Good?"
    assert sentences(said) == [first, second]
    assert beginning("One two. Three four five six. Seven.", 3) == "One two."


@pytest.mark.parametrize(
    "source, kinds",
    [
        ("## A\ntext\n$$x$$\n> q\n> r", ["heading", "paragraph", "equation", "quote"]),
        ("- a\n\n  more of a\n- b\n\ntext", ["list", "paragraph"]),
        ("```\n# no heading\n```\n\n| a |\n|---|\n| 1 |", ["code", "table"]),
        ("$$a\n= b$$\n\n<br>", ["equation", "html"]),
    ],
)
def test_blocks(source, kinds):
    assert [kind for kind, _ in blocks(source)] == kinds
