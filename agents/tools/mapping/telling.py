"""Counts the outcomes of a file's rows: touchpoints by kind, rows left out, and rows refused by reason, with examples."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from agents.tools.mapping.declared import Declared
from agents.tools.mapping.reading import Told
from agents.tools.mapping.rows import LeftOut, Refused, Row, Understood
from schemas.touchpoints import Touchpoint, kind_of
from schemas.writing import rfc3339
from streams.state.ids import digest

EXAMPLES = 10


def _described(examples: list[tuple[int, Refused]]) -> list[dict[str, Any]]:
    return [{"line": line, "reason": refused.reason, "words": refused.words} for line, refused in examples]


@dataclass
class Account:
    """The counts of the rows of one file. Examples are the first ones, in the order in which rows come."""

    kinds: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    examples: list[tuple[int, Refused]] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)  # fields of understood rows whose amount could not be read
    unread_examples: list[tuple[int, Refused]] = field(default_factory=list)
    customers: set[str] = field(default_factory=set)
    columns: set[str] = field(default_factory=set)  # columns that at least one row has
    first: int = 0  # ms UTC
    last: int = 0  # ms UTC
    ahead: int = 0  # touchpoints whose time lies in the future
    repeated: int = 0  # touchpoints with the (source, id) of an earlier one: the journey counts only one of them
    backwards: int = 0  # touchpoints older than one before them; possible only if rows are not sorted

    _ids: set[bytes] = field(default_factory=set, repr=False)  # digests: some 40 bytes a touchpoint

    @property
    def understood(self) -> int:
        """How many rows are touchpoints."""
        return self.kinds.total()

    @property
    def rows(self) -> int:
        """How many rows there are; each is understood, left out or refused."""
        return self.understood + self.left_out.total() + self.refused.total()

    def take(self, told: Told) -> Touchpoint | None:
        """Count one row. Return its touchpoint, or None if it is none."""
        row, outcome = told
        self.columns.update(row.cells)
        if isinstance(outcome, LeftOut):
            self.left_out[outcome.why] += 1
        elif isinstance(outcome, Refused):
            self._refuse(row, outcome)
        else:
            self._count(outcome)
            self._count_unread(row, outcome)
            return outcome.touchpoint
        return None

    def _refuse(self, row: Row, refused: Refused) -> None:
        self.refused[refused.reason] += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append((row.number, refused))

    def _count_unread(self, row: Row, outcome: Understood) -> None:
        for each in outcome.unread:
            self.unread[each.words.partition(":")[0]] += 1
            if len(self.unread_examples) < EXAMPLES:
                self.unread_examples.append((row.number, each))

    def _count(self, outcome: Understood) -> None:
        touchpoint = outcome.touchpoint
        self.kinds[kind_of(type(touchpoint))] += 1
        self.customers.add(touchpoint.customer)
        self.ahead += outcome.ahead
        known = len(self._ids)
        self._ids.add(digest(touchpoint.source, touchpoint.id))
        self.repeated += len(self._ids) == known
        self.backwards += touchpoint.at < self.last
        self.first = min(self.first or touchpoint.at, touchpoint.at)
        self.last = max(self.last, touchpoint.at)

    def never_seen(self, declared: Declared) -> list[str]:
        """Return a problem for each column that the mapping names and no row has. In JSON, a misspelt column shows nowhere else."""
        return [str(problem) for problem in declared.misnamed(self.columns)] if self.columns else []

    def document(self) -> dict[str, Any]:
        """Return the counts in types that JSON has; times are RFC 3339."""
        return {
            "rows": self.rows, "understood": self.understood, "kinds": dict(self.kinds.most_common()),
            "left_out": dict(self.left_out.most_common()), "not_understood": self.refused.total(),
            "reasons": dict(self.refused.most_common()),
            "examples": _described(self.examples), "unread_amounts": dict(self.unread.most_common()),
            "unread_examples": _described(self.unread_examples),
            "customers": len(self.customers), "first": rfc3339(self.first) if self.customers else None,
            "last": rfc3339(self.last) if self.customers else None, "ahead": self.ahead, "repeated": self.repeated,
            "backwards": self.backwards,
        }  # fmt: skip
