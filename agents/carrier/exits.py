"""A worker is either right or gone: two ways to end it, each with one line that names the cause."""

import os
import sys
from typing import NoReturn

CRASHED = 70  # sysexits.h EX_SOFTWARE: a supervisor starts the worker again, and nothing is lost
REFUSED = 2  # starting again cannot help: somebody must change something first


class Refusal(Exception):  # noqa: N818  # a verdict, not a fault
    """This worker must not run like this; says what is wrong and what to do about it.

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
    """The process is gone before the next line: 70, or 2 for a `Refusal`.

    Crash-only on purpose: a worker whose commit, recovery or agent failed holds state of unknown worth. Nothing of it was
    committed, so the next worker reads the truth from the log. From any thread; no clean-up runs, by design.
    """
    refused = isinstance(cause, Refusal)
    reason = cause if isinstance(cause, str | Refusal) else f"{type(cause).__name__}: {cause}"
    print(f"sojourn worker {'refuses to run' if refused else 'gives up'}: {reason}", file=sys.stderr, flush=True)
    sys.stdout.flush()
    os._exit(REFUSED if refused else CRASHED)


def leave() -> NoReturn:
    """The process is gone, and all it applied is committed: 0. What runs at a normal exit could only wait for threads."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
