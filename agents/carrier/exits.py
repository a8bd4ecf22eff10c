"""The ends of a worker. A worker that cannot be sure of its state ends, and logs one line that names the cause.

Nothing here can fail or wait for long: standard error may be closed, on a full disk, or a pipe that nobody reads.
"""

import logging
import os
import sys
from contextlib import suppress
from threading import Thread
from typing import NoReturn

from schemas.characters import visible_lines

log = logging.getLogger(__name__)

CRASHED = 70  # EX_SOFTWARE of sysexits.h: a supervisor starts the worker again, and nothing is lost
REFUSED = 2  # another start would end the same way: somebody must change something first
SAY_SECONDS = 2.0  # for the last line; a reader that has stopped reading must not keep the process


class Refusal(Exception):  # noqa: N818  # a verdict, not a fault
    """The worker must not run like this. The text says what is wrong and how to fix it.

    >>> print(Refusal("topic interactions.v1 does not exist", "run `sojourn topics create`"))
    topic interactions.v1 does not exist. To fix it: run `sojourn topics create`.
    """

    def __init__(self, cause: str, fix: str) -> None:
        super().__init__(cause, fix)
        self.cause = cause
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.cause}. To fix it: {self.fix}."


def die(cause: str | BaseException) -> NoReturn:
    """End the process at once with exit code 70, or 2 for a `Refusal`. Log the cause, if that is possible. May be called from any thread.

    A worker whose commit, recovery or agent failed may hold wrong state. Nothing of that state was committed, so the next worker
    reads the right state from the log. No clean-up runs, on purpose: it could write wrong state.
    """
    code = REFUSED if isinstance(cause, Refusal) else CRASHED
    try:
        _say(cause)
    finally:
        os._exit(code)


def leave() -> NoReturn:
    """End the process at once with exit code 0. The caller has committed all that was applied.

    A normal exit would only wait for threads.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    os._exit(0)


def _say(cause: str | BaseException) -> None:
    """Log the cause in a thread, and wait for that at most `SAY_SECONDS`."""
    with suppress(Exception):
        saying = Thread(target=_log, args=(cause,), daemon=True)
        saying.start()
        saying.join(SAY_SECONDS)


def _log(cause: str | BaseException) -> None:
    with suppress(Exception):
        refused = isinstance(cause, Refusal)
        reason = cause if isinstance(cause, str | Refusal) else f"{type(cause).__name__}: {cause}"
        log.error("sojourn worker %s: %s", "refuses to run" if refused else "gives up", visible_lines(str(reason), "  "))
