"""What a worker says goes to standard error at INFO: a line a fact, for people or, on request, as JSON. Never a customer.

DEBUG is refused on purpose: the framework then writes every message's key, which is a customer, and takes a fifth of the time.
"""

from __future__ import annotations

import logging
import sys

import orjson

from schemas.writing import rfc3339

QUIET = ("faust", "mode", "aiokafka")  # their INFO is about themselves; what we need to know of them, the carrier says

SELDOM_S = 10.0  # seconds between two lines alike
LINES = 1000  # different lines remembered; past it, all are new again


class JsonLines(logging.Formatter):
    """One JSON document a line: time, level, logger, message, and the traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of this record."""
        line = {
            "time": rfc3339(int(record.created * 1000)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return orjson.dumps(line).decode()


def of_ours(record: logging.LogRecord) -> bool:
    """Whether a line is worth reading: a service of the framework that says `[^---Name]: Starting...` is none of ours."""
    return record.levelno > logging.INFO or not str(record.msg).startswith("[^")


class Seldom:
    """A filter: a framework's line (logger, level and words before their values are put in) at most once in `SELDOM_S` seconds.

    The client library says eighty times a second that a broker is away. What was left out is counted in the next one that is
    written. Our own lines are facts, and a traceback is one too: all of them are written.

    >>> said = logging.LogRecord("aiokafka", logging.ERROR, "", 0, "no answer from %s", ("b1",), None)
    >>> seldom = Seldom()
    >>> seldom(said), seldom(said), seldom(said)
    (True, False, False)
    >>> said.created += SELDOM_S
    >>> seldom(said), said.getMessage()
    (True, 'no answer from b1 (and 2 like it)')
    """

    def __init__(self) -> None:
        self._written: dict[tuple[str, int, str], tuple[float, int]] = {}  # when, and how many were left out since

    def __call__(self, record: logging.LogRecord) -> bool:
        """Whether this line is written."""
        if record.exc_info or not record.name.startswith(QUIET):
            return True
        key = (record.name, record.levelno, str(record.msg))
        at, omitted = self._written.get(key, (0.0, 0))
        if record.created < at + SELDOM_S:
            self._written[key] = (at, omitted + 1)
            return False
        if len(self._written) >= LINES:
            self._written.clear()
        self._written[key] = (record.created, 0)
        if omitted:
            record.msg, record.args = f"{record.getMessage()} (and {omitted} like it)", ()
        return True


def set_up(role: str, *, as_json: bool) -> None:
    """The root logger writes to standard error from now on; `role` begins each line that people read."""
    words = logging.Formatter(f"%(asctime)s {role} %(levelname)s %(message)s", "%H:%M:%S")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if as_json else words)
    handler.addFilter(of_ours)
    handler.addFilter(Seldom())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
