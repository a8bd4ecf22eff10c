"""Parses the text of a mapping. Returns what it declares, or raises all of its errors at once, each with its line and a suggestion."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from agents.tools.mapping.declared import Declared, Horizons, Likeness, Question, Rule
from agents.tools.mapping.desk import Desk, MappingError
from agents.tools.mapping.encodings import encoding_called, nearest_encoding
from agents.tools.mapping.numbers import KEYS
from agents.tools.mapping.rows import FORMATS, ORDERS, Layout
from agents.tools.mapping.ruling import always, rule_of
from agents.tools.mapping.specs import hints_of, misfit, value_of
from agents.tools.mapping.values import Value, nothing
from schemas.problems import Place, Problem
from schemas.touchpoints import BY_KIND, Touchpoint
from schemas.touchpoints.units import Moment
from streams.blueprints.lines import Path
from streams.blueprints.toml import TomlError, table_of
from streams.rules.suggest import suggestion

TOP = ("about", "file", "fields", "touchpoint", "rehearsal", "evaluation")
IN_FILE = ("format", "encoding", "delimiter", "columns", "empty", "order", "thread", *KEYS)
IN_REHEARSAL = ("funnel",)

ON_A_DAY = ("cut", "within")
AT_A_MOMENT = ("about", "anchor", "days", "outcome", "ends", "split")
_HERE: Path = ("evaluation",)


def compiled(text: str) -> Declared:
    """Return the mapping that this TOML declares. Raises MappingError with all of its problems.

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
        found = table_of(text)
    except TomlError as error:
        raise MappingError([Problem(Place("", error.line), f"this is no TOML: {error}")]) from None
    desk = Desk(text)
    desk.known((), found, TOP, "a mapping")
    layout, thread = _parse_file(desk, desk.table(("file",), found.get("file", {})))
    common = desk.table(("fields",), found.get("fields", {}))
    at = _parse_at(desk, common)
    rules, asked = _parse_rules(desk, found.get("touchpoint", []), common, thread is not None)
    funnel = _parse_funnel(desk, desk.table(("rehearsal",), found.get("rehearsal", {})))
    about = desk.text((), found, "about")
    evaluation = evaluation_of(desk, found["evaluation"]) if "evaluation" in found else None
    desk.end()
    return Declared(about, layout, at, tuple(rules), thread, tuple(asked), desk.columns, tuple(funnel), evaluation)


def _parse_file(desk: Desk, found: dict[str, Any]) -> tuple[Layout, Value | None]:
    path: Path = ("file",)
    desk.known(path, found, IN_FILE, "[file]")
    delimiter = desk.text(path, found, "delimiter", ",")
    desk.style = desk.style_in(path, found)
    if len(delimiter) != 1 or delimiter in '"\r\n':
        desk.wrong((*path, "delimiter"), f"`delimiter` cannot be {delimiter!r}", "one character, as ; or a tab, written \\t")
    layout = Layout(
        format=desk.choice(path, found, "format", FORMATS), delimiter=delimiter,
        columns=tuple(desk.texts((*path, "columns"), found.get("columns", []))),
        empty=frozenset(["", *desk.texts((*path, "empty"), found.get("empty", []))]),
        encoding=_parse_encoding(desk, path, found), order=desk.choice(path, found, "order", ORDERS),
    )  # fmt: skip
    return layout, value_of(desk, (*path, "thread"), found["thread"], str) if "thread" in found else None


def _parse_encoding(desk: Desk, path: Path, found: dict[str, Any]) -> str:
    name = desk.text(path, found, "encoding", "utf-8")
    if (encoding := encoding_called(name)) is None:
        desk.wrong((*path, "encoding"), f"there is no encoding {name!r}", nearest_encoding(name))
    return encoding or ""


def _parse_funnel(desk: Desk, found: dict[str, Any]) -> list[str]:
    desk.known(("rehearsal",), found, IN_REHEARSAL, "[rehearsal]")
    return desk.texts(("rehearsal", "funnel"), found.get("funnel", []))


def _parse_at(desk: Desk, common: dict[str, Any]) -> Value:
    path: Path = ("fields", "at")
    if "at" not in common:
        desk.wrong(path[:1], "[fields] needs `at`, when it happened", 'as at = { column = "time", format = "iso", zone = "UTC" }')
        return nothing
    return value_of(desk, path, common["at"], Moment)


def _parse_rules(desk: Desk, found: Any, common: dict[str, Any], threaded: bool) -> tuple[list[Rule], list[str]]:
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


def evaluation_of(desk: Desk, found: Any) -> Question | Horizons | None:
    """Return what the `[evaluation]` table declares; None if it is incomplete. Add its problems to `desk`."""
    table = desk.table(_HERE, found)
    desk.known(_HERE, table, (*ON_A_DAY, *AT_A_MOMENT), "[evaluation]")
    keys = ON_A_DAY if "cut" in table else AT_A_MOMENT
    for key in keys:
        if key not in table:
            desk.wrong(_HERE, f"[evaluation] needs `{key}`", f"together: {', '.join(keys)}")
    for key in table:
        if key in (*ON_A_DAY, *AT_A_MOMENT) and key not in keys:
            desk.wrong((*_HERE, key), f"`{key}` does not go with `cut`", "either a day for everybody, or an anchor of each customer's own")
    if not all(key in table for key in keys):
        return None
    return _parse_horizons(desk, table) if "cut" in table else _parse_question(desk, table)


def _parse_horizons(desk: Desk, table: dict[str, Any]) -> Horizons:
    within = table["within"] if isinstance(table["within"], list) else [table["within"]]
    return Horizons(_parse_day(desk, "cut", table["cut"]), tuple(_parse_days(desk, "within", each) for each in within))


def _parse_question(desk: Desk, table: dict[str, Any]) -> Question | None:
    anchor, outcome = (_parse_likeness(desk, key, table[key]) for key in ("anchor", "outcome"))
    ends = [_find_kind(desk, (*_HERE, "ends"), name) for name in desk.texts((*_HERE, "ends"), table["ends"])]
    days, split = _parse_days(desk, "days", table["days"]), _parse_day(desk, "split", table["split"])
    if anchor is None or outcome is None:
        return None
    if outcome.kind not in ends:
        desk.wrong(
            (*_HERE, "ends"), "the outcome's kind is none of the `ends`", "a customer who left has come to an end: name its kind as well"
        )
    return Question(desk.text(_HERE, table, "about"), anchor, days, outcome, tuple(kind for kind in ends if kind), split)


def _parse_likeness(desk: Desk, key: str, found: Any) -> Likeness | None:
    path = (*_HERE, key)
    fields = dict(desk.table(path, found))
    kind = _find_kind(desk, path, fields.pop("kind", ""))
    if kind is None:
        return None
    for name, content in fields.items():
        if name not in (hints := hints_of(kind)):
            desk.wrong((*path, name), f"{found['kind']} has no field `{name}`", suggestion(name, hints))
        elif wrong := misfit(content, hints[name]):
            desk.wrong((*path, name), f"`{name}` cannot be {content!r}: {wrong}")
    return Likeness(kind, fields)


def _find_kind(desk: Desk, path: Path, name: object) -> type[Touchpoint] | None:
    if name not in BY_KIND:
        desk.wrong(path, f"there is no kind {name!r}", suggestion(str(name), BY_KIND))
    return BY_KIND.get(str(name))


def _parse_day(desk: Desk, key: str, found: object) -> int:
    try:
        return round(datetime.fromisoformat(str(found)).replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        desk.wrong((*_HERE, key), f"`{key}` cannot be {found!r}", 'a day (UTC), as "2011-11-01"')
        return 0


def _parse_days(desk: Desk, key: str, found: object) -> float:
    if isinstance(found, int | float) and not isinstance(found, bool) and found > 0:
        return float(found)
    desk.wrong((*_HERE, key), f"`{key}` cannot be {found!r}", "a number of days")
    return 1.0
