"""The marks of the read model: one key for each partition that says which log its views come from, and whether they are all there.

A server that was emptied has no marks. So a missing mark shows that views are missing, however the server was emptied.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

MARK = "sojourn:read-model:"  # before the number of the partition


class Mark(NamedTuple):
    """What stands under the key of a partition. `log` is the id of the changelog topic: another cluster's topic has another one."""

    state: Literal["filling", "filled"]
    log: str
    until: int = 0  # the end of the partition when the filling began
    nonce: str = ""  # random: no two fillings have the same mark

    def encode(self) -> str:
        """Return the mark as it is stored."""
        return " ".join(map(str, self)).strip()

    def done(self) -> Mark:
        """Return the mark of the same partition once it is filled.

        >>> Mark("filling", "log-1", 40, "n1").done().encode()
        'filled log-1 0'
        """
        return Mark("filled", self.log)


def key_of_mark(partition: int) -> str:
    """Return the key of a partition's mark.

    >>> key_of_mark(3)
    'sojourn:read-model:3'
    """
    return f"{MARK}{partition}"


def read_mark(text: str) -> Mark | None:
    """Return the mark that is stored as this text, or None if it is no mark.

    >>> read_mark("filling log-1 40 n1")
    Mark(state='filling', log='log-1', until=40, nonce='n1')
    >>> [read_mark(text) for text in ("", "filled", "filling log-1 soon n1", "filled log-1 0")]
    [None, None, None, Mark(state='filled', log='log-1', until=0, nonce='')]
    """
    match text.split(" "):
        case ["filled", log, "0"]:
            return Mark("filled", log)
        case ["filling", log, until, nonce] if until.isdecimal():
            return Mark("filling", log, int(until), nonce)
    return None
