"""What to do first, in sentences: what hurts, where, since when, whom, what it costs, who answers for it, and whom to look at."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import NamedTuple

from agents.tools.reports.drawing import plain
from agents.tools.reports.overview.harm import EXPLAIN, Harm, reason
from schemas.characters import visible


class Card(NamedTuple):
    """One friction to act on: its title, the sentence to read first, its facts by name, and the commands that show customers."""

    title: str
    told: str
    facts: tuple[tuple[str, str], ...]
    see: tuple[str, ...]


def card(harm: Harm, worth: tuple[float, str], explain: str = EXPLAIN) -> Card:
    """Return one friction as a card. `worth` is what a customer has brought on average (minor units), and its currency.

    `explain` are the words before a customer's id that show their story.
    """
    rate = harm.course.after
    share = f"{harm.definition}: {rate.rate:.1%} ({100 * rate.low:.1f}-{100 * rate.high:.1f}) of all" if rate.of else ""
    worth_left = f"worth {harm.cost}" if harm.left else "and no event told their worth"
    facts = (
        ("Since", harm.since or "no clear change in these weeks"),
        ("How often", share),
        ("Better or worse", newest(harm)),
        ("What it costs", f"carts left: {harm.carts_left:,}, {worth_left}" if harm.carts_left else ""),
        ("Contacts after it", f"{harm.contacts:,}" if harm.contacts else ""),
        ("Owner", harm.owner or "nobody"),
        ("Why it ranks here", reason(harm, worth)),
    )
    return Card(
        f"{plain(harm.detector).capitalize()} at {harm.place or 'no place told'}, {harm.channel or 'no channel'}",
        _told(harm),
        tuple(fact for fact in facts if fact[1]),
        tuple(f"{explain} {customer}" for customer in harm.examples),
    )


def _told(harm: Harm) -> str:
    course = harm.course
    people = f"{harm.customers:,} customer{'s' if harm.customers != 1 else ''} met it"
    changed = f"; {course.after.rate:.1%} since {harm.since}, {course.before.rate:.1%} before" if harm.since else ""
    return f"{people}{changed}{f'; carts worth {harm.cost} were left' if harm.left else ''}."


def newest(harm: Harm) -> str:
    """Return how the newest weeks compare, with the interval of the difference."""
    course = harm.course
    if course.verdict == "too few weeks":
        return course.verdict
    points = f"{100 * course.difference:+.1f} points ({100 * course.low:+.1f} to {100 * course.high:+.1f})"
    return f"newest weeks: {course.verdict}, {points}"


def lines(number: int, shown: Card, width: int) -> Iterator[str]:
    """Yield a card as lines of a terminal, each at most `width` characters. Commands are whole, to be copied.

    >>> for line in lines(1, Card("Rage click at /pay, web", "2 customers met it.", (("Owner", "care"),), ("sojourn explain c1",)), 60):
    ...     print(line)
    1. Rage click at /pay, web
       2 customers met it.
       Owner              care
       See                sojourn explain c1
    """
    yield from _wrapped(f"{number}. ", visible(shown.title), width)
    yield from _wrapped("   ", visible(shown.told), width)
    for name, words in (*shown.facts, *(("" if at else "See", command) for at, command in enumerate(shown.see))):
        yield from _wrapped(f"   {name:<18} ", visible(words), width)


def _wrapped(first: str, words: str, width: int) -> list[str]:
    return wrap(
        words, max(width, 40), initial_indent=first, subsequent_indent=" " * len(first), break_on_hyphens=False, break_long_words=False
    )  # fmt: skip
