"""What grading found, one JSON file per student: written whole or not at all."""

import json
import os
import tempfile


def record_path(root, assignment, student):
    """Where the record of one submission lies."""
    return root / "records" / assignment / f"{student}.json"


def write_record(root, assignment, student, results):
    """Write points, hints and status per exercise and property, replacing an earlier record atomically."""
    path = record_path(root, assignment, student)
    path.parent.mkdir(parents=True, exist_ok=True)
    data = {
        "assignment": assignment,
        "student": student,
        "exercises": [result.to_dict() for result in results.values()],
    }
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
        json.dump(data, file, indent=1)
    os.replace(file.name, path)


def read_record(root, assignment, student):
    """The record of one submission, or None."""
    path = record_path(root, assignment, student)
    return json.loads(path.read_text()) if path.exists() else None
