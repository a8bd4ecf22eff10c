"""Accounts that are paused on the customer's wish. An agreed pause is neither silence nor decline.

A detector that asks these questions declares `reads={AccountPaused: last_uncited(1, "until")}`.
"""

from __future__ import annotations

from streams.state import Journey


def pause_end(journey: Journey, open_ms: float) -> int:
    """Return when (ms UTC) the agreed pause ends; 0: none is agreed, or the customer has been back since.

    A pause without an end lasts `open_ms`.

    >>> from types import SimpleNamespace as Mark
    >>> from streams.state import journey_of
    >>> journey = journey_of(acted_at=5, rings=Mark(account_paused=[Mark(at=5, until=90)]))
    >>> pause_end(journey, 1000)
    90
    >>> journey.acted_at = 6
    >>> pause_end(journey, 1000)
    0
    """
    pauses = journey.rings.account_paused
    if not pauses or pauses[-1].at < journey.acted_at:
        return 0
    pause = pauses[-1]
    return int(pause.at + open_ms if pause.until is None else pause.until)


def was_paused_since(journey: Journey, since: int) -> bool:
    """Return whether a pause was agreed at `since` (ms UTC) or later, or lasted until then.

    >>> from types import SimpleNamespace as Mark
    >>> from streams.state import journey_of
    >>> journey = journey_of(rings=Mark(account_paused=[Mark(at=5, until=90)]))
    >>> [was_paused_since(journey, since) for since in (5, 90, 91)]
    [True, True, False]
    """
    return any(max(pause.at, pause.until or 0) >= since for pause in journey.rings.account_paused)
