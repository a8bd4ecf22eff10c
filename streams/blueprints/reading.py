"""The reader of a blueprint's file: it returns the rules in it, or raises every error with its line.

The keys are the fields of `streams.rules.blueprint.Blueprint`. Two are written in another way: `lateness`, a duration per source
(`"*"`: all others), and `episode_silence`. Rows that are given (offers, policies, personas, targets ...) replace all default rows.
Everything that is not given is the default.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import inspect as kinds

from schemas.problems import Place, Problem
from streams.blueprints.faults import BlueprintError
from streams.blueprints.lines import Lines, Path
from streams.blueprints.names import ANY, find_wrong_names
from streams.blueprints.shapes import MISFIT, Fitting
from streams.blueprints.toml import TomlError, table_of
from streams.rules import Rules
from streams.rules.blueprint import Blueprint

FIELD_OF_KEY = {"lateness": "lateness_ms", "episode_silence": "episode_silence_ms"}  # key in the file -> field of Blueprint
KEY_OF_FIELD = {field: key for key, field in FIELD_OF_KEY.items()}


def blueprint_from(text: str, file: str = "blueprint") -> Blueprint:
    """Return the blueprint in this text. `file` names it in errors. Raises BlueprintError with all of them.

    >>> blueprint_from('name = "acme"\\n[lateness]\\n"*" = "5 s"\\ntill = "36 h"').lateness_ms
    {'': 5000, 'till': 129600000}
    >>> blueprint_from('holdout = 2\\n[limits.rage_clik]\\nclicks = 5', "acme.toml")
    Traceback (most recent call last):
    streams.blueprints.faults.BlueprintError: acme.toml:1: the holdout is a share, from 0 to less than 1
    acme.toml:2: no detector is called 'rage_clik'; did you mean 'rage_click'?
    """
    try:
        given = table_of(text)
    except TomlError as error:
        raise BlueprintError([Problem(Place(file, error.line), f"this is not TOML: {error}")]) from error
    blueprint, faults = _fit_fields(given)
    if faults:
        raise BlueprintError(_with_lines(faults, Lines(text), file))
    return blueprint


def _with_lines(faults: Iterable[Problem[Path]], lines: Lines, file: str) -> list[Problem[Place]]:
    return [Problem(Place(file, lines.line_of(*fault.where)), fault.what, fault.fix) for fault in faults]


def _fit_fields(given: dict[str, Any]) -> tuple[Blueprint, list[Problem[Path]]]:
    """Return the blueprint of everything that fits, and every fault."""
    fitting = Fitting()
    fields = {KEY_OF_FIELD.get(each.name, each.name): each.type for each in kinds.type_info(Blueprint).fields}  # type: ignore[attr-defined]
    fitted = {
        key: _fit_value(fitting, key, fields[key], value) for key, value in fitting.known_keys(fields, given, (), "a blueprint").items()
    }
    fits = {FIELD_OF_KEY.get(key, key): value for key, value in fitted.items() if value is not MISFIT}
    kept = {key: _fitting_rows(fitting.faults, key, value) for key, value in given.items()}
    blueprint = _build(fitting, fits)
    named = find_wrong_names(blueprint, lambda field, number: (field, kept[field][number] if field in kept else number))
    fitting.faults += [fault for fault in named if fault.where[0] in given]  # our tests check the defaults
    if not fitting.faults:
        _check_rules(fitting, blueprint)
    return blueprint, fitting.faults


def _fit_value(fitting: Fitting, key: str, kind: kinds.Type, value: Any) -> Any:
    if key == "episode_silence":
        return fitting.duration(value, (key,))
    if key != "lateness":
        return fitting.fit(kind, value, (key,))
    told = {source: fitting.duration(each, (key, source)) for source, each in fitting.table(value, (key,)).items()}
    late = {source: each for source, each in told.items() if each is not MISFIT}
    return Blueprint().lateness_ms | {"" if source == ANY else source: each for source, each in late.items()}


def _fitting_rows(faults: Iterable[Problem[Path]], key: str, value: Any) -> list[int]:
    """Return the numbers, in the file, of the rows that fit."""
    misfits = {fault.where[1] for fault in faults if len(fault.where) > 1 and fault.where[0] == key}
    return [number for number in range(len(value)) if number not in misfits] if isinstance(value, list) else []


def _build(fitting: Fitting, fits: dict[str, Any]) -> Blueprint:
    """Return the blueprint, without the fields that it refuses. Report these."""
    kept: dict[str, Any] = {}
    for field, value in fits.items():
        try:
            Blueprint(**{field: value})
        except ValueError as error:
            fitting.report_misfit((KEY_OF_FIELD.get(field, field),), str(error))
        else:
            kept[field] = value
    return Blueprint(**kept)


def _check_rules(fitting: Fitting, blueprint: Blueprint) -> None:
    """Report what is only found when the rules are compiled."""
    try:
        Rules(blueprint)
    except ValueError as error:
        fitting.report_misfit((), str(error))
