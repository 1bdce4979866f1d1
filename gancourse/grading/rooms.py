"""Rooms that stay warm: from one task to the next, and for the workers of a class together."""

import atexit
import hashlib
import re
import threading

from gancourse.grading.sandbox import Room

# What takes long to import: a room has it ready where an assignment's exercises use it.
HEAVY = re.compile(r"^(?:import|from) (torchvision|torch|scipy|sklearn)\b", re.MULTILINE)


def kind_of(support, exercises, sandboxed):
    """What two tasks must have in common to be graded in the same room."""
    imports = tuple(sorted({name for source in exercises.values() for name in HEAVY.findall(source)}))
    return tuple(sorted((n, hashlib.sha256(d).hexdigest()) for n, d in support.items())), imports, sandboxed


def made(support, exercises, sandboxed):
    """A room that is not open yet, with its kind."""
    kind = kind_of(support, exercises, sandboxed)
    return kind, Room(support, sandboxed, kind[1])


class _Rooms:
    """Rooms that stay warm from one task to the next; a thread takes one and gives it back."""

    def __init__(self):
        self._lock, self._free, self._expected = threading.Lock(), [], None

    def expect(self, support, exercises, sandboxed):
        """Begin to open a room for an assignment that is about to be graded; the rest is imported meanwhile.

        Args:
            support, exercises, sandboxed: as in `gancourse.grading.task.Task`.
        """
        atexit.register(self.close)
        self._expected = made(support, exercises, sandboxed)
        self._expected[1].open_later()

    def take(self, task):
        """An open room for the task's support files; others that are free are closed, to hold memory once."""
        kind = kind_of(task.support, task.exercises, task.sandboxed)
        with self._lock:
            fitting = next((r for r in self._free if r[0] == kind), None)
            others = [r for r in self._free if r[0] != kind]
            self._free = [r for r in self._free if r[0] == kind and r is not fitting]
        for _, other in others:
            other.__exit__(None, None, None)
        return fitting or made(task.support, task.exercises, task.sandboxed)

    def share(self, task, count):
        """A new room with so many seats, as `taken`s: the room, which holds the seats, and those."""
        held, self._expected = self._expected, None
        if held is None or held[0] != kind_of(task.support, task.exercises, task.sandboxed):
            held = made(task.support, task.exercises, task.sandboxed)
        return held, [(held[0], seat) for seat in held[1].seats(count)]

    def give_back(self, taken):
        with self._lock:
            self._free.append(taken)

    def close(self):
        """Close every free room."""
        with self._lock:
            free, self._free = self._free + [self._expected] * bool(self._expected), []
            self._expected = None
        for _, room in free:
            room.__exit__(None, None, None)


ROOMS = _Rooms()
