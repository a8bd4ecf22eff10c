"""The check of values against the shape that a struct declares. Every misfit is reported, and what fits is kept.

msgspec itself stops at the first misfit. A person wants to correct a file in one go.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import inspect as kinds

from schemas.problems import Problem
from streams.blueprints.lines import Path
from streams.rules.suggest import suggestion

MISFIT: Any = object()
UNITS = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_DURATION = re.compile(r"(\d+(?:\.\d+)?) ?(ms|s|min|h|d)")


class Fitting:
    """Values checked against declared types. `faults` holds the misfits, each with its path.

    >>> from streams.rules.blueprint import Persona
    >>> fitting = Fitting()
    >>> fitting.fit(kinds.type_info(Persona), {"name": "saver", "rule": "coupon_share > 0.5"}, ("personas", 0))
    Persona(name='saver', rule='coupon_share > 0.5')
    >>> fitting.fit(kinds.type_info(Persona), {"nmae": "saver", "rule": 7}, ("personas", 0)) is MISFIT
    True
    >>> for fault in fitting.faults: print(f"{fault.what}; {fault.fix}")
    'nmae' is no key of a persona; did you mean 'name'?
    a text belongs here, not 7; write it in quotation marks
    """

    def __init__(self) -> None:
        self.faults: list[Problem[Path]] = []
        self._ways: Mapping[type[kinds.Type], Callable[[Any, Any, Path], Any]] = {
            kinds.StructType: self._struct,
            kinds.DictType: self._table,
            kinds.VarTupleType: self._list,
            kinds.TupleType: self._fixed_list,
            kinds.LiteralType: self._literal,
            kinds.UnionType: self._optional,
        }

    def fit(self, kind: kinds.Type, value: Any, path: Path) -> Any:
        """Return the value as the type has it, without the parts that do not fit; MISFIT if nothing fits."""
        way = self._ways.get(type(kind))
        return way(kind, value, path) if way else self._plain(kind, value, path)

    def duration(self, value: Any, path: Path) -> Any:
        """Return the milliseconds of a number with its unit."""
        match = _DURATION.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            return self.report_misfit(
                path, f"{_describe(value)} is no duration", 'write a number and its unit, as "5 s", "30 min", "36 h" or "2 d"'
            )
        return round(float(match[1]) * UNITS[match[2]])

    def report_misfit(self, path: Path, what: str, fix: str = "") -> Any:
        """Add a fault and return MISFIT."""
        self.faults.append(Problem(path, what, fix))
        return MISFIT

    def table(self, value: Any, path: Path) -> dict[str, Any]:
        """Return the value if it is a table, else an empty table."""
        if isinstance(value, dict):
            return value
        self.report_misfit(path, f"a table belongs here, not {_describe(value)}")
        return {}

    def known_keys(self, keys: Mapping[str, Any], given: dict[str, Any], path: Path, of: str) -> dict[str, Any]:
        """Return what is given under known keys. Report the others."""
        for key in given.keys() - keys.keys():
            self.report_misfit((*path, key), f"{key!r} is no key of {of}", suggestion(key, keys))
        return {key: value for key, value in given.items() if key in keys}

    def _struct(self, kind: kinds.StructType, value: Any, path: Path) -> Any:
        fields, before = {each.encode_name: each for each in kind.fields}, len(self.faults)
        word = kind.cls.__name__.lower()
        of = f"an {word}" if word[0] in "aeiou" else f"a {word}"
        value = self.table(value, path)
        given = self.known_keys(fields, value, path, of)
        fitted = {key: self.fit(fields[key].type, each, (*path, key)) for key, each in given.items()}
        missing = [name for name, each in fields.items() if each.required and name not in given]
        if missing and len(given) == len(value):  # an unknown key has been reported already, as a misspelling
            self.report_misfit(path, f"{', '.join(map(repr, missing))} is missing: {of} needs it")
        if len(self.faults) > before:
            return MISFIT
        try:
            return kind.cls(**{fields[key].name: each for key, each in fitted.items()})
        except ValueError as error:
            return self.report_misfit(path, str(error))

    def _table(self, kind: kinds.DictType, value: Any, path: Path) -> dict[str, Any]:
        fitted = {key: self.fit(kind.value_type, each, (*path, key)) for key, each in self.table(value, path).items()}
        return {key: each for key, each in fitted.items() if each is not MISFIT}

    def _list(self, kind: kinds.VarTupleType, value: Any, path: Path) -> Any:
        if not isinstance(value, list):
            return self.report_misfit(path, f"a list belongs here, not {_describe(value)}")
        fitted = [self.fit(kind.item_type, each, (*path, place)) for place, each in enumerate(value)]
        return tuple(each for each in fitted if each is not MISFIT)

    def _fixed_list(self, kind: kinds.TupleType, value: Any, path: Path) -> Any:
        if not isinstance(value, list) or len(value) != len(kind.item_types):
            return self.report_misfit(path, f"a list of {len(kind.item_types)} belongs here, not {_describe(value)}")
        fitted = tuple(self.fit(item, each, (*path, place)) for place, (item, each) in enumerate(zip(kind.item_types, value, strict=True)))
        return MISFIT if MISFIT in fitted else fitted

    def _literal(self, kind: kinds.LiteralType, value: Any, path: Path) -> Any:
        if value in kind.values:
            return value
        return self.report_misfit(
            path, f"{_describe(value)} is not possible here", suggestion(str(value), [str(each) for each in kind.values if each != ""])
        )

    def _optional(self, kind: kinds.UnionType, value: Any, path: Path) -> Any:
        """Return an optional value. TOML has no null, so a given value is of the other type."""
        [one] = [each for each in kind.types if not isinstance(each, kinds.NoneType)]
        return self.fit(one, value, path)

    def _plain(self, kind: kinds.Type, value: Any, path: Path) -> Any:
        name, fits, fix = _PLAIN[type(kind)]
        return value if fits(value) else self.report_misfit(path, f"{name} belongs here, not {_describe(value)}", fix)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


_PLAIN: dict[type[kinds.Type], tuple[str, Callable[[Any], bool], str]] = {
    kinds.StrType: ("a text", lambda value: isinstance(value, str), "write it in quotation marks"),
    kinds.BoolType: ("true or false", lambda value: isinstance(value, bool), "without quotation marks"),
    kinds.IntType: ("a whole number", lambda value: _number(value) and isinstance(value, int), "without quotation marks or decimals"),
    kinds.FloatType: ("a number", _number, "without quotation marks"),
}


def _describe(value: Any) -> str:
    """Return a value in few words, for a message.

    >>> _describe({"a": 1}), _describe([1, 2]), _describe("x" * 90)
    ('a table', 'a list of 2', "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...'")
    """
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return repr(value if not isinstance(value, str) or len(value) <= 42 else f"{value[:39]}...")
