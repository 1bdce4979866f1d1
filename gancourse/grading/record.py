"""What grading found: one record per student, and the outcome of every version ever graded.

records/<assignment>/<student>.json       the present state: status, points, hints, receipt
records/<assignment>/outcomes/<key>.json  what `grade_submission` returned, by the task's key
"""

import json

from gancourse.grading.received import write_whole


def record_path(root, assignment, student):
    """Where the record of one student lies."""
    return root / "records" / assignment / f"{student}.json"


def outcome_path(root, assignment, key):
    """Where the outcome of one task lies."""
    return root / "records" / assignment / "outcomes" / f"{key}.json"


def write_record(root, assignment, student, receipt, outcome, key=None, superseded=(), answers=None):
    """Write the present state of one student's submission, replacing an earlier record atomically.

    Args:
        root, assignment, student: whose.
        receipt: the `gancourse.grading.received.Receipt` as a dict, or {} where it was graded without intake.
        outcome: of `gancourse.grading.task.grade_submission`.
        key: the task's, if it was stored.
        superseded: scores given by hand to another answer than the present one, see `nbgrader_steps.ByHand`.
        answers: digests of the answers that the scores are for.
    """
    data = {"assignment": assignment, "student": student, "status": outcome["status"]}
    data |= {name: receipt.get(name) for name in ("number", "received", "refused")}
    data |= {name: receipt.get(name, []) for name in ("notes", "choices", "suspected")}
    data |= {
        name: outcome.get(name) for name in ("exercises", "seconds", "cpu_seconds", "peak_memory", "ran_out", "errors")
    }
    data |= {"key": key, "answers": answers or {}, "superseded": [*superseded]}
    write_whole(record_path(root, assignment, student), json.dumps(data, indent=1))


def read_record(root, assignment, student):
    """The record of one submission, or None."""
    path = record_path(root, assignment, student)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def read_outcome(root, assignment, key):
    """The stored outcome of a task, or None."""
    path = outcome_path(root, assignment, key)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
