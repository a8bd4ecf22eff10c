"""Ends the demo soon after Ctrl-C or SIGTERM, at whatever moment that comes.

The first signal raises KeyboardInterrupt in the main thread: the servers and the worker are then stopped in order. That can fail in
two ways: the main thread waits inside a library, or Python throws the exception away (it does so in a callback or a finaliser).
So a second thread hears the signal as well and sets a timer. After `WITHIN_S` the timer ends the program, whatever it is doing.
The servers and the worker are guarded and end with it.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import socket
from contextlib import ExitStack
from threading import Event, Thread
from types import FrameType, TracebackType

WITHIN_S = 9.0  # from the signal to the end of the program, however far the stopping has come
SIGNALS = (signal.SIGINT, signal.SIGTERM)
INTERRUPTED = 1  # the exit code of a program that the timer ends; also of one that ends in order before it has shown anything
_LOOK_S = 0.5


class Ending:
    """While the block runs, SIGINT and SIGTERM end the program within `WITHIN_S` seconds; enter it in the main thread.

    It also holds where SIGINT is ignored, which is how a shell script starts a program in the background.
    """

    def __init__(self) -> None:
        self._asked = Event()
        self._calm = False
        self._left = ExitStack()

    def __enter__(self) -> Ending:
        heard, told = socket.socketpair()
        told.setblocking(False)
        self._left.callback(told.close)
        # Python writes a byte here at once, also while the main thread is inside a library and no handler can run.
        self._left.callback(signal.set_wakeup_fd, signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False))
        Thread(target=_set_timer, args=(heard,), name="ending", daemon=True).start()
        for number in SIGNALS:
            self._left.callback(signal.signal, number, signal.signal(number, self._heard))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._left.close()

    def wait(self) -> None:
        """Return when a signal has come. Call `expect` first: then no signal raises, before, during or after this wait."""
        while not self._asked.wait(_LOOK_S):  # in portions: a signal just before one long wait would not end it
            pass

    def expect(self) -> None:
        """From now on a signal raises nothing and only ends `wait`."""
        self._calm = True

    def _heard(self, _number: int, _frame: FrameType | None) -> None:
        """Raise KeyboardInterrupt, once: a second signal must not interrupt the stopping that the first one began."""
        first = not self._asked.is_set()
        self._asked.set()
        if first and not self._calm:
            raise KeyboardInterrupt


def _set_timer(heard: socket.socket) -> None:
    """Set the timer at the first signal; return when the block has ended without one.

    The timer is faulthandler's: it needs no Python code to run, so it also ends an interpreter that is already shutting down.
    """
    with heard:
        while byte := heard.recv(1):
            if byte[0] in SIGNALS:
                faulthandler.dump_traceback_later(WITHIN_S, exit=True, file=os.open(os.devnull, os.O_WRONLY))
                return
