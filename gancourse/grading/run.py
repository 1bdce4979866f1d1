"""Grade a class: take in what was handed in, grade it on every core, record it with one pen, sum up.

Outcomes are stored as they come, each once, by the key of their task. Whatever kills this process, the next run finds
them and goes on.
"""

import concurrent.futures
import errno
import functools
import json
import multiprocessing
import os
import select
import shutil
import signal
import sqlite3
import sys
import threading
import warnings
from collections import Counter
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import nbformat
from sqlalchemy.exc import DatabaseError, OperationalError, SAWarning
from tqdm import tqdm

from gancourse import course
from gancourse.exercises.release import release
from gancourse.grading.intake import printable
from gancourse.grading.received import UNGRADABLE, iso, misplaced, take_in_class, write_whole
from gancourse.grading.record import outcome_path, read_outcome, read_record, record_path, write_record
from gancourse.grading.rooms import ROOMS
from gancourse.grading.roster import FILE, strangers
from gancourse.grading.sandbox import CLOCK, THREAD, Limits, require_bubblewrap
from gancourse.grading.task import GRADER_ERROR, grade_submission, make_task

LATE = "nbgrader.preprocessors.AssignLatePenalties"
TRIES = 3  # of a task whose worker died under it


def grade(root, assignment, force=False, scheduler=None, sandboxed=True, workers=None, times=None):
    """Grade what lies in `submitted/<student>/<assignment>/` and is new or changed.

    Args:
        root: the course's root.
        assignment: its name, such as "ps1".
        force: grade everything again.
        scheduler: address of a Dask cluster to grade on; this machine's cores if left out.
        sandboxed: whether to run the students' code under bubblewrap.
        workers: how many submissions at a time on this machine; one per core if left out.
        times: when submissions were received, see `gancourse.grading.received.take_in_class`.

    Returns:
        A `Counter`: how many submissions have each status, and of those how many were "unchanged", and in how many
        there is "tampering suspected".

    Raises:
        CourseError: no such assignment, nothing was handed in, or no sandbox.
    """
    root = Path(root)
    course.load_exercises(root, assignment)  # says so at once if there is no such assignment
    if sandboxed and scheduler is None:
        require_bubblewrap()
    course.grading_key(root)  # made before the first submission is looked at
    limits = settings(root)
    with _one_at_a_time(root), _working_in(root), _told_in_a_line():
        if not _is_released(root, assignment):
            release(root, assignment)
        receipts = take_in_class(root, assignment, times)
        if not receipts:
            raise course.CourseError(
                f"Nothing to grade: there is no submitted/<student>/{assignment}/. Put what students handed in there, "
                f"or run `gancourse collect {assignment}`."
            )
        for line in _compare_times(times, receipts) if times else ():
            tqdm.write(line, file=sys.stderr)
        tasks = {s: _task(root, assignment, s, limits, sandboxed) for s, r in receipts.items() if not r.refused}
        if unknown := strangers(root, tasks):
            who = ", ".join(unknown)
            tqdm.write(f"Graded, but not in {FILE}: {who}. Add them, or rename their folders.", file=sys.stderr)
        done = {s for s, t in tasks.items() if not force and _is_recorded(root, assignment, receipts[s], t)}
        todo = {s: task for s, task in tasks.items() if s not in done}
        stored = {} if force else {s: o for s, t in tasks.items() if (o := read_outcome(root, assignment, t.key))}
        with Jobs({s: t for s, t in todo.items() if s not in stored}, scheduler, workers) as jobs:
            clerk = Clerk(root, assignment, sandboxed)  # imports nbgrader, while the workers warm up
            done -= clerk.lost(done)
            for student, receipt in receipts.items():
                if receipt.refused:
                    clerk.refuse(student, receipt)
            for student in stored.keys() - done:
                clerk.record(student, receipts[student], tasks[student], stored[student])
            progress = {"total": len(jobs.todo), "desc": assignment, "unit": " submissions", "disable": not jobs.todo}
            with tqdm(**progress, file=sys.stderr) as bar:
                for student, outcome in jobs.outcomes():
                    if outcome["status"] != GRADER_ERROR:  # that one is tried again next time
                        write_whole(outcome_path(root, assignment, tasks[student].key), json.dumps(outcome))
                    clerk.record(student, receipts[student], tasks[student], outcome)
                    bar.update()
        for student in done:
            clerk.finish(student)
        clerk.export()
    return _count(root, assignment, receipts, done)


def settings(root):
    """The `Limits` that nbgrader_config.py sets.

    Raises:
        CourseError: there is no such limit, or it is no number, or the file cannot be run.
    """
    return Limits.of(course.nbgrader_config(root).JudgeNotebook.get("limits", {}))


def _is_released(root, assignment):
    """Whether both the students' folder and the gradebook know the assignment."""
    book = root / "gradebook.db"
    if not (root / "assignments" / assignment / f"{assignment}.ipynb").exists() or not book.exists():
        return False
    known = "SELECT 1 FROM notebook JOIN assignment ON assignment.id = notebook.assignment_id WHERE assignment.name = ?"
    try:  # not by nbgrader, which takes a second to import, while the workers could warm up
        with closing(sqlite3.connect(f"{book.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute(known, [assignment]).fetchone() is not None
    except sqlite3.DatabaseError as error:
        told = course.gradebook_trouble(str(error)) or f"gradebook.db cannot be read ({error})."
        raise course.CourseError(f"{told} Nothing is lost.") from error


def _task(root, assignment, student, limits, sandboxed):
    """The task of what lies rebuilt in `submitted/`."""
    place = root / "submitted" / student / assignment / f"{assignment}.ipynb"
    return make_task(root, assignment, student, nbformat.read(place, as_version=4), limits, sandboxed)


def _is_recorded(root, assignment, receipt, task):
    """Whether this very submission was graded and recorded to the end."""
    record = read_record(root, assignment, receipt.student)
    place = root / "autograded" / receipt.student / assignment / f"{assignment}.ipynb"
    if not record or record["key"] != task.key or record["status"] == GRADER_ERROR or not place.exists():
        return False
    if (record["number"], record["received"]) != (receipt.number, receipt.received):
        return False
    # The graded notebook is written last. Killed just before, an older one lies there.
    return place.stat().st_mtime_ns >= record_path(root, assignment, receipt.student).stat().st_mtime_ns


def _compare_times(times, receipts):
    """Lines on how the instructor's list of times and what came in differ."""
    came = {student: receipt for student, receipt in receipts.items() if receipt.number}
    names = {
        "Nobody of this name handed in, but is in the list of times": times.keys() - came.keys(),
        "Not in the list of times, and so received when this command first saw it": came.keys() - times.keys(),
        "The list's time is no later than that of an earlier version, and is not used": {
            s for s in came.keys() & times.keys() if came[s].received != iso(times[s])
        },
    }
    return [f"{said}: {', '.join(sorted(map(printable, who)))}." for said, who in names.items() if who]


def _count(root, assignment, receipts, done):
    records = [read_record(root, assignment, student) or {"status": UNGRADABLE} for student in receipts]
    suspected = sum(bool(record.get("suspected")) for record in records)
    counts = Counter(record["status"] for record in records)
    return counts + Counter({"unchanged": len(done), "tampering suspected": suspected})


# --- where the work is done -----------------------------------------------------------------------------------------


class Jobs:
    """Tasks being graded by workers, here or on a cluster. Use as a context manager; they begin at once.

    Args:
        todo: `Task`s by student.
        scheduler, workers: as in `grade`.
    """

    def __init__(self, todo, scheduler=None, workers=None):
        self.todo, self._scheduler, self._workers = dict(todo), scheduler, workers

    def __enter__(self):
        self._stack = ExitStack()
        self._submit()
        return self

    def __exit__(self, *exc_info):
        return self._stack.__exit__(*exc_info)

    def _submit(self):
        self._stack.close()
        executor = self._stack.enter_context(_executor(self._scheduler, self._workers, [*self.todo.values()]))
        self._futures = {executor.submit(grade_submission, task): student for student, task in self.todo.items()}

    def outcomes(self):
        """Pairs of student and outcome as they come; a task whose worker dies is tried again.

        What ran out of time by the clock may have had no turn beside the others, and what ran in a room that was killed
        did nothing to deserve it: both are tried again at the end, alone, and what comes of that counts.
        """
        alone = {}
        for student, task, outcome in self._first_outcomes():
            if outcome.get("room_gone") or any(out["of"] == CLOCK for out in outcome.get("ran_out", ())):
                alone[student] = task
            else:
                yield student, outcome
        if alone:
            tqdm.write(
                f"Once more, one at a time, for lack of time or of a room: {', '.join(map(printable, alone))}",
                file=sys.stderr,
            )
        # One worker takes them in turn; a cluster would not.
        for batch in [alone] if alone and not self._scheduler else [{s: t} for s, t in alone.items()]:
            self.todo, self._workers = dict(batch), 1
            self._submit()
            for student, _, outcome in self._first_outcomes():
                yield student, outcome

    def _first_outcomes(self):
        tries = Counter()
        while self.todo:
            for future in concurrent.futures.as_completed(self._futures):
                student = self._futures[future]
                try:
                    outcome = future.result()
                except BrokenProcessPool:
                    continue
                except Exception as error:
                    outcome = _failed(self.todo[student], f"{type(error).__name__}: {error}")
                yield student, self.todo.pop(student), outcome
            if self.todo:
                # Nobody knows whose task it was. One worker takes them in order, so that it is the first of them.
                self._workers, first = 1, next(iter(self.todo))
                tries[first] += 1
                if tries[first] > TRIES:
                    task = self.todo.pop(first)
                    yield first, task, _failed(task, "The worker died each time it graded this.")
                self._submit()


def _failed(task, error):
    return {"status": GRADER_ERROR, "exercises": [], "notebook": task.notebook, "errors": [error]} | dict.fromkeys(
        ("seconds", "cpu_seconds", "peak_memory"), 0
    )


@contextmanager
def _executor(scheduler, workers, tasks):
    if not tasks:
        yield None
    elif scheduler:
        from dask.distributed import Client

        with Client(scheduler) as client:
            yield client.get_executor(pure=False, retries=TRIES)
    else:
        with _local_workers(min(workers or len(os.sched_getaffinity(0)), len(tasks)), tasks[0]) as pool:
            yield pool


@contextmanager
def _local_workers(count, task):
    """A pool of processes with seats in one sandbox."""
    # A fork has everything imported. It is safe while no other thread works, as at first in `gancourse grade`.
    others = [t for t in threading.enumerate() if t is not threading.main_thread() and not t.name.startswith(THREAD)]
    if sys.platform == "linux" and not others:
        context = multiprocessing.get_context("fork")
        held, seats = ROOMS.share(task, count)
        numbers = context.SimpleQueue()
        for number in range(count):
            numbers.put(number)
    else:
        context, held, seats, numbers = multiprocessing.get_context("spawn"), None, None, None
    pool = concurrent.futures.ProcessPoolExecutor(count, context, _begin_work, (os.getpid(), seats, numbers))
    try:
        yield pool
    except BaseException:  # Ctrl-C above all: nobody waits for a notebook that hangs
        for worker in multiprocessing.active_children():
            worker.kill()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        if held:
            for taken in (*seats, held):
                ROOMS.give_back(taken)
            ROOMS.close()


def _begin_work(grader, seats, numbers):
    """Take a seat; end, and the room with it, when the grader does, however that ends: nobody would tell."""
    import atexit

    atexit.register(ROOMS.close)
    if seats:
        ROOMS.give_back(seats[numbers.get()])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the grader's to handle
    if hasattr(os, "pidfd_open"):
        ended = os.pidfd_open(grader)
        threading.Thread(target=lambda: (select.select([ended], [], []), os._exit(1)), daemon=True).start()


# --- the one pen ----------------------------------------------------------------------------------------------------


@contextmanager
def _finishing_first():
    """Ctrl-C waits until what was begun is written: nbgrader's converters would take it for an error and go on."""
    if threading.current_thread() is not threading.main_thread():  # Ctrl-C comes to the main thread only
        yield
        return
    came = []
    before = signal.signal(signal.SIGINT, lambda *_: came.append(True))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt


class Clerk:
    """Writes the gradebook, the records and the feedback: one process, one submission after another."""

    def __init__(self, root, assignment, sandboxed=True):
        import nbgrader.api

        # nbgrader makes an engine for every look at the gradebook, and SQLAlchemy compiles every query anew for it.
        if not hasattr(nbgrader.api.create_engine, "cache_info"):
            nbgrader.api.create_engine = functools.lru_cache(nbgrader.api.create_engine)
        warnings.filterwarnings("ignore", category=SAWarning)  # nbgrader's own, three per submission
        self._root, self._assignment = root, assignment
        self._api = course.nbgrader_api(root)
        config = self._api.config
        config.JudgeNotebook.sandboxed = sandboxed
        # The rule for late work is applied by `finish`, to all alike, so that its faults are not taken for a grader's.
        config.Autograde.autograde_preprocessors = [s for s in config.Autograde.autograde_preprocessors if s != LATE]
        self._late = late_rule(config)

    def lost(self, students):
        """Those of whom the gradebook has nothing, whatever the records say."""
        with self._api.gradebook as gradebook:
            known = {s.student.id for s in gradebook.assignment_submissions(self._assignment)}
        return students - known

    @_finishing_first()
    def record(self, student, receipt, task, outcome):
        """Enter an outcome into the gradebook, and write the student's record and feedback."""
        from gancourse.grading.nbgrader_steps import PREPARED

        if outcome["exercises"]:
            PREPARED[task.key] = outcome
            try:
                done = self._api.autograde(self._assignment, student, force=True)
            finally:
                PREPARED.pop(task.key)
            if done["success"]:
                return self.finish(student)
            said = f"{done.get('log', '')}\n{done.get('error', '')}"
            if "error accessing the nbgrader database" in said:  # nothing is wrong with the submission
                lines = said.strip().splitlines()
                told = next((line for line in lines if "sqlite3." in line), lines[-1])
                raise OperationalError("autograde", {}, told)
            outcome = outcome | {"errors": [*outcome["errors"], said]}
        self._withdraw(student, receipt, outcome | {"status": GRADER_ERROR})
        return tqdm.write(f"{student}: grader error, see records/{self._assignment}/{student}.json", file=sys.stderr)

    def refuse(self, student, receipt):
        """Record that a submission cannot be graded."""
        known = read_record(self._root, self._assignment, student)
        if receipt.number and not (known and known["status"] == UNGRADABLE and known["number"] == receipt.number):
            self._withdraw(student, receipt, {"status": UNGRADABLE, "exercises": []})
        tqdm.write(f"{student}: ungradable. {receipt.refused}", file=sys.stderr)

    def _withdraw(self, student, receipt, outcome):
        from gancourse.grading.nbgrader_steps import forget

        with self._api.gradebook as gradebook:
            gradebook.update_or_create_student(student)
            gradebook.update_or_create_submission(self._assignment, student, timestamp=receipt.received)
            known = read_record(self._root, self._assignment, student) or {}
            superseded = forget(gradebook, self._assignment, student, known)
        for place in ("autograded", "feedback"):
            shutil.rmtree(self._root / place / student / self._assignment, ignore_errors=True)
        write_record(self._root, self._assignment, student, vars(receipt), outcome, None, superseded)

    @_finishing_first()
    def finish(self, student):
        """Apply the rule for late work, and write the student's page: points by hand, a due date may have come."""
        about = {"assignment": self._assignment, "notebook": self._assignment, "student": student}
        about["db_url"] = self._api.coursedir.db_url
        try:
            self._late.preprocess(nbformat.v4.new_notebook(), {"nbgrader": about})
        except OperationalError:
            raise
        except Exception as error:  # the instructor's code
            told = f"{type(error).__name__}: {error}"
            tqdm.write(
                f"{student}: {self._late.plugin_class.__name__} failed ({told}). Mend it and run this again; till "
                "then the points taken off stay as they were.",
                file=sys.stderr,
            )
        done = self._api.generate_feedback(self._assignment, student, force=True)
        if not done["success"]:
            tqdm.write(f"{student}: no feedback.\n{done.get('log') or done.get('error')}", file=sys.stderr)

    def export(self):
        """Write all grades into grades.csv."""
        from gancourse.grading.export import write_table

        with self._api.gradebook as gradebook:
            write_table(self._root, gradebook, self._root / "grades.csv")


def late_rule(config):
    """Nbgrader's step that takes points off late work, with the plugin that the config names.

    Raises:
        CourseError: there is no such plugin.
    """
    from nbgrader.preprocessors import AssignLatePenalties

    try:
        return AssignLatePenalties(config=config)
    except Exception as error:  # of traitlets, or of the instructor's file as it is imported
        raise course.CourseError(
            f"The rule for late work cannot be used: {type(error).__name__}: {error} Look at "
            "c.AssignLatePenalties.plugin_class in nbgrader_config.py, and at the file that it names."
        ) from error


@contextmanager
def _one_at_a_time(root):
    """Two graders would write over each other."""
    import fcntl

    with open(root / ".grading.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise course.CourseError("Another `gancourse grade` is at work in this course. Wait for it.") from error
        yield


@contextmanager
def _told_in_a_line():
    """What is wrong with the machine, not with a submission; run again, grading goes on where it stopped."""
    try:
        yield
    except DatabaseError as error:
        if told := course.gradebook_trouble(str(error.orig)):
            raise course.CourseError(f"{told} Nothing is lost. ({str(error.orig)[:200]})") from error
        if not isinstance(error, OperationalError):
            raise
        raise course.CourseError(
            "The gradebook cannot be written: another program holds it, or the disk is full or read-only. Nothing is "
            f"lost: mend that and run the same command again. ({str(error.orig)[:200]})"
        ) from error
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
            raise
        raise course.CourseError(
            f"{error.strerror}: {error.filename}. Nothing is lost: make room and run the same command again."
        ) from error


@contextmanager
def _working_in(folder):
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


# --- the end of a run -----------------------------------------------------------------------------------------------


def waiting(root, assignment):
    """How many submissions have a part that a person must still score; what cannot be graded has none."""
    with _working_in(root), course.nbgrader_api(root).gradebook as gradebook:
        open_ones = [s.student.id for s in gradebook.assignment_submissions(assignment) if s.needs_manual_grade]
    return sum(bool((read_record(root, assignment, student) or {}).get("exercises")) for student in open_ones)


def summary(root, assignment):
    """The class as text: points by machine per student, status, and what a person should look at."""
    records = [
        json.loads(p.read_text(encoding="utf-8")) for p in sorted((root / "records" / assignment).glob("*.json"))
    ]
    astray = [r for r in misplaced(root, assignment).values() if r.student not in {x["student"] for x in records}]
    records += [vars(receipt) | {"status": UNGRADABLE, "exercises": None, "superseded": []} for receipt in astray]
    late, by_hand = _in_gradebook(root, assignment)
    lines, ids = ["  student              status       by machine"], [record["student"] for record in records]
    for record in records:
        student = record["student"]
        exercises = record["exercises"] or []
        points = (
            f"{sum(e['earned'] for e in exercises):g} of {sum(e['points'] for e in exercises):g}" if exercises else ""
        )
        odd = [f"{e['name']} {e['status']}" for e in exercises if e["status"] != "judged"]
        odd += [record["refused"]] if record["refused"] else []
        if record["status"] in ("timed out", "killed") and not odd:
            odd.append("a cell outside the exercises; it cost no points")
        odd += [f"{out['for']}: {out['seconds']:g} s of {out['of']} ran out" for out in record.get("ran_out") or ()]
        odd += [f"late, {late[student]:g} points off"] if late.get(student) else []
        again = {s["cell"]: s for s in record["superseded"] if (student, s["cell"]) not in by_hand}
        odd += [f"taken back, {s['manual_score']:g} by hand for {cell}" for cell, s in again.items()]
        odd += [f"CHOOSE: {c}" for c in record["choices"]] + [f"TAMPERING SUSPECTED: {s}" for s in record["suspected"]]
        others = [i for i in ids if i != record["student"] and i.lower() == record["student"].lower()]
        odd += [f"the same person as {other}? Only capitals differ" for other in others]
        lines.append(f"  {student:<20} {record['status']:<12} {points:>10}  {'; '.join(odd)}".rstrip())
    return "\n".join(lines)


def _in_gradebook(root, assignment):
    """Points taken off for being late, by student; pairs of student and cell that have a score by hand."""
    from nbgrader.api import Assignment, BaseCell, Grade, SubmittedAssignment, SubmittedNotebook
    from sqlalchemy import select

    from gancourse.grading.export import read_scores

    cell = BaseCell.__table__
    by_hand = (  # one query: by way of the objects it would be two for each student
        select(SubmittedAssignment.student_id, cell.c.name)
        .select_from(Grade)
        .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .join(cell, cell.c.id == Grade.cell_id)
        .where(Grade.manual_score.is_not(None), Assignment.name == assignment)
    )
    with _working_in(root), course.nbgrader_api(root).gradebook as gradebook:
        late = {s.student.id: s.penalty for s in read_scores(gradebook, root, [assignment])}
        return late, {tuple(row) for row in gradebook.db.execute(by_hand)}


def lateness(root, assignment):
    """A line on what being late cost; nothing if the assignment has no due date."""
    with _working_in(root):
        api = course.nbgrader_api(root)
        with api.gradebook as gradebook:
            due = gradebook.find_assignment(assignment).duedate
            submissions = gradebook.assignment_submissions(assignment)
            late = [s.student_id for s in submissions if s.total_seconds_late > 0]
    if due is None:
        return None
    off = sum(_in_gradebook(root, assignment)[0].values())
    rule = late_rule(api.config).plugin_class
    by = "no rule of yours" if rule.__module__.startswith("nbgrader.") else rule.__name__
    who = f": {', '.join(sorted(late))}" if late else ""
    return f"Due {due:%Y-%m-%d %H:%M} UTC, {len(late)} late{who}. {off:g} points taken off ({by})."
