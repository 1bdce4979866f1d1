"""What is asked, and is it right?

- `specification`: what an instructor writes, and what is compiled of it; `release`: into a student's folder;
- `checking`: `check`, below a student's cell, and `check_all`; `panel`: what it shows;
- `judge`, `measures`: compare what a function did with what it should have done, outside its process;
- `hints`, `variants`, `nudging`: say why it is wrong;
- `following`: grading's inputs, and what follows from a student's own earlier answer;
- `observe`, `probes/`: call a function and make plain data of what it does, inside a stranger's process.

It hands on `check`, `check_all`, and what an instructor writes exercises with.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "checking": ["CheckFailed", "check", "check_all"],
        "specification": ["Exercise", "Misconception", "Property", "compile_exercise", "observe_all"],
    },
)
