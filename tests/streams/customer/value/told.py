"""What tests of worth tell, and what they ask of the cells."""

from __future__ import annotations

from streams.customer.value.tiers import KEY
from streams.replay import Replay
from streams.rules import Rules
from streams.state.aggregates import Aggregate
from streams.story import START, offset, story


def played(text: str, until: str | None = None, rules: Rules | None = None) -> Replay:
    return Replay(rules).run(story(text), None if until is None else START + offset(until))


def counts(replay: Replay, *key: str) -> dict[str, int]:
    """What a cell says, without what has come to nothing."""
    cell = replay.partition.aggregates.rows.get(key, Aggregate())
    return {name: count for name, count in cell.counts.items() if count}


def by_step(replay: Replay, prefix: str) -> dict[int, int]:
    """The same of customers, or of what they brought, by step."""
    return {int(name[len(prefix) :]): count for name, count in counts(replay, *KEY).items() if name.startswith(prefix)}


def purchases(number: int, every: str = "7d", more: str = "", first: int = 0) -> str:
    """So many receipts of 10.00, at even distances."""
    step = offset(every)
    return "\n".join(f"{each * step}ms store purchase_made till receipt=r{each} value=1000 {more}" for each in range(first, first + number))
