"""What to do first: steps that are blocked now, then the frictions that cost most."""

from __future__ import annotations

from agents.tools.reports.overview.blocked import blocked_card
from agents.tools.reports.overview.gathering import Overview
from agents.tools.reports.overview.telling import Card, card


def first_cards(found: Overview, most: int) -> list[Card]:
    """Return the cards: every step that is blocked now, and as many frictions as there is room for; at least half of `most`."""
    blocked = [blocked_card(each) for each in found.blocked if each.stands][:most]
    room = max(most - len(blocked), (most + 1) // 2)
    return blocked + [card(each, found.worth, found.explain) for each in found.harms[:room]]
