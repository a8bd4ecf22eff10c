"""Logging of a worker: to standard error at level INFO, one fact per line, as text or as JSON. A line never has a customer.

There is no DEBUG, on purpose: the framework would then log every message's key, which is a customer, and take a fifth of the time.
"""

from __future__ import annotations

import json
import logging
import sys

import orjson

from schemas.characters import escaped_json, visible_lines
from schemas.writing import rfc3339

QUIET = ("faust", "mode", "aiokafka", "librdkafka")  # their INFO is only about themselves; the carrier logs what operators need

SELDOM_S = 60.0  # seconds between two equal lines
LINES = 1000  # different lines remembered; beyond that, all are forgotten


INDENT = "    "  # further lines of a record: none looks like a record of its own


class TextLines(logging.Formatter):
    """Formats a record as text. What a terminal would obey is shown as its code, and lines behind the first are indented.

    >>> said = logging.LogRecord("us", logging.ERROR, "", 0, "no topic %s", (chr(27) + "[2J" + chr(10) + "12:00:00 all is well",), None)
    >>> print(TextLines("%(levelname)s %(message)s").format(said))
    ERROR no topic \\x1b[2J
        12:00:00 all is well
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines of this record."""
        return visible_lines(super().format(record), INDENT)


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON: time, level, role, worker, pid, logger, message, and the traceback if there is one."""

    def __init__(self, role: str, worker: str = "") -> None:
        super().__init__()
        self._role, self._worker = role, worker

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of this record."""
        line: dict[str, object] = {
            "time": rfc3339(int(record.created * 1000)),
            "level": record.levelname.lower(),
            "role": self._role,
            "worker": self._worker,
            "pid": record.process,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        try:
            return escaped_json(orjson.dumps(line).decode())
        except TypeError:  # a lone surrogate: the standard library writes its escape
            return json.dumps(line)


def of_ours(record: logging.LogRecord) -> bool:
    """Return whether to write a record. Lines of the framework's services, as `[^---Name]: Starting...`, are left out up to INFO."""
    return record.levelno > logging.INFO or not str(record.msg).startswith("[^")


class Seldom:
    """A filter that writes equal lines of a framework at most once in `SELDOM_S` seconds.

    Lines are equal if logger, level and the text without its values are. For librdkafka its own word for the sort of line (FAIL) counts in
    place of the text. The client libraries log up to eighty times a second that a broker is away. The next line that is written says how
    many were left out. Our own lines are always written, and so are tracebacks.

    >>> said = logging.LogRecord("aiokafka", logging.ERROR, "", 0, "no answer from %s", ("b1",), None)
    >>> seldom = Seldom()
    >>> seldom(said), seldom(said), seldom(said)
    (True, False, False)
    >>> said.created += SELDOM_S
    >>> seldom(said), said.getMessage()
    (True, 'no answer from b1 (and 2 like it)')
    """

    def __init__(self) -> None:
        self._written: dict[tuple[str, int, str], tuple[float, int]] = {}  # time of the last line, and how many were left out since

    def __call__(self, record: logging.LogRecord) -> bool:
        """Return whether to write this line. Adds the number of lines left out to its text."""
        if record.exc_info or not record.name.startswith(QUIET):
            return True
        sort = str(record.args[0]) if record.name == "librdkafka" and isinstance(record.args, tuple) and record.args else str(record.msg)
        key = (record.name, record.levelno, sort)
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


def set_up(role: str, *, as_json: bool, worker: str = "") -> None:
    """Set the root logger to write to standard error, as JSON or as text. A text line has the time and then `role`."""
    words = TextLines(f"%(asctime)s {role} %(levelname)s %(message)s", "%H:%M:%S")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(role, worker) if as_json else words)
    handler.addFilter(of_ours)
    handler.addFilter(Seldom())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("kafka").setLevel(
        logging.CRITICAL
    )  # kafka-python only asks for lags; `agents.kafka.brokers` tells that brokers are away
