"""Run a student's notebook from top to bottom and judge each exercise where it is checked.

A cell or a function that hangs or kills its kernel costs the exercise it belongs to: the kernel is started
again, the other cells are replayed, and the next exercise has its turn.
"""

import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
import numpy as np

from gancourse.exercises import does_something, follow_through
from gancourse.grading.kernel import KernelLost, StudentKernel
from gancourse.judge import Result, Verdict, judge
from gancourse.observe import encode
from gancourse.panel import html, text

CHECK = "check-"  # the grade_id of the cell that checks exercise `generator` is `check-generator`


@dataclass(frozen=True)
class Limits:
    """How long things may take, in seconds."""

    cell: float = 30
    question: float = 30
    notebook: float = 300


class Session:
    """A student's notebook being graded.

    Args:
        nb: the notebook; its cells' outputs are replaced.
        exercises: the assignment's `Exercise`s.
        compiled: the same, compiled with secret inputs, by name.
        support: a folder whose files (not its notebooks) lie beside the notebook while it runs.
        limits: a `Limits`.
        answers: names of modules that the notebook cannot import.
    """

    def __init__(self, nb, exercises, compiled, support, limits, answers=()):
        self._nb = nb
        self._exercises = {e.name: e for e in exercises}
        self._compiled = compiled
        self._support = support
        self._limits = limits
        self._answers = answers
        self._kernel = None
        self._culprits = set()  # indices of cells not to run again
        self._results = {}

    def grade(self):
        """Run and judge everything.

        Returns:
            A `Result` for every exercise, by name, whatever the notebook lacks or does.
        """
        self._deadline = time.monotonic() + self._limits.notebook
        with tempfile.TemporaryDirectory() as folder:
            self._folder = Path(folder)
            for file in self._support.iterdir() if self._support.exists() else ():
                if file.is_file() and file.suffix != ".ipynb":
                    shutil.copy(file, folder)
            try:
                self._restart(upto=0)
                for index, cell in enumerate(self._nb.cells):
                    self._visit(index, cell)
                self._judge_at_the_end()
            finally:
                self._close()
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
        try:
            self._kernel.run(cell, self._seconds(self._limits.cell))
        except KernelLost as lost:
            cell.outputs = [note_output(f"This cell {_words(lost)}; the rest was run without it.")]
            self._culprits.add(index)
            self._restart(upto=index)

    def _judge(self, name, index):
        """The `Result` of one exercise; the kernel is whole again afterwards."""
        exercise, compiled = self._exercises[name], self._compiled[name]
        if time.monotonic() > self._deadline:
            return nothing(compiled, "timed out")
        try:
            calls = [(compiled.probe(case), case.arguments) for case in compiled.cases]
            observations = self._kernel.ask(name, calls, self._seconds(self._limits.question))
        except KernelLost as lost:
            self._blame(name, index)
            return nothing(compiled, str(lost))
        if observations is None:
            return nothing(compiled, self._status_of_cell(name))
        result = judge(compiled, observations, show_inputs=False)
        if result.earned < result.points:
            try:
                wrong = [n for n in exercise.builds_on if self._can_be_followed(n)]
                alternatives = follow_through(exercise, compiled, wrong, self._call)
                result = judge(compiled, observations, alternatives, show_inputs=False)
            except KernelLost:  # by the earlier function, not by this one
                self._blame(self._called, index)
        self._note_what_is_gone(result)
        return result

    def _blame(self, name, index):
        """Leave out the cell of exercise `name` from now on, and start again."""
        self._culprits.update(i for i, cell in enumerate(self._nb.cells) if grade_id(cell) == name)
        self._restart(upto=index)

    def _call(self, name, arguments):
        """One call of the student's own function, for follow-through."""
        self._called = name
        if time.monotonic() > self._deadline:
            raise KernelLost("timed out")
        answer = self._kernel.ask(
            name, [("call", [encode(a) for a in arguments])], self._seconds(self._limits.question)
        )
        return answer[0] if answer else {"value": None, "after": [], "error": {"type": "missing"}}

    def _can_be_followed(self, name):
        """Whether an earlier function, or one below it, is wrong, and yet does something to build on."""
        if not any(map(self._answers_wrongly, (name, *self._all_below(name)))):
            return False
        known = name in self._results and self._results[name].recognised
        return known or does_something(self._exercises[name], self._call, np.random.default_rng(0))

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
        """Why there is no function: its own cell took the kernel down, or it was never written."""
        took_down = any(grade_id(self._nb.cells[i]) == name for i in self._culprits)
        return "killed" if took_down else "missing"

    def _restart(self, upto):
        """A new kernel with every cell before `upto` replayed, but those that took a kernel down."""
        while True:
            self._close()
            self._kernel = StudentKernel(self._folder, self._limits.cell, self._answers).__enter__()
            for index, cell in enumerate(self._nb.cells[:upto]):
                if cell.cell_type != "code" or checked_exercise(cell) or index in self._culprits:
                    continue
                try:
                    copy = nbformat.v4.new_code_cell(cell.source)
                    self._kernel.run(copy, self._seconds(self._limits.cell))
                except KernelLost:
                    self._culprits.add(index)
                    break
            else:
                return

    def _close(self):
        if self._kernel:
            self._kernel.__exit__()
            self._kernel = None

    def _seconds(self, limit):
        return min(limit, max(1, self._deadline - time.monotonic()))


def grade_id(cell):
    """A cell's nbgrader id, or ""."""
    return (cell.metadata.get("nbgrader") or {}).get("grade_id") or ""


def checked_exercise(cell):
    """The exercise that a cell checks, or "" for any other cell."""
    return grade_id(cell).removeprefix(CHECK) if grade_id(cell).startswith(CHECK) else ""


def nothing(compiled, status):
    """A `Result` without a point, for an exercise that gave no answers."""
    verdicts = [Verdict(p["says"], p["points"], 0.0) for p in compiled.properties]
    return Result(compiled.name, verdicts, status=status)


def panel_output(result):
    """The panel of a result as a cell output."""
    data = {"text/html": html(result), "text/plain": text(result)}
    return nbformat.v4.new_output("display_data", data=data)


def note_output(words):
    """A line of the grader's as a cell output."""
    return nbformat.v4.new_output("stream", name="stdout", text=f"[grading] {words}\n")


def _words(lost):
    return {"timed out": "took too long and was stopped", "killed": "ended the Python process"}[str(lost)]
