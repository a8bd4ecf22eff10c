"""Accounts that rest on the customer's wish: what is agreed is neither silence nor decline.

Whoever reads it declares `reads={AccountPaused: moments(1, "until")}`.
"""

from __future__ import annotations

from streams.state import Journey


def rests_until(journey: Journey, open_ms: float) -> int:
    """When (ms UTC) the agreed rest ends; one without an end lasts `open_ms`. 0: nothing is agreed, or the customer has been back since.

    >>> from types import SimpleNamespace as Mark
    >>> journey = Journey(acted_at=5, rings=Mark(account_paused=[Mark(at=5, until=90)]))
    >>> rests_until(journey, 1000)
    90
    >>> journey.acted_at = 6
    >>> rests_until(journey, 1000)
    0
    """
    pauses = journey.rings.account_paused
    if not pauses or pauses[-1].at < journey.acted_at:
        return 0
    pause = pauses[-1]
    return int(pause.at + open_ms if pause.until is None else pause.until)


def rested_since(journey: Journey, since: int) -> bool:
    """Whether a rest was agreed at `since` (ms UTC) or later, or lasted until then.

    >>> from types import SimpleNamespace as Mark
    >>> journey = Journey(rings=Mark(account_paused=[Mark(at=5, until=90)]))
    >>> [rested_since(journey, since) for since in (5, 90, 91)]
    [True, True, False]
    """
    return any(max(pause.at, pause.until or 0) >= since for pause in journey.rings.account_paused)
