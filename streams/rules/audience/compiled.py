"""Audience rules of personas and offers, compiled once when a blueprint is read. Every fault is reported at once."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Protocol

from streams.rules.audience.language import Audience, AudienceError, parse_audience
from streams.rules.offer_rows import Offer

MAX_PERSONAS = 24  # personas of a blueprint: a journey keeps no more


class PersonaRow(Protocol):
    """A row of the blueprint: a name and a rule."""

    @property
    def name(self) -> str:
        """The name of the persona."""

    @property
    def rule(self) -> str:
        """The rule that says which customers are in it."""


def compile_personas(declared: Iterable[PersonaRow]) -> dict[str, Audience]:
    """Return the compiled rule of each persona. Raises ValueError with every fault at once, each with the persona's name."""
    rules: dict[str, Audience] = {}
    faults: list[str] = []
    for persona in declared:
        if not persona.name or persona.name in rules:
            faults.append(f"persona {persona.name!r}: a persona has a name, and only one has it")
        if persona_names(persona.rule):
            faults.append(f"persona {persona.name!r}: its rule names another persona; say what they are instead")
        try:
            rules[persona.name] = parse_audience(persona.rule)
        except AudienceError as error:
            faults.append(f"persona {persona.name!r}: {error}")
    if len(rules) > MAX_PERSONAS:
        faults.append(f"{len(rules)} personas: a journey keeps at most {MAX_PERSONAS}")
    if faults:
        raise ValueError("\n".join(faults))
    return rules


def persona_names(rule: str) -> set[str]:
    """Return the personas that a rule names. Return an empty set for a rule that cannot be parsed.

    >>> sorted(persona_names("persona(savers) and not persona('new customers')"))
    ['new customers', 'savers']
    """
    try:
        tree = ast.parse(rule.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "persona"]
    return {str(arg.id if isinstance(arg, ast.Name) else getattr(arg, "value", "")) for call in calls for arg in call.args}


def compile_audiences(offers: Iterable[Offer], known: Iterable[str]) -> dict[str, Audience]:
    """Return the compiled audience of each offer. Raises ValueError for one that names an unknown persona."""
    declared = set(known)
    for offer in offers:
        if unknown := sorted(persona_names(offer.audience) - declared):
            raise ValueError(
                f"offer {offer.name!r}: there is no persona {unknown[0]!r}; declared are {', '.join(sorted(declared)) or 'none'}"
            )
    return {offer.name: parse_audience(offer.audience) for offer in offers}
