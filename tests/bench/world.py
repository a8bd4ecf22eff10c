"""How fast the invented company is made: a million events should take a minute at most, on one core. `python -m tests.bench.world`."""

from __future__ import annotations

from time import process_time

from agents.world.day import begin, play_day


def measured(days: int = 28, customers: int = 3_000) -> float:
    """Return how many events of a world are made in a second of processor time."""
    state, began = begin(1, days, customers), process_time()
    made = sum(len(play_day(state).lines) for _ in range(days))
    return made / (process_time() - began)


if __name__ == "__main__":
    speed = measured()
    print(f"{speed:,.0f} events/s; a million in {1_000_000 / speed:.0f} s")
