"""The ends of a worker. A worker that cannot be sure of its state ends, and prints one line that names the cause."""

import os
import sys
from typing import NoReturn

from schemas.characters import visible_lines

CRASHED = 70  # EX_SOFTWARE of sysexits.h: a supervisor starts the worker again, and nothing is lost
REFUSED = 2  # another start would end the same way: somebody must change something first


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
    """End the process at once with exit code 70, or 2 for a `Refusal`. Print the cause. May be called from any thread.

    A worker whose commit, recovery or agent failed may hold wrong state. Nothing of that state was committed, so the next worker
    reads the right state from the log. No clean-up runs, on purpose: it could write wrong state.
    """
    refused = isinstance(cause, Refusal)
    reason = cause if isinstance(cause, str | Refusal) else f"{type(cause).__name__}: {cause}"
    print(visible_lines(f"sojourn worker {'refuses to run' if refused else 'gives up'}: {reason}", "  "), file=sys.stderr, flush=True)
    sys.stdout.flush()
    os._exit(REFUSED if refused else CRASHED)


def leave() -> NoReturn:
    """End the process at once with exit code 0. The caller has committed all that was applied.

    A normal exit would only wait for threads.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
