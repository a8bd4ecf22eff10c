"""Visits: one an episode and place, one more in a new week."""

from __future__ import annotations

from streams.replay import Replay
from streams.story import START, story

SUNDAY = START - 40 * 60_000 - 8 * 3_600_000  # 2026-01-04 23:20 UTC


def visits(minutes: tuple[int, ...], start: int) -> list[int]:
    """Return the visits of each row of the page /shop, seen at these minutes."""
    touched = story("\n".join(f"{minute}m web page_viewed /shop page=/shop" for minute in minutes), start=start)
    rows = Replay().run(touched).partition.aggregates.rows
    return [row.counts["visits"] for key, row in rows.items() if key[0] == "place" and "visits" in row.counts]


def test_what_goes_on_in_a_visit_is_no_other_visit() -> None:
    """Mutant caught: a visit counted at each touchpoint."""
    assert visits((0, 5, 10), START) == [1]


def test_a_visit_ends_with_its_week() -> None:
    """So no row has more visits that were hurt than visits. Mutant caught: `count_visit` does not look at the week of the latest visit."""
    assert visits((0, 20, 45), SUNDAY) == [1, 1]
