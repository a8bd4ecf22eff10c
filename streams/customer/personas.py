"""Personas: a company's own groups of customers, each a rule over the journey. A customer can be in several.

The rules are checked after a change of stage, rung or motive, after a signal, and after a due deadline. They are also checked at the
first touchpoint of an episode. A rule over days becomes true at the next such time, not in between.
"""

from __future__ import annotations

from schemas.outputs.transitions import PersonaEntered, PersonaLeft
from streams.context import Context


def update_personas(ctx: Context) -> None:
    """Update the customer's personas to those whose rules hold now. Publish every change."""
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
