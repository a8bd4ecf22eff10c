"""Personas and segments: a company's own sorts of customers, each a rule over the journey; a customer can be of several at once.

They are looked at where a journey comes to a conclusion (a stage, rung or motive changed, a signal was raised, a matter came due) and at
the first touchpoint of an episode: a rule over days becomes true at the next such moment, not in between.
"""

from __future__ import annotations

from schemas.transitions import PersonaEntered, PersonaLeft
from streams.moment import Moment


def settle(moment: Moment) -> None:
    """The personas whose rules hold now are those of the customer; entering and leaving one is published."""
    known, now = moment.journey.personas, moment.at
    for name, rule in moment.rules.personas.items():
        if rule(moment.journey, now):
            if name not in known:
                known[name] = now
                moment.out.append(PersonaEntered(**moment.head(f"persona:{name}"), persona=name))
        elif name in known:
            _leave(moment, name)
    for name in [name for name in known if name not in moment.rules.personas]:
        _leave(moment, name)


def _leave(moment: Moment, name: str) -> None:
    since = moment.journey.personas.pop(name)
    moment.out.append(PersonaLeft(**moment.head(f"persona:{name}"), persona=name, dwell_s=max(0, moment.at - since) // 1000))
