"""Stop what computes for ever, in the student's own process, and say so."""

import contextlib
import ctypes
import threading
import time


class NeverEnds(BaseException):
    """Raised in a function that has computed for too long; no `Exception`, so that few functions catch it."""


@contextlib.contextmanager
def ending_within(seconds):
    """Raise `NeverEnds` in this thread once this process has computed so many seconds of CPU.

    It comes between two steps of Python: a call of NumPy's or torch's is not cut short. What catches it is told again.
    """
    thread, lock, ended = ctypes.c_ulong(threading.get_ident()), threading.Lock(), threading.Event()
    began = time.process_time()
    tell = ctypes.pythonapi.PyThreadState_SetAsyncExc

    def watch():
        while not ended.wait(min(1.0, max(0.1, seconds - (time.process_time() - began)))):
            with lock:
                if not ended.is_set() and time.process_time() - began >= seconds:
                    tell(thread, ctypes.py_object(NeverEnds))

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        with lock:
            ended.set()
            tell(thread, None)
