"""The first thing that a command does. This module imports nothing heavy: it is there before all else is loaded."""

from __future__ import annotations

import os
import signal


def keep_standard_files() -> None:
    """Open the null device in place of each standard file that is closed.

    Otherwise the next socket would get its number, and what a library prints on standard error would go to a broker.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is this one


def obey_signals() -> None:
    """End this process with 0 on SIGTERM or SIGINT, at once, until somebody else takes these signals: nothing has begun yet.

    As the first process of a container it would otherwise ignore them.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
