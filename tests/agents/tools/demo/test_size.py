"""What a real customer's journey weighs after a year."""

from __future__ import annotations

from statistics import median

from agents.tools.evaluating.history import History
from streams.replay import Replay


def test_a_household_of_a_year_takes_two_kib(year: History) -> None:
    """The median of 150 households; the heaviest of them is far from the size limit. Mutant caught: a ring of 64 marks of every purchase.

    It was 2,048 bytes before currencies and things told twice, which take about twenty. Signals of silence that stay until
    the customer acts, and what a deadline is about, take about thirty.
    """
    few = year.of(150)
    sizes = [len(state) for state in Replay().run(few.touchpoints(), few.until).states().values()]
    assert len(sizes) == 150
    assert median(sizes) <= 2_144  # of which some 30 say when the latest visit to each place was, and what hurt in it
    assert max(sizes) < 8_192
