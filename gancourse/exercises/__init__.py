"""What is asked, and is it right?

- `specification`: what an instructor writes, and what is compiled of it; `release`: into a student's folder;
- `checking`: `check`, below a student's cell; `panel`: what it shows;
- `following`: grading's inputs, and what follows from a student's own earlier answer;
- `observe`, `probes/`: call a function and make plain data of what it does, inside a stranger's process;
- `judge`, `measures`: compare that data, outside.

It hands on `check`, and what an instructor writes exercises with.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "checking": ["CheckFailed", "check"],
        "specification": ["Exercise", "Misconception", "Property", "compile_exercise", "observe_all"],
    },
)
