"""A mapping's text -> what it declares, or every error in it at once, each with its line and a suggestion."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from agents.tools.mapping.conditions import always
from agents.tools.mapping.declared import Declared, Rule
from agents.tools.mapping.desk import Desk
from agents.tools.mapping.evaluation import evaluation_of
from agents.tools.mapping.problems import MappingError
from agents.tools.mapping.rows import FORMATS, ORDERS, Layout
from agents.tools.mapping.ruling import rule_of
from agents.tools.mapping.specs import nothing, value_of
from agents.tools.mapping.values import Value
from schemas.problems import Place, Problem
from schemas.touchpoints.units import Moment
from streams.blueprints.lines import Path

TOP = ("about", "file", "fields", "touchpoint", "rehearsal", "evaluation")
IN_FILE = ("format", "delimiter", "columns", "empty", "order", "thread")
IN_REHEARSAL = ("funnel",)

_AT = re.compile(r"\(at line (\d+)")


def compiled(text: str) -> Declared:
    """The mapping that this TOML declares; MappingError with every problem in it.

    >>> found = compiled('''
    ... [fields]
    ... id = "{@line}"
    ... customer = "{user_id}"
    ... at = { column = "time", format = "ms" }
    ... [[touchpoint]]
    ... kind = "page_viewed"
    ... page = "/{event}"
    ... ''')
    >>> found.rules[0].kind.__name__, sorted(found.columns)
    ('PageViewed', ['event', 'time', 'user_id'])
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _AT.search(str(error))
        raise MappingError([Problem(Place("", int(place[1]) if place else 0), f"this is no TOML: {error}")]) from None
    desk = Desk(text)
    desk.known((), found, TOP, "a mapping")
    layout, thread = _file(desk, desk.table(("file",), found.get("file", {})))
    common = desk.table(("fields",), found.get("fields", {}))
    at = _at(desk, common)
    rules, asked = _rules(desk, found.get("touchpoint", []), common, thread is not None)
    funnel = _funnel(desk, desk.table(("rehearsal",), found.get("rehearsal", {})))
    about = desk.text((), found, "about")
    evaluation = evaluation_of(desk, found["evaluation"]) if "evaluation" in found else None
    desk.end()
    return Declared(about, layout, at, tuple(rules), thread, tuple(asked), desk.columns, tuple(funnel), evaluation)


def _file(desk: Desk, found: dict[str, Any]) -> tuple[Layout, Value | None]:
    path: Path = ("file",)
    desk.known(path, found, IN_FILE, "[file]")
    delimiter = desk.text(path, found, "delimiter", ",")
    if len(delimiter) != 1 or delimiter in '"\r\n':
        desk.wrong((*path, "delimiter"), f"`delimiter` cannot be {delimiter!r}", "one character, as ; or a tab, written \\t")
    layout = Layout(
        format=desk.choice(path, found, "format", FORMATS), delimiter=delimiter,
        columns=tuple(desk.texts((*path, "columns"), found.get("columns", []))),
        empty=frozenset(["", *desk.texts((*path, "empty"), found.get("empty", []))]),
        order=desk.choice(path, found, "order", ORDERS),
    )  # fmt: skip
    return layout, value_of(desk, (*path, "thread"), found["thread"], str) if "thread" in found else None


def _funnel(desk: Desk, found: dict[str, Any]) -> list[str]:
    desk.known(("rehearsal",), found, IN_REHEARSAL, "[rehearsal]")
    return desk.texts(("rehearsal", "funnel"), found.get("funnel", []))


def _at(desk: Desk, common: dict[str, Any]) -> Value:
    path: Path = ("fields", "at")
    if "at" not in common:
        desk.wrong(path[:1], "[fields] needs `at`, when it happened", 'as at = { column = "time", format = "iso", zone = "UTC" }')
        return nothing
    return value_of(desk, path, common["at"], Moment)


def _rules(desk: Desk, found: Any, common: dict[str, Any], threaded: bool) -> tuple[list[Rule], list[str]]:
    if not isinstance(found, list) or not found:
        desk.wrong(("touchpoint",), "there is no [[touchpoint]]: no row would mean anything", "say at least one kind")
        return [], []
    rules: list[Rule] = []
    asked: dict[str, None] = {}
    for number, table in enumerate(found):
        path: Path = ("touchpoint", number)
        if rules and rules[-1].holds is always and not (rules[-1].first or rules[-1].after):
            desk.wrong(path, f"this rule is never reached: the one on line {rules[-1].line} takes every row", "give that one a `when`")
        rules.append(rule_of(desk, path, desk.table(path, table), common, threaded, asked))
    return rules, list(asked)
