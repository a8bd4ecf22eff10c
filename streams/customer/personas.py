"""Personas and segments: a company's own sorts of customers, each a rule over the journey; a customer can be of several at once.

They are looked at where a journey comes to a conclusion (a stage, rung or motive changed, a signal was raised, a matter came due) and at
the first touchpoint of an episode: a rule over days becomes true at the next such moment, not in between.
"""

from __future__ import annotations

from schemas.transitions import PersonaEntered, PersonaLeft
from streams.context import Context


def update_personas(ctx: Context) -> None:
    """The personas whose rules hold now are those of the customer; entering and leaving one is published."""
    known, now = ctx.journey.personas, ctx.at
    for name, rule in ctx.rules.personas.items():
        if rule(ctx.journey, now):
            if name not in known:
                known[name] = now
                ctx.out.append(PersonaEntered(**ctx.head(f"persona:{name}"), persona=name))
        elif name in known:
            _leave(ctx, name)
    for name in [name for name in known if name not in ctx.rules.personas]:
        _leave(ctx, name)


def _leave(ctx: Context, name: str) -> None:
    since = ctx.journey.personas.pop(name)
    ctx.out.append(PersonaLeft(**ctx.head(f"persona:{name}"), persona=name, dwell_s=max(0, ctx.at - since) // 1000))
