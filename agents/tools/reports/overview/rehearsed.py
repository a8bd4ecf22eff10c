"""The overview of a rehearsal: what live insights would show of a file, and what the rehearsal itself counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agents.tools.mapping.rehearsing import Rehearsal
from agents.tools.reports.chronicle.entries import Entry, chronicle
from agents.tools.reports.overview.examples import newest_examples
from agents.tools.reports.overview.gathering import Overview, overview
from agents.tools.reports.overview.table import Table
from agents.tools.reports.overview.winback import winback_of
from schemas.control import JourneyLinked
from schemas.currencies import in_words
from schemas.outputs import Output
from schemas.outputs.signals import FrictionOpened
from streams.customer.value.winback import Lost

EXPLAIN = "--explain"  # the option of `sojourn rehearse` that tells one customer's story
HOW = "The same command with `--explain CUSTOMER` tells the story of one customer."
Count = tuple[str, int | str]


def overview_of(made: Rehearsal, source: str, most: int) -> Overview:
    """Return the overview of a file. `most` limits the rows of what the rehearsal counted."""
    opened = sorted((each for each in made.replay.emissions if isinstance(each, FrictionOpened)), key=lambda each: each.at)
    found = overview(made.insights, None, newest_examples(opened))
    found.source, found.note = source, f"A dry run of {source}: nothing was sent."
    found.explain, found.how = EXPLAIN, HOW
    found.lost, found.more = lost(made), [_table(*block) for block in blocks(made, most)]
    return found


def lost(made: Rehearsal) -> list[Lost]:
    """Return the customers to win back, those who brought most first."""
    return winback_of(made.replay)


def blocks(made: Rehearsal, most: int) -> Iterator[tuple[str, list[Count]]]:
    """Yield what the rehearsal counted, by title: (name, count) pairs. Nothing that was not counted is among them."""
    told, found = made.document(most), made.found
    every: list[tuple[str, list[Count]]] = [
        ("funnel: customers that came so far, in this order", [(row["step"], row["customers"]) for row in told["funnel"]]),
        ("paths", [(f"{row['from']} -> {row['to']}", row["count"]) for row in told["paths"]]),
        ("stage moves", [(f"{row['from']} -> {row['to']}", row["count"]) for row in told["stage_moves"][:most]]),
        ("friction points", list(found.opened.most_common())),
        ("friction points that happened again while open", list(found.repeated.most_common())),
        ("churn signals", list(found.churn.most_common())),
        ("decisions", list(found.decisions.most_common())),
        ("contacts", list(made.contacts._asdict().items()) if made.contacts.numbers else []),
        ("baskets", list(_baskets(made.baskets._asdict())) if made.baskets.purchases else []),
    ]
    yield from ((title, rows) for title, rows in every if rows)


def _baskets(counted: dict[str, Any]) -> Iterator[Count]:
    for name, count in counted.items():
        if not isinstance(count, dict):
            yield name, count
        for currency, amount in count.items() if isinstance(count, dict) else ():
            yield name, in_words(amount, currency)


def _table(title: str, rows: list[Count]) -> Table:
    cells = [(name, f"{count:,}" if isinstance(count, int) else count) for name, count in rows]
    return Table(f"Of the whole file: {title}", ("what", "count"), cells, "")


def story_of(made: Rehearsal, customer: str) -> list[Entry]:
    """Return one customer's timeline; empty if the file does not know the customer.

    >>> from agents.tools.mapping.rehearsing import rehearsed
    >>> from streams.story import story
    >>> [each.what for each in story_of(rehearsed(story("0 web page_viewed /shop page=/shop")), "c1")]
    ['page_viewed', 'stage_entered']
    """
    told = (each for each in made.touchpoints if each.customer == customer)
    published = (each for each in made.replay.emissions if isinstance(each, Output) and each.customer == customer)
    links = (each for each in made.replay.sent if isinstance(each, JourneyLinked) and each.customer == customer)
    return chronicle(told, published, links)
