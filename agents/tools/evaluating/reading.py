"""A file by its mapping as a history: what is understood of it, as canonical lines in the order of time."""

from __future__ import annotations

from agents.tools.evaluating.history import History, of_lines
from agents.tools.mapping.declared import Declared
from agents.tools.mapping.reading import told
from agents.tools.mapping.telling import Account
from schemas.writing import encode


def history_of(declared: Declared, path: str, now: int) -> tuple[History, Account]:
    """The history in this file (`-`: standard input) and what became of its rows; `now` in ms UTC. Raises MappingError and
    UnreadableFileError."""
    account = Account()
    taken = [made for each in told(declared, path, now) if (made := account.take(each)) is not None]
    return of_lines(encode(each) for each in sorted(taken, key=lambda touchpoint: touchpoint.at)), account
