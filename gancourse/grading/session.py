"""Run a student's notebook from top to bottom and judge each exercise where it is checked.

A cell or a function that hangs or kills its process costs the exercise it belongs to: the process is started again,
the other cells are replayed, and the next exercise has its turn.
"""

import json
import os
import time
import traceback
from functools import partial

import nbformat

from gancourse.exercises.following import (
    FOLLOWED,
    WRITTEN_OUT,
    ask_for_numbers,
    follow_through,
    holds_by_itself,
    shares_of_response,
)
from gancourse.exercises.judge import Result, Verdict, judge
from gancourse.exercises.observe import encode
from gancourse.exercises.panel import html, text
from gancourse.exercises.readings import READINGS
from gancourse.exercises.specification import compile_with_all
from gancourse.grading.rebuild import grade_id
from gancourse.grading.sandbox import CLOCK, CPU, ProcessLost

MOST_SHOWN = 20 * 2**20  # bytes of a notebook's outputs
MOST_MEASURED, MOST_BESIDES = (
    4 * 2**20,
    20_000,
)  # characters of an answer: where it is measured, and beside what is right
REMARK = "[grading] "  # begins what the grader itself puts out
CHECK = "check-"  # the grade_id of the cell that checks exercise `generator` is `check-generator`
CHECK_ALL = "check-all"  # of the cell that lists what all of them earn

WORDS = {
    "timed out": "took too long and was stopped",
    "killed": "ended the Python process",
    "memory": "took more memory than a notebook may have",
}
NOTES = {"memory": "It took more memory than a notebook may have."}


class Session:
    """A student's notebook being graded.

    Args:
        nb: the notebook; its cells' outputs are replaced.
        exercises: the assignment's `Exercise`s.
        rng_for: the generators of the secret inputs, by exercise (see `gancourse.exercises.secret_rng`).
        room: a `gancourse.grading.sandbox.Room`.
        limits: its `Limits`.
        answers: names of modules that the notebook cannot import.
        released: the generators of the inputs that the student's own checks have; they count as well.

    Attributes:
        seconds: of CPU that the student's processes took.
        peak: bytes of memory that they held at most.
        lost: how the process was lost, each time: "timed out", "killed", "memory".
        ran_out: what ran out, each time: dictionaries of what it was `for` ("cell 7", an exercise, "the notebook"),
            `of` (`sandbox.CPU` or `CLOCK`) and `seconds`.
        errors: tracebacks of our own failures.
    """

    def __init__(self, nb, exercises, rng_for, room, limits, answers=(), released=None):
        self._nb = nb
        self._exercises = {e.name: e for e in exercises}
        self._inputs = [rng_for, *([released] if released else [])]
        self._rng_for = rng_for
        self._room = room
        self._limits = limits
        self._answers = answers
        self._process = None
        self._culprits = set()  # indices of cells not to run again
        self._shown = 0  # bytes of outputs, about
        self._results = {}
        self._cleaning = 0.0  # see `StudentProcess.cleaning`
        self._shares = {}  # of the right response, by wrong function
        self.seconds, self.peak, self.lost, self.ran_out, self.errors = 0.0, 0, [], [], []
        self.room_gone = False  # whether it was lost in the middle, with whatever ran in it

    def grade(self):
        """Run and judge everything.

        Returns:
            A `Result` for every exercise, by name, whatever the notebook lacks or does.
        """
        self._began = time.monotonic()
        try:
            self._restart(upto=0)
            for index, cell in enumerate(self._nb.cells):
                self._visit(index, cell)
            self._judge_at_the_end()
        finally:
            self._end()
        return self._results

    def _judge_at_the_end(self):
        """What could not be judged at its place: its check was lost, or stands above the function."""
        for name in self._exercises:
            if name not in self._results or self._results[name].status == "missing":
                self._results[name] = self._judge(name, len(self._nb.cells))
                checks = [c for c in self._nb.cells if c.cell_type == "code" and checked_exercise(c) == name]
                if not checks:
                    checks = [nbformat.v4.new_code_cell(f"# The check of {name} was not in the notebook.")]
                    self._nb.cells += checks
                checks[0].outputs = [panel_output(self._results[name])]

    def _visit(self, index, cell):
        if cell.cell_type != "code":
            return
        cell.outputs, cell.execution_count = [], None
        name = checked_exercise(cell)
        if name in self._exercises:
            if name not in self._results:
                self._results[name] = self._judge(name, index)
            cell.outputs = [panel_output(self._results[name])]
            return
        if grade_id(cell) == CHECK_ALL:
            return  # every check has been judged, and the feedback says the total
        if self._is_over():
            cell.outputs = [note_output("Not run: the time for the whole notebook was over.")]
            return
        try:
            self._process.run(cell, self._seconds(self._limits.cell))
            self._shown += len(json.dumps(cell.outputs))
            if self._shown > MOST_SHOWN:
                cell.outputs = [note_output("Not kept: the notebook shows more than can be stored.")]
        except ProcessLost as lost:
            self._culprits.add(index)
            why = self._restart(upto=index, lost=lost, at=f"cell {index + 1}")
            said = f" after {_amount(lost)}" if why == "timed out" else ""
            cell.outputs = [note_output(f"This cell {WORDS[why]}{said}; the rest was run without it.")]

    def _judge(self, name, index):
        """The `Result` of one exercise; the process is whole again afterwards."""
        began = time.monotonic()
        compiled = self._compiled(name, mistakes=False)
        try:
            result = nothing(compiled, "timed out") if self._is_over() else self._judgement(name, compiled, index)
        except Exception:  # in our own code, whatever a stranger's answer did to it: a person will look
            result = nothing(compiled, "grader error")
            self.errors.append(traceback.format_exc())
        self._note_what_is_gone(result)
        result.seconds = time.monotonic() - began
        return result

    def _compiled(self, name, mistakes=True):
        """An exercise with its inputs, the same whenever it is asked for, and what mistakes make of them."""
        return compile_with_all(self._exercises[name], self._inputs, mistakes)

    def _judgement(self, name, compiled, index):
        try:
            calls = [(compiled.probe(case), case.arguments) for case in compiled.cases]
            asked = name, calls, self._seconds(self._limits.question), most_expected(compiled)
            observations = self._process.ask(*asked, axes=self._axes(name))
        except ProcessLost as lost:
            why = self._blame(name, index, lost)
            note = f"It was stopped after {_amount(lost)}." if why == "timed out" else NOTES.get(why)
            return nothing(compiled, "killed" if why == "memory" else why, note)
        if observations is None:
            return nothing(compiled, self._status_of_cell(name))
        return self._judged(compiled, observations, index)

    def _axes(self, name):
        """How many axes the right answers of the exercises have that one builds on."""
        return {n: self._compiled(n, mistakes=False).axes for n in self._all_below(name)}

    def _judged(self, compiled, observations, index):
        """The `Result` of what an exercise's function did with its inputs."""
        result, exercise = judge(compiled, observations, show_inputs=False), self._exercises[compiled.name]
        if result.earned == result.points:
            return result
        compiled = self._compiled(exercise.name)
        result = judge(compiled, observations, show_inputs=False)
        earlier = [n for n in exercise.builds_on if any(map(self._answers_wrongly, (n, *self._all_below(n))))]
        return self._followed(compiled, observations, earlier, result, index) if earlier else result

    def _followed(self, compiled, observations, earlier, result, index):
        """The `Result` with what follows from wrong earlier functions; `result` is the one without."""
        name = compiled.name
        # The earlier function is asked in a process that has not seen these inputs, nor what was answered to them.
        self._restart(upto=index)
        self._called = name
        try:
            wrong = [n for n in earlier if self._can_be_followed(n)]
            alternatives = follow_through(self._exercises[name], compiled, wrong, self._call)
            followed = judge(compiled, observations, alternatives, show_inputs=False)
            return self._earned_by_itself(compiled, wrong, result, followed)
        except ProcessLost as lost:  # by the earlier function, not by this one
            self._blame(self._called, index, lost)
            return result

    def _earned_by_itself(self, compiled, wrong, result, followed):
        """The `Result` `followed`, with the verdicts of `result` where a step is no right one of its own."""
        phrases = [v.followed for v in followed.verdicts]
        if not any(phrases):
            return followed
        name, calls = compiled.name, [(compiled.probe(case), case.arguments) for case in compiled.cases]

        def ask(stand_ins):
            self._called = name
            asked = name, calls, self._seconds(self._limits.question), most_expected(compiled), stand_ins
            return self._process.ask(*asked, self._axes(name)) or nothing_seen(calls)

        def own(earlier):
            (low, high), (least, most) = WRITTEN_OUT, self._shares[earlier]
            near = self._is_known(earlier) or (low <= least and most <= high)
            return partial(ask_for_numbers, self._call, earlier) if near else None

        earlier = {n: self._exercises[n] for n in wrong}
        rng = self._rng_for(f"{name}/stand-ins")
        holds = holds_by_itself(self._exercises[name], compiled, earlier, phrases, ask, own, rng)
        for at, (phrase, right) in enumerate(zip(phrases, holds, strict=True)):
            if phrase and not right:
                followed.verdicts[at] = result.verdicts[at]
        return followed if any(v.followed for v in followed.verdicts) else result

    def _blame(self, name, index, lost):
        """Leave out the cell of exercise `name` from now on, and start again; why the process was lost."""
        self._culprits.update(i for i, cell in enumerate(self._nb.cells) if grade_id(cell) == name)
        return self._restart(upto=index, lost=lost, at=name)

    def _call(self, name, arguments):
        """One call of the student's own function, for follow-through."""
        self._called = name
        if self._is_over():
            raise ProcessLost("timed out")
        answer = self._process.ask(
            name, [("call", [encode(a) for a in arguments])], self._seconds(self._limits.question)
        )
        return answer[0] if answer else {"value": None, "after": [], "error": {"type": "missing"}}

    def _can_be_followed(self, name):
        """Whether a wrong earlier function is near enough to a right one to build on."""
        rng = self._rng_for(f"{name}/response")
        self._shares[name] = shares_of_response(self._exercises[name], self._call, rng)
        return self._is_known(name) or self._shares[name][0] >= FOLLOWED

    def _is_known(self, name):
        """Whether an earlier function is one of the known misconceptions, or right."""
        result = self._results.get(name)
        return result is not None and bool(result.recognised or result.earned == result.points)

    def _answers_wrongly(self, name):
        """Whether an earlier function answers, but not with the textbook's numbers (earned or not)."""
        result = self._results.get(name)
        return (
            result is not None
            and result.status == "judged"
            and any(v.followed or not v.earned for v in result.verdicts)
        )

    def _note_what_is_gone(self, result):
        """Say beside lost points that an earlier function, gone since it hung, died or never was, may be the reason."""
        gone = [n for n in self._all_below(result.name) if self._results[n].status != "judged"]
        for verdict in result.verdicts:
            if gone and not verdict.earned:
                names = " and ".join(f"`{n}`" for n in gone)
                verdict.note = f"Your {names} was missing or had to be stopped; this was tried without it."

    def _all_below(self, name):
        """The earlier exercises that `name` builds on, directly or not, of those judged so far."""
        below = [n for n in self._exercises[name].builds_on if n in self._results]
        return list(dict.fromkeys(below + [deep for n in below for deep in self._all_below(n)]))

    def _status_of_cell(self, name):
        """Why there is no function: its own cell took the process down, or it was never written."""
        took_down = any(grade_id(self._nb.cells[i]) == name for i in self._culprits)
        return "killed" if took_down else "missing"

    def _restart(self, upto, lost=None, at=None):
        """A new process with every cell before `upto` replayed, but those that took a process down.

        Returns:
            Why the process before was lost: "timed out", "killed" or "memory".
        """
        why = self._end(lost, at)
        while True:
            self._process = self._room.start(self._limits, self._answers)
            self._process.cleaning = self._cleaning
            for index, cell in enumerate(self._nb.cells[:upto]):
                if cell.cell_type != "code" or checked_exercise(cell) or index in self._culprits or self._is_over():
                    continue
                try:
                    copy = nbformat.v4.new_code_cell(cell.source)
                    self._process.run(copy, self._seconds(self._limits.cell), keep=False)
                except ProcessLost as again:
                    self._culprits.add(index)
                    self._end(again, f"cell {index + 1}")
                    break
            else:
                return why

    def _end(self, lost=None, at=None):
        """End the process, if there is one, and add up what it cost; why it was lost, if it was, while at what."""
        why = str(lost) if lost else None
        if self._process:
            self._cleaning = self._process.cleaning
            cost, self._process = self._process.end(), None
            self.seconds += cost["seconds"]
            self.peak = max(self.peak, cost["peak"])
            why = cost["reason"] or why
            self.room_gone |= cost.get("gone", False)
        if lost:
            self.lost.append(why)
            if why == "timed out":
                self._note_what_ran_out(at, lost.of, lost.seconds)
        return why

    def _note_what_ran_out(self, at, of, seconds):
        entry = {"for": at, "of": of, "seconds": round(seconds, 1)}
        if of and entry not in self.ran_out:
            self.ran_out.append(entry)

    def _is_over(self):
        """Whether the time for the whole notebook is over, its CPU's or the clock's."""
        for of, left, limit in (
            (CPU, self._cpu_left(), self._limits.notebook),
            (CLOCK, self._clock_left(), self._limits.notebook * self._limits.wall),
        ):
            if left <= 0:
                self._note_what_ran_out("the notebook", of, limit)
                return True
        return False

    def _clock_left(self):
        return self._began + self._limits.notebook * self._limits.wall - time.monotonic()

    def _cpu_left(self):
        """Seconds of CPU that the notebook still has, or a lower bound while there are plenty: looking takes time."""
        least = self._limits.notebook - (time.monotonic() - self._began) * (os.cpu_count() or 1)
        if least > self._limits.notebook / 2:
            return least
        try:
            return self._limits.notebook - self.seconds - (self._process.cpu() if self._process else 0.0)
        except ProcessLost:  # whoever asks it something next will notice
            return self._limits.notebook - self.seconds

    def _seconds(self, limit):
        return min(limit, max(1, self._cpu_left()))


def _amount(lost):
    """What ran out, in words."""
    return f"{lost.seconds:.0f} seconds of {lost.of}" if lost.of else "the time for the whole notebook"


def checked_exercise(cell):
    """The exercise that a cell checks, or "" for any other cell."""
    name = grade_id(cell)
    return name.removeprefix(CHECK) if name.startswith(CHECK) and name != CHECK_ALL else ""


def nothing(compiled, status, note=None):
    """A `Result` without a point, for an exercise that gave no answers."""
    verdicts = [Verdict(p["says"], p["points"], 0.0, note=note) for p in compiled.properties]
    return Result(compiled.name, verdicts, status=status)


def most_expected(compiled):
    """Characters that one answer to an exercise may have: several times what is right, more where it is measured."""
    if any(p.get("measure") or p["probe"] in READINGS for p in compiled.properties):
        return MOST_MEASURED
    return MOST_BESIDES + 4 * max(len(json.dumps([case.arguments, case.expected])) for case in compiled.cases)


def nothing_seen(calls):
    """Observations of a function that is gone."""
    return [{"value": None, "after": [], "error": {"type": "missing", "message": "", "line": ""}} for _ in calls]


def panel_output(result):
    """The panel of a result as a cell output."""
    data = {"text/html": html(result), "text/plain": text(result)}
    return nbformat.v4.new_output("display_data", data=data)


def note_output(words):
    """A line of the grader's as a cell output."""
    return nbformat.v4.new_output("stream", name="stdout", text=f"{REMARK}{words}\n")
