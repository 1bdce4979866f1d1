"""The course as students get it, without what only instructors need; and how theirs is brought up to date."""

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

from gancourse.course import CourseError

KEPT_BACK = ("solutions/", "tests/", "benchmarks/", ".ci/")


def student_files(root):
    """What students get of a checkout: paths from the root, of what git knows and does not keep back."""
    listed = _git(root, "ls-files", "-z")
    if listed is None:
        raise CourseError(f"{root} is no git checkout: a copy for students is made of what git knows, from a clone.")
    names = [name for name in listed.split("\0") if name and not name.startswith(KEPT_BACK)]
    return [name for name in names if (Path(root) / name).is_file()]


def student_copy(root, place):
    """Copy the course for students, to a folder or a zip file.

    A folder that holds an earlier copy is brought up to date. If it is a git checkout, of the repository that students
    clone, what the course no longer has is taken out; committing is left to you.

    Args:
        root: the instructor's checkout.
        place: where to; a zip file if it ends so.

    Returns:
        How many files were copied.

    Raises:
        CourseError: `root` is no git checkout, or `place` holds something else.
    """
    root, place = Path(root), Path(place)
    names = student_files(root)
    if place.suffix == ".zip":
        with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                archive.write(root / name, f"gancourse/{name}")
        return len(names)
    others = {p.name for p in place.iterdir()} - {".git"} if place.is_dir() else set()
    if place.is_file() or (others and not (place / "nbgrader_config.py").exists()):
        raise CourseError(f"{place} holds something else: give a folder that is empty, new, or an earlier copy.")
    if (place / "solutions").exists() or place.resolve() == root.resolve():
        raise CourseError(f"{place} is an instructor's course, with solutions in it: give another folder.")
    for name in names:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, place / name)
    if (place / ".git").exists():
        for name in set((_git(place, "ls-files", "-z") or "").split("\0")) - {*names, ""}:
            (place / name).unlink(missing_ok=True)
    return len(names)


def update(root):
    """Bring a student's clone up to date. What the student changed stays as it is: nbgitpuller's rules.

    Args:
        root: the clone.

    Returns:
        What git said, a list of lines.

    Raises:
        CourseError: it is no clone, or the other side cannot be reached; nothing is changed then.
    """
    branch = (_git(root, "rev-parse", "--abbrev-ref", "HEAD") or "").strip()
    url = (_git(root, "remote", "get-url", "origin") or "").strip()
    if not branch or not url or not (Path(root) / ".git").exists():
        raise CourseError(
            f"{root} was not cloned with git. Get the new course as you got this one, beside it, and copy your folder "
            "work/ into it: it has all that is yours."
        )
    from nbgitpuller.pull import BranchExistError, BranchResolveError, GitPuller

    quiet = os.environ | {"GIT_TERMINAL_PROMPT": "0"}
    try:
        os.environ.update(quiet)
        return [line.rstrip() for line in GitPuller(url, str(root), branch=branch).pull()]
    except (BranchExistError, BranchResolveError, subprocess.CalledProcessError) as error:
        said = (getattr(error, "stderr", "") or "").strip().splitlines()
        why = f" Git says: {said[-1]}" if said else ""
        raise CourseError(f"Nothing new could be had from {url}, branch {branch}; all stays as it was.{why}") from error


def _git(root, *arguments):
    """What git prints, or None if it fails or is not there."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
