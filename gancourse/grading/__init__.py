"""Grading: from a stranger's file to a grade, one file per step.

    collect → received → intake, rebuild → task (room ⇄ session) → nbgrader_steps → gradebook → feedback, export

- `collect`, `received`: what came in, sorted by student and kept as it was;
- `intake`, `rebuild`: read any file, and put the student's work into the released notebook;
- `sandbox`, `room`, `cells`: run it where it can do no harm; the judge's side, the inside, and the cells themselves;
- `session`, `task`: run the cells in order, ask and judge outside, restart and replay; as a pure function;
- `run`: a whole class, on all cores or a cluster, with one process that writes;
- `nbgrader_steps`: the way into nbgrader's gradebook, which the formgrader's button goes too;
- `record`, `feedback`, `export`, `similarity`: what comes out.
"""
