"""What a detector is; `streams.detectors.registry` finds them all.

A detector is one function in a file of its own under `streams/friction` or `streams/churn`, behind one of five decorators:

- `@pattern`  asked when a touchpoint of the kinds in `on` arrives;
- `@against_norm`  the same, where the answer needs what is usual over all customers;
- `@absence`  asked when something that ought to have happened by a time has not: a *matter* it opened came due;
- `@follows`  asked when a friction of the named detectors has just opened (churn signals only);
- `@weekly`  asked every Monday about the weeks that a customer who came often has completed.

It reads the journey as it was *before* the touchpoint is remembered, only the marks it declared, and writes nothing.
It answers `Found(...)` with its evidence, or None. Its limits come from the rules, by name; the defaults stand in its decorator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Literal, NamedTuple, TypeVar

import msgspec

from schemas.control import Norm
from schemas.durations import DAY, HOUR, MINUTE
from schemas.models import CadenceModel
from schemas.touchpoints.base import Touchpoint
from streams.state import Deadline, Journey, OpenSignal
from streams.state.marks import Ring
from streams.state.weeks import Weeks

T = TypeVar("T", bound=Touchpoint)
C = TypeVar("C")
Limits = Mapping[str, float]
Ask = Callable[..., "Found | Later | Over | None"]  # (journey, cause, limits); where it measures (journey, cause, limits, measured, norm)
Compares = Callable[[Journey, C, Limits, "Measured", Norm], "Found | None"]
Foretells = Callable[[Journey, Deadline, Limits, CadenceModel | None], "Found | Later | None"]
Measures = Callable[[Journey, Any], "Measured | None"]
Declared = Callable[[Callable[[Journey, C, Limits], "Found | Later | None"]], Callable[[Journey, C, Limits], "Found | Later | None"]]
Reviews = Callable[[Journey, Weeks, Limits], "Found | Over | None"]
Opens = Callable[[Journey, Any, Limits], "Opening | None"]


class Found(NamedTuple):
    """What a detector claims. Without evidence it is silence."""

    evidence: Sequence[str]  # ids of the touchpoints that show it
    words: str = ""  # one sentence for a person
    severity: int | None = None  # other than the detector's own
    strength: float = 1.0  # churn: 0..1, scales the weight
    again_at: int | None = None  # absence: ask once more at this time (ms UTC)
    place: str | None = None  # other than the touchpoint's own
    ref: str = ""  # pattern: which order, invoice, contact ... it is about; an absence has its matter's
    suspect: Sequence[str] = ()  # why it may be forged: published as a suspicion, and opens nothing


class Measured(NamedTuple):
    """What a detector that judges against a norm measures of a touchpoint; norms are kept per `key`."""

    key: str  # page, intent, pair of steps ...: few
    value: float


class Later(NamedTuple):
    """An absence's answer that it is too early: ask again at this time (ms UTC)."""

    at: int


class Over(msgspec.Struct, frozen=True):
    """A weekly detector's answer that what it may have claimed holds no longer: it adds to the risk no more."""


class Opening(NamedTuple):
    """A matter to open or renew: until when, and about what."""

    due: int  # ms UTC
    ref: str = ""


class Closing(msgspec.Struct, frozen=True):
    """A kind of touchpoint that ends matters or signals of a detector; `matches` says whether it is about that one (by reference)."""

    kind: type[Touchpoint]
    matches: Callable[[Any, str], bool]  # (touchpoint, ref) -> is it about this?


def closing(kind: type[T], matches: Callable[[T, str], bool] = lambda _touchpoint, _ref: True) -> Closing:
    """Ended by this kind; by every one of them unless `matches(touchpoint, ref)` says which.

    >>> from schemas.touchpoints.base import Touchpoint
    >>> closing(Touchpoint).matches(None, "o1")
    True
    """
    return Closing(kind, matches)


def after(*, minutes: float = 0, hours: float = 0, days: float = 0) -> int:
    """A duration in milliseconds.

    >>> after(minutes=30)
    1800000
    """
    return round(minutes * MINUTE + hours * HOUR + days * DAY)


class Risk(msgspec.Struct, frozen=True):
    """What a churn signal adds to the risk: a shipped prior, labelled as such, with its source in the detector's docstring."""

    family: Literal["silence", "decline", "service", "money", "relationship"]
    weight: float  # log-odds at full strength
    half_life_days: float


class Detector(msgspec.Struct, frozen=True, kw_only=True):
    """One registered detector."""

    name: str
    version: int = 1
    family: Literal["friction", "churn"]
    ask: Ask
    doc: str
    module: str
    on: tuple[type[Touchpoint], ...] = ()  # pattern: kinds that wake it
    frictions: tuple[str, ...] = ()  # follows: detectors whose friction wakes it
    opened_by: dict[type[Touchpoint], Opens] = {}  # absence
    pauses: dict[
        type[Touchpoint], Callable[[Any, str], bool | None]
    ] = {}  # absence: (touchpoint, ref) -> clock stops, goes on, or None: not about it
    closed_by: tuple[Closing, ...] = ()
    rests: bool = False  # absence: it does not wait on the blueprint's days off
    pinned: bool = False  # absence: its matter is never crowded out and stays after it fired; of a churn signal it times a silence
    cites: bool = True  # such a silence: what began it is kept to be cited; else it cites the journey's latest act
    reads: dict[type[Touchpoint], Ring] = {}
    closes: int = 0  # ms after the last sight of it
    severity: int = 2
    limits: dict[str, float] = {}
    risk: Risk | None = None  # churn only
    weekly: bool = False  # asked about every completed week
    measures: Measures | None = None  # what it holds against a norm
    modelled: bool = False  # absence: it is also given the cadence model in force, or None
    waits: bool = True  # silent until there is a norm; else it is asked without as well (measured and norm may be None)


def _declare(ask: Ask, **fields: Any) -> Any:
    module = ask.__module__
    family = "churn" if ".churn" in module else "friction"
    if not (ask.__doc__ or "").strip():
        raise TypeError(f"{module}: a detector's docstring says its definition, default, source and guard")
    if (fields.get("risk") is None) == (family == "churn"):
        raise TypeError(f"{module}: churn signals declare a risk, friction detectors do not")
    setattr(ask, "detector", Detector(ask=ask, family=family, doc=ask.__doc__, module=module, **fields))  # type: ignore[arg-type]  # noqa: B010
    return ask


def pattern(name: str, *, on: type[T] | tuple[type[Touchpoint], ...], closes: int = after(minutes=30), **more: Any) -> Declared[T]:
    """Asked when a touchpoint of these kinds arrives, before it is remembered."""
    kinds = on if isinstance(on, tuple) else (on,)
    return partial(_declare, name=name, on=kinds, closes=closes, **more)


def against_norm(
    name: str, *, on: type[T] | tuple[type[Touchpoint], ...], measures: Measures, closes: int = after(minutes=30), **more: Any
) -> Callable[[Compares[T]], Compares[T]]:
    """Asked when a touchpoint can be measured and there is a norm to hold it against; silent until there is, unless it does not wait."""
    kinds = on if isinstance(on, tuple) else (on,)
    return partial(_declare, name=name, on=kinds, measures=measures, closes=closes, **more)


def absence(
    name: str, *, opened_by: Mapping[type[Touchpoint], Callable[..., Opening | None]], closes: int = after(days=7), **more: Any
) -> Declared[Deadline]:
    """Asked when a matter it opened has come due and nothing has closed it; and at touchpoints of the kinds in `on`, if any."""
    return partial(_declare, name=name, opened_by=dict(opened_by), closes=closes, **more)


def modelled_absence(
    name: str, *, opened_by: Mapping[type[Touchpoint], Callable[..., Opening | None]], closes: int = after(days=7), **more: Any
) -> Callable[[Foretells], Foretells]:
    """An absence whose question needs the cadence model in force: it is asked with it, or with None where nothing was published."""
    return partial(_declare, name=name, opened_by=dict(opened_by), closes=closes, modelled=True, **more)


def follows(name: str, *, frictions: tuple[str, ...], closes: int = after(days=30), **more: Any) -> Declared[OpenSignal]:
    """Asked when a friction of one of these detectors has just opened."""
    return partial(_declare, name=name, frictions=frictions, closes=closes, **more)


def weekly(name: str, *, closes: int = after(days=30), **more: Any) -> Callable[[Reviews], Reviews]:
    """Asked once a week about the weeks completed; None says nothing, `Over` that what it claimed is over."""
    return partial(_declare, name=name, closes=closes, weekly=True, **more)
