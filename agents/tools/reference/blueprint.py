"""The page of blueprint keys: keys, rows, the facts that a rule may ask, and the offers in force without a blueprint."""

from __future__ import annotations

import inspect
import json
import re
import tomllib

from agents.tools.reference.fields import Field, field_table, fields
from agents.tools.reference.markdown import code, in_code, page, table
from schemas.touchpoints import ACTIVITIES
from schemas.vocabulary import STAGES
from streams.blueprints.reading import KEY_OF_FIELD
from streams.blueprints.writing import text_of
from streams.insights.measures import DEFINITIONS, MEASURES, SHARES
from streams.rules import Rules
from streams.rules.audience import facts
from streams.rules.audience.facts import FACTS
from streams.rules.blueprint import Blueprint, Persona, Target
from streams.rules.offer_rows import Offer, Policy
from streams.rules.stage_rows import FINER_CUES, Move

INTRO = """
A blueprint is a TOML file with a company's own rules. None is needed to start: what a file does not name is the default below. Rows
(`[[offers]]`, `[[policies]]`, `[[personas]]`, `[[targets]]`, `[[stages]]`) that are given replace the default rows, all of them.
`sojourn blueprint show --limits` prints the complete defaults as a file; `sojourn blueprint check FILE` names every mistake with
its line. To write one, see [write a blueprint](../how-to/write-a-blueprint.md).
"""
RULES = """
## What a rule may ask

An audience or a persona is a rule over one customer: comparisons with `and`, `or`, `not`, parentheses, and `in` with a list. It is
a small subset of Python's expressions; it is parsed and never executed. Beside the facts below there are `count(ACTIVITY, days=30)`
(up to 91 days), `count(KIND)` (since the beginning) and, in audiences, `persona(NAME)`. A fact that is not known (no purchase yet)
makes its comparison false.
"""
ROWS = (("offers", Offer), ("policies", Policy), ("personas", Persona), ("targets", Target), ("stages", Move))


def blueprint_page() -> str:
    """Return the page of keys, rows, facts and defaults."""
    keys = field_table(map(_as_in_file, fields(Blueprint)))
    rows = [f"## [[{name}]]\n\n{_first_line(kind)}\n\n{field_table(fields(kind))}" for name, kind in ROWS]
    rates = "\n".join(f"- `{name}`: share of {DEFINITIONS[name]}" for name in sorted(SHARES))
    measures = f"Measures that a target may name: {in_code(sorted(MEASURES))}. The rates are defined so:\n\n{rates}"
    stages = f"Stages: {in_code(STAGES)}. A cue is a kind, the name of a churn signal, or one of {in_code(FINER_CUES)}."
    complete = f"## The complete defaults as a file\n\n{code(text_of(Blueprint()), 'toml')}"
    asked = f"{RULES.strip()}\n\n{_facts()}"
    return page("Blueprint keys", INTRO, "## Keys of the file", keys, *rows, measures, stages, asked, _offers(), complete)


def _as_in_file(field: Field) -> Field:
    """Return the field as a blueprint file has it: durations with a unit, defaults as TOML. Rows have sections of their own."""
    key = KEY_OF_FIELD.get(field.name, field.name)
    default = dict(tomllib.loads(text_of(Blueprint()))).get(key)
    shown = "the rows below" if key in dict(ROWS) else json.dumps(default)
    return Field(key, "duration" if key in KEY_OF_FIELD.values() else field.type, shown, field.says)


def _first_line(kind: type) -> str:
    return (kind.__doc__ or "").strip().split("\n")[0]


def _facts() -> str:
    """Return the table of facts. The unit of a fact comes from the comment behind its row in the source."""
    remarks = dict(re.findall(r'^    "(\w+)": Fact\(.*\),  # (.*)$', inspect.getsource(facts), re.MULTILINE))
    values = {name: in_code(f"'{each}'" for each in fact.values) if fact.values else "number" for name, fact in FACTS.items()}
    rows = [(f"`{name}`", values[name], remarks.get(name, "")) for name in FACTS]
    return f"{table(('fact', 'values', 'unit'), rows)}\n\nActivities: {in_code(ACTIVITIES)}."


def _offers() -> str:
    """Return the table of the default offers."""
    rows = [(f"`{o.name}`", o.family, o.lever, ", ".join(o.channels), f"`{o.audience}`", in_code(o.resolves)) for o in Rules().offers]
    columns = ("offer", "family", "lever", "channels", "audience", "repairs")
    head = "## Offers without a blueprint\n\nValues and propensities are priors for a grocer with a web shop, in cents of margin."
    return f"{head}\n\n{table(columns, rows)}"
