"""Ends the demo soon after Ctrl-C or SIGTERM, whenever the signal comes.

The first signal raises KeyboardInterrupt in the main thread, and the servers and the worker are stopped in order. That can fail in two
ways. The main thread may wait inside a library. Or Python drops the exception, as it does in a callback or a finaliser. So a second
thread receives the signal too and sets a timer. After `WITHIN_S` the timer ends the program, whatever it is doing. The servers and the
worker are guarded and end with it.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import socket
from contextlib import ExitStack
from threading import Event, Thread
from types import FrameType, TracebackType

WITHIN_S = 9.0  # seconds from the signal to the end of the program, even if not everything is stopped by then
SIGNALS = (signal.SIGINT, signal.SIGTERM)
INTERRUPTED = 1  # exit code if the timer ends the program, or if it ends in order before it has shown anything
_LOOK_S = 0.5  # seconds of one wait for the signal


class Ending:
    """Context manager: while the block runs, SIGINT and SIGTERM end the program within `WITHIN_S` seconds. Enter it in the main thread.

    It works also if SIGINT was ignored before. A shell script starts programs in the background that way.
    """

    def __init__(self) -> None:
        self._asked = Event()
        self._calm = False
        self._left = ExitStack()

    def __enter__(self) -> Ending:
        heard, told = socket.socketpair()
        told.setblocking(False)
        self._left.callback(told.close)
        # Python writes a byte here at once, even while the main thread is inside a library and no handler can run.
        self._left.callback(signal.set_wakeup_fd, signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False))
        Thread(target=_set_timer, args=(heard,), name="ending", daemon=True).start()
        for number in SIGNALS:
            self._left.callback(signal.signal, number, signal.signal(number, self._on_signal))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._left.close()

    def wait(self) -> None:
        """Wait until a signal has come. Call `expect` first: then no signal raises, before, during or after this wait."""
        while not self._asked.wait(_LOOK_S):  # several short waits: a signal just before one long wait would not end it
            pass

    def expect(self) -> None:
        """Change what a signal does: from now on it raises nothing, and only ends `wait`."""
        self._calm = True

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        """Raise KeyboardInterrupt at the first signal only. A second one must not interrupt the stopping that the first one began."""
        first = not self._asked.is_set()
        self._asked.set()
        if first and not self._calm:
            raise KeyboardInterrupt


def _set_timer(heard: socket.socket) -> None:
    """Wait for the first signal and set the timer. Return without it if the block ends first.

    The timer is faulthandler's. It runs no Python code, so it also ends an interpreter that is already shutting down.
    """
    with heard:
        while byte := heard.recv(1):
            if byte[0] in SIGNALS:
                faulthandler.dump_traceback_later(WITHIN_S, exit=True, file=os.open(os.devnull, os.O_WRONLY))
                return
