"""The writer of a blueprint's file, and the changes from one blueprint to another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
import tomli_w

from streams.blueprints.names import ANY, all_detectors
from streams.blueprints.reading import KEY_OF_FIELD
from streams.rules.blueprint import Blueprint, blueprint_of

NAMES = {
    "offers": ("name",),
    "personas": ("name",),
    "policies": ("scope", "only", "days"),
    "names": ("name", "kind"),
    "targets": ("measure", "place", "channel", "stage"),
}


class Change(NamedTuple):
    """One rule that differs. None stands for a rule that does not exist."""

    rule: str
    before: Any
    after: Any

    def __str__(self) -> str:
        """Return the change as a person reads it.

        >>> print(Change("holdout", 0.1, 0.2))
        ~ holdout: 0.1 -> 0.2
        >>> print(Change("offers.gift", None, "there"))
        + offers.gift
        """
        if self.before is None or self.after is None:
            value = self.after if self.before is None else self.before
            return f"{'+' if self.before is None else '-'} {self.rule}{'' if value == THERE else f': {_value_text(value)}'}"
        return f"~ {self.rule}: {_value_text(self.before)} -> {_value_text(self.after)}"


def _value_text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


THERE = "there"  # the value of a row as a whole
WIDTH = 120  # characters of an array on one line, at most
_LONG_ARRAY = re.compile(r"\[\n((?:    [^\n]*,\n)+)\]")


def text_of(blueprint: Blueprint, *, every_limit: bool = False) -> str:
    """Return the text of the blueprint's file. With `every_limit` it includes the limits that are the detectors' own defaults.

    >>> print(text_of(Blueprint(holdout=0.2)).splitlines()[0])
    name = "default"
    """
    form = as_table(blueprint)
    if every_limit:
        form["limits"] = {name: limits for name, limits in _limits(blueprint).items() if limits}
    scalars = {key: value for key, value in form.items() if not _is_table(value)}
    whole = tomli_w.dumps(scalars | {key: value for key, value in form.items() if key not in scalars})
    return _LONG_ARRAY.sub(_on_one_line, whole)


def _on_one_line(array: re.Match[str]) -> str:
    """Return an array on one line if it fits. The TOML writer gives each element a line of its own."""
    line = f"[{', '.join(each.strip().removesuffix(',') for each in array[1].splitlines())}]"
    return line if len(line) <= WIDTH else array[0]


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def as_table(blueprint: Blueprint) -> dict[str, Any]:
    """Return the blueprint as a TOML table. Rows are without their defaults."""
    form: dict[str, Any] = {}
    for field in blueprint.__struct_fields__:
        value = getattr(blueprint, field)
        rows = isinstance(value, tuple) and bool(value) and isinstance(value[0], msgspec.Struct)
        form[KEY_OF_FIELD.get(field, field)] = (
            [_without_defaults(row) for row in value] if rows else msgspec.to_builtins(value, order="deterministic")
        )
    form["lateness"] = {source or ANY: duration_text(late) for source, late in blueprint.lateness_ms.items()}
    form["episode_silence"] = duration_text(blueprint.episode_silence_ms)
    return {key: _as_toml(value) for key, value in form.items()}


def _as_toml(value: Any) -> Any:
    """Return the value with lists in place of tuples, and with 5 in place of 5.0. TOML knows no tuples."""
    if isinstance(value, dict):
        return {key: _as_toml(each) for key, each in value.items()}
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return [_as_toml(each) for each in value] if isinstance(value, list | tuple) else value


def _without_defaults(row: msgspec.Struct) -> dict[str, Any]:
    usual = {each.encode_name: each.default for each in msgspec.structs.fields(row)}
    plain: dict[str, Any] = msgspec.to_builtins(row)
    return {key: value for key, value in plain.items() if value is not None and value != usual[key]}


def duration_text(ms: int) -> str:
    """Return a duration in the largest unit that leaves no remainder.

    >>> duration_text(129_600_000), duration_text(5_000), duration_text(1_500), duration_text(0)
    ('36 h', '5 s', '1500 ms', '0 s')
    """
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000)):
        if ms % size == 0 and (ms or unit == "s"):
            return f"{ms // size} {unit}"
    return f"{ms} ms"


def changes(before: Blueprint, after: Blueprint) -> list[Change]:
    """Return every rule that differs, with the detectors' default limits where none are set. The name is no rule.

    >>> for change in changes(Blueprint(), Blueprint(limits={"rage_click": {"clicks": 5}}, silent=("dead_click",))): print(change)
    ~ limits.rage_click.clicks: 4 -> 5
    + silent.dead_click
    """
    old, new = dict(_flat(blueprint_of(before.body()))), dict(_flat(blueprint_of(after.body())))
    differing = [rule for rule in {**old, **new} if old.get(rule) != new.get(rule)]
    whole = {rule for rule in differing if THERE in (old.get(rule), new.get(rule))}
    return [Change(rule, old.get(rule), new.get(rule)) for rule in differing if rule in whole or not _is_inside(rule, whole)]


def _is_inside(rule: str, whole: set[str]) -> bool:
    """Return whether the rule belongs to a row that is added or removed as a whole."""
    return any(rule.startswith(f"{row}.") for row in whole)


def _flat(blueprint: Blueprint) -> Iterator[tuple[str, Any]]:
    form = as_table(blueprint) | {"limits": _limits(blueprint)}
    for key, value in form.items():
        if key in NAMES:
            yield from _rows(key, [msgspec.to_builtins(row) for row in getattr(blueprint, key)])
        elif key == "stages":
            yield from ((f"stages.{start} on {cue}", row["to"]) for row in value for start in row["from"] for cue in row["on"])
        elif isinstance(value, dict):
            yield from _table(key, value)
        elif key in ("silent", "bots", "staff", "hide", "show"):
            yield from ((f"{key}.{name}", THERE) for name in value)
        elif key != "name":
            yield key, value


def _rows(key: str, rows: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    for row in rows:
        name = "/".join(str(row[part] or ANY) for part in NAMES[key])
        yield f"{key}.{name}", THERE
        yield from _table(f"{key}.{name}", {field: _as_toml(value) for field, value in row.items() if field not in NAMES[key]})


def _table(key: str, table: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _table(f"{key}.{name}", value)
        else:
            yield f"{key}.{name}", value


def _limits(blueprint: Blueprint) -> dict[str, dict[str, float]]:
    """Return every limit in force."""
    return {each.name: {**each.limits, **blueprint.limits.get(each.name, {})} for each in all_detectors()}
