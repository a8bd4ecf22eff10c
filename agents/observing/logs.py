"""What a worker says goes to standard error at INFO: a line a fact, for people or, on request, as JSON. Never a customer.

DEBUG is refused on purpose: the framework then writes every message's key, which is a customer, and takes a fifth of the time.
"""

from __future__ import annotations

import logging
import sys

import orjson

from schemas.writing import rfc3339

QUIET = ("faust", "mode", "aiokafka")  # their INFO is about themselves; what we need to know of them, the carrier says


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


def set_up(role: str, *, as_json: bool) -> None:
    """The root logger writes to standard error from now on; `role` begins each line that people read."""
    words = logging.Formatter(f"%(asctime)s {role} %(levelname)s %(message)s", "%H:%M:%S")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if as_json else words)
    handler.addFilter(of_ours)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
