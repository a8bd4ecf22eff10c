"""The `[evaluation]` table of a mapping: everyone on a day, or each customer at a moment of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from agents.tools.mapping import shapes
from agents.tools.mapping.desk import Desk
from agents.tools.mapping.question import Horizons, Likeness, Question
from schemas.touchpoints import BY_KIND, Touchpoint
from streams.blueprints.lines import Path
from streams.rules.suggest import suggestion

ON_A_DAY = ("cut", "within")
AT_A_MOMENT = ("about", "anchor", "days", "outcome", "ends", "split")
_HERE: Path = ("evaluation",)


def evaluation_of(desk: Desk, found: Any) -> Question | Horizons | None:
    """What the table asks; what is wrong with it is noted."""
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
    return _on_a_day(desk, table) if "cut" in table else _at_a_moment(desk, table)


def _on_a_day(desk: Desk, table: dict[str, Any]) -> Horizons:
    within = table["within"] if isinstance(table["within"], list) else [table["within"]]
    return Horizons(_day(desk, "cut", table["cut"]), tuple(_days(desk, "within", each) for each in within))


def _at_a_moment(desk: Desk, table: dict[str, Any]) -> Question | None:
    anchor, outcome = (_likeness(desk, key, table[key]) for key in ("anchor", "outcome"))
    ends = [_kind(desk, (*_HERE, "ends"), name) for name in desk.texts((*_HERE, "ends"), table["ends"])]
    days, split = _days(desk, "days", table["days"]), _day(desk, "split", table["split"])
    if anchor is None or outcome is None:
        return None
    if outcome.kind not in ends:
        desk.wrong(
            (*_HERE, "ends"), "the outcome's kind is none of the `ends`", "a customer who left has come to an end: name its kind as well"
        )
    return Question(desk.text(_HERE, table, "about"), anchor, days, outcome, tuple(kind for kind in ends if kind), split)


def _likeness(desk: Desk, key: str, found: Any) -> Likeness | None:
    path = (*_HERE, key)
    fields = dict(desk.table(path, found))
    kind = _kind(desk, path, fields.pop("kind", ""))
    if kind is None:
        return None
    for name, content in fields.items():
        if name not in (hints := shapes.hints(kind)):
            desk.wrong((*path, name), f"{found['kind']} has no field `{name}`", suggestion(name, hints))
        elif wrong := shapes.misfit(content, hints[name]):
            desk.wrong((*path, name), f"`{name}` cannot be {content!r}: {wrong}")
    return Likeness(kind, fields)


def _kind(desk: Desk, path: Path, name: object) -> type[Touchpoint] | None:
    if name not in BY_KIND:
        desk.wrong(path, f"there is no kind {name!r}", suggestion(str(name), BY_KIND))
    return BY_KIND.get(str(name))


def _day(desk: Desk, key: str, found: object) -> int:
    try:
        return round(datetime.fromisoformat(str(found)).replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        desk.wrong((*_HERE, key), f"`{key}` cannot be {found!r}", 'a day (UTC), as "2011-11-01"')
        return 0


def _days(desk: Desk, key: str, found: object) -> float:
    if isinstance(found, int | float) and not isinstance(found, bool) and found > 0:
        return float(found)
    desk.wrong((*_HERE, key), f"`{key}` cannot be {found!r}", "a number of days")
    return 1.0
