"""Grading a class, beside stock nbgrader: `python benchmarks/grading.py [--submissions 40] [--repeats 3]`.

The same class of honest ps1 submissions goes through `nbgrader autograde ps1` with nbgrader's own preprocessors (no
sandbox, no judge, no feedback) and through `gancourse grade ps1` (sandbox, judge, gradebook, feedback, table). Runs are
paired: one of each, in turn. CPU and memory are of the whole tree of processes, sampled.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import click
import measured
import nbformat
import psutil

import gancourse.exercises.checking
import gancourse.grading.run  # noqa: F401  # what runs in other processes, for the record to say what it depends on

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
STOCK = """
c = get_config()
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "__pycache__", "exercises"]
c.ClearSolutions.code_stub = {"python": 'raise NotImplementedError("your answer goes here")'}
"""


def make_class(folder, submissions, stock):
    """A course with that many honest submissions: right ones, half ones, ones with a mistake."""
    from classroom import answered, hand_in, make_course, model_answers

    root, right = make_course(folder), model_answers()
    if stock:
        (root / "nbgrader_config.py").write_text(STOCK)
    kinds = [
        answered(right),
        answered({n: right[n] for n in list(right)[:5]}),
        answered(right | {"generator": "def generator(z, theta):\n    return z - theta\n"}),
        answered(right),
    ]
    for i in range(submissions):
        hand_in(root, f"student{i:03d}", nbformat.from_dict(kinds[i % len(kinds)]))
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", "ps1", "--force"],
        cwd=root,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return root


def watched(command, root):
    """Run a command: its seconds, CPU seconds and peak memory [MiB] of all its processes."""
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    samples = []
    watching = threading.Thread(target=watch, args=(process.pid, samples), daemon=True)
    watching.start()
    assert process.wait() == 0, command
    seconds = time.perf_counter() - began
    cpu, memory = zip(*samples, strict=True)
    return {"seconds": seconds, "cpu_seconds": max(cpu), "peak_mib": max(memory)}


def watch(pid, samples):
    """Append CPU seconds and memory [MiB] of a process and all below it, twice a second until it ends."""
    while True:
        used, held = 0.0, 0
        try:
            for one in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
                used += sum(one.cpu_times()[:4])  # its own, and that of children that have ended
                held += one.memory_full_info().pss
        except psutil.NoSuchProcess as gone:
            if gone.pid == pid:
                return
            continue
        except psutil.Error:
            return
        samples.append((used, held / 2**20))
        time.sleep(0.5)


def run(kind, submissions, workers):
    """One run of a fresh class."""
    with tempfile.TemporaryDirectory() as folder:
        root = make_class(Path(folder), submissions, kind == "stock")
        if kind == "stock":
            return watched([sys.executable, "-m", "nbgrader", "autograde", "ps1"], root)
        return watched([sys.executable, "-m", "gancourse.cli", "grade", "ps1", "--workers", str(workers)], root)


@click.command()
@click.option("--submissions", default=40, show_default=True)
@click.option("--repeats", default=3, show_default=True)
@click.option("--grow", is_flag=True, help="Also 10, 20 and 80 submissions, and one worker.")
@click.option("--keep", is_flag=True, help="Write notebooks/measured/grading.json.")
def main(submissions, repeats, grow, keep):
    """Measure, print medians and ratios."""
    workers = len(os.sched_getaffinity(0))
    pairs = [{k: run(k, submissions, workers) for k in ("stock", "gancourse")} for _ in range(repeats)]
    rows = {k: {m: statistics.median(p[k][m] for p in pairs) for m in pairs[0][k]} for k in ("stock", "gancourse")}
    for kind, row in rows.items():
        print(
            f"{kind:<10} {row['seconds'] / submissions:.2f} s and {row['cpu_seconds'] / submissions:.2f} CPU s a "
            f"submission, {row['peak_mib']:.0f} MiB at most"
        )
    ratio = statistics.median(p["stock"]["seconds"] / p["gancourse"]["seconds"] for p in pairs)
    print(f"gancourse grades {ratio:.1f} times the submissions per minute, with {workers} workers")
    growth = []
    for count, n_workers in ((10, workers), (20, workers), (80, workers), (submissions, 1)) if grow else ():
        growth.append({"submissions": count, "workers": n_workers} | run("gancourse", count, n_workers))
        print(
            f"{count} submissions, {n_workers} workers: {growth[-1]['seconds']:.1f} s, {growth[-1]['peak_mib']:.0f} MiB"
        )
    if keep:
        command = f"python benchmarks/grading.py --submissions {submissions} --repeats {repeats} --grow --keep"
        data = {"submissions": submissions, "workers": workers, "runs": pairs, "ratio": ratio, "growth": growth}
        measured.save("grading", command, data, ["nbgrader", "torch"])


if __name__ == "__main__":
    main()
