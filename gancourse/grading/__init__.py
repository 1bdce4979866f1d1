"""Grading: from a stranger's notebook to a grade, one file per step.

    submitted file → (intake) → kernel ⇄ session → nbgrader_steps → nbgrader's gradebook → run: feedback, CSV

- `kernel`: a student's kernel that is asked for values and can be lost without losing the rest;
- `session`: run the cells in order, judge each exercise outside the kernel, restart and replay;
- `nbgrader_steps`: the same as preprocessors, so that `nbgrader autograde`, the formgrader's button and
  `gancourse grade` go one way;
- `run`: a whole class, with feedback, export and a summary.
"""
