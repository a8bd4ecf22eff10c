"""How a detector is declared. `streams.detectors.registry` finds all of them.

A detector is one function in a file of its own under `streams/friction` or `streams/churn`. One of six decorators says when it is
asked:

- `@pattern`: when a touchpoint of the kinds in `on` arrives.
- `@on_move`: when the customer has come to another step of buying, signing in or service, or to an error page.
- `@against_norm`: as a pattern, but the answer compares the touchpoint with a norm over all customers.
- `@absence`: when something that should have happened by a time has not. The detector opened a *deadline*, and the deadline came due.
- `@follows`: when a friction of the named detectors has just opened. Only churn signals use it.
- `@weekly`: every Monday, about the weeks that a regular customer has completed.

A detector reads the journey as it was *before* the touchpoint is remembered. It reads only the entries that it declared, and writes
nothing. It returns `Found(...)` with its evidence, or None. Its limits come from the rules, by name; the decorator holds their
defaults.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal, TypeVar

import msgspec

from schemas.control import Norm
from schemas.control.models import CadenceModel
from schemas.durations import DAY, HOUR, MINUTE
from schemas.touchpoints.base import Touchpoint
from streams.detectors.answers import Found, Later, Measured, Opening, Over
from streams.state import Deadline, Journey, OpenSignal
from streams.state.marks import Ring
from streams.state.weeks import Weeks

T = TypeVar("T", bound=Touchpoint)
C = TypeVar("C")
Limits = Mapping[str, float]
Ask = Callable[..., "Found | Later | Over | None"]  # (journey, cause, limits), and for norms (journey, cause, limits, measured, norm)
Compares = Callable[[Journey, C, Limits, "Measured", Norm], "Found | None"]
Foretells = Callable[[Journey, Deadline, Limits, CadenceModel | None], "Found | Later | None"]
Measures = Callable[[Journey, Any], "Measured | None"]
Declared = Callable[[Callable[[Journey, C, Limits], "Found | Later | None"]], Callable[[Journey, C, Limits], "Found | Later | None"]]
Reviews = Callable[[Journey, Weeks, Limits], "Found | Over | None"]
Opens = Callable[[Journey, Any, Limits], "Opening | None"]


class Closing(msgspec.Struct, frozen=True):
    """A kind of touchpoint that ends deadlines or signals of a detector. `matches` says whether it is about the one in question."""

    kind: type[Touchpoint]
    matches: Callable[[Any, str], bool]  # (touchpoint, ref) -> whether it is about this one


def closing(kind: type[T], matches: Callable[[T, str], bool] = lambda _touchpoint, _ref: True) -> Closing:
    """Declare that this kind ends deadlines or signals: each of them, or only those for which `matches(touchpoint, ref)` is true.

    >>> from schemas.touchpoints.base import Touchpoint
    >>> closing(Touchpoint).matches(None, "o1")
    True
    """
    return Closing(kind, matches)


def after(*, minutes: float = 0, hours: float = 0, days: float = 0) -> int:
    """Return a duration in milliseconds.

    >>> after(minutes=30)
    1800000
    """
    return round(minutes * MINUTE + hours * HOUR + days * DAY)


class Risk(msgspec.Struct, frozen=True):
    """What a churn signal adds to the risk. The weight is a prior; the detector's docstring names its source."""

    family: Literal["silence", "decline", "service", "money", "relationship"]
    weight: float  # log-odds at full strength
    half_life_days: int  # whole days: a float given an int would be published as another number by a compiled build
    asks: bool = False  # raising it asks for a decision about an offer at once, whatever the band


class Detector(msgspec.Struct, frozen=True, kw_only=True):
    """One registered detector."""

    name: str
    version: int = 1
    family: Literal["friction", "churn"]
    ask: Ask
    doc: str
    module: str
    on: tuple[type[Touchpoint], ...] = ()  # patterns: the kinds it is asked about
    frictions: tuple[str, ...] = ()  # follows: the detectors whose frictions it is asked about
    opened_by: dict[type[Touchpoint], Opens] = {}  # absence
    pauses: dict[
        type[Touchpoint], Callable[[Any, str], bool | None]
    ] = {}  # absence: (touchpoint, ref) -> True: the deadline is paused; False: it goes on; None: not about it
    closed_by: tuple[Closing, ...] = ()
    rests: bool = False  # absence: the deadline moves by the blueprint's days off
    pinned: bool = False  # absence: its deadline is the last to make room and no touchpoint closes it; in churn it times a silence
    cites: bool = True  # timed silences: the touchpoint that began it is kept as evidence; else the latest own act is cited
    reads: dict[type[Touchpoint], Ring] = {}
    closes: int = 0  # ms from the latest claim until the friction expires
    severity: int = 2
    limits: dict[str, float] = {}
    risk: Risk | None = None  # churn signals only
    weekly: bool = False  # asked every Monday about the completed weeks
    measures: Measures | None = None  # the value that is compared with a norm
    modelled: bool = False  # absence: it is also given the cadence model in force, or None
    moves: bool = (
        False  # asked only when the customer has come to another step or error page (streams.signals.moving); `on` names the kinds
    )
    waits: bool = True  # not asked until there is a norm; if false, it is asked without (measured and norm may be None)


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
    """Declare a detector that is asked when a touchpoint of these kinds arrives, before it is remembered."""
    kinds = on if isinstance(on, tuple) else (on,)
    return partial(_declare, name=name, on=kinds, closes=closes, **more)


def on_move(name: str, *, on: tuple[type[Touchpoint], ...], closes: int = after(minutes=30), **more: Any) -> Declared[T]:
    """Declare a detector that is asked when the customer has come to another step or to an error page (`key_places`).

    It is asked after the touchpoint was remembered.
    """
    return partial(_declare, name=name, on=on, closes=closes, moves=True, **more)


def against_norm(
    name: str, *, on: type[T] | tuple[type[Touchpoint], ...], measures: Measures, closes: int = after(minutes=30), **more: Any
) -> Callable[[Compares[T]], Compares[T]]:
    """Declare a detector that compares what it measures of a touchpoint with a norm.

    Without a norm it is not asked, unless it is declared with `waits=False`.
    """
    kinds = on if isinstance(on, tuple) else (on,)
    return partial(_declare, name=name, on=kinds, measures=measures, closes=closes, **more)


def absence(
    name: str, *, opened_by: Mapping[type[Touchpoint], Callable[..., Opening | None]], closes: int = after(days=7), **more: Any
) -> Declared[Deadline]:
    """Declare a detector that is asked when a deadline it opened comes due and nothing has closed it.

    With `on` it is also asked when a touchpoint of those kinds arrives.
    """
    return partial(_declare, name=name, opened_by=dict(opened_by), closes=closes, **more)


def modelled_absence(
    name: str, *, opened_by: Mapping[type[Touchpoint], Callable[..., Opening | None]], closes: int = after(days=7), **more: Any
) -> Callable[[Foretells], Foretells]:
    """Declare an absence detector that is also given the cadence model in force, or None if none was published."""
    return partial(_declare, name=name, opened_by=dict(opened_by), closes=closes, modelled=True, **more)


def follows(name: str, *, frictions: tuple[str, ...], closes: int = after(days=30), **more: Any) -> Declared[OpenSignal]:
    """Declare a detector that is asked when a friction of one of these detectors has just opened."""
    return partial(_declare, name=name, frictions=frictions, closes=closes, **more)


def weekly(name: str, *, closes: int = after(days=30), **more: Any) -> Callable[[Reviews], Reviews]:
    """Declare a detector that is asked once a week about the completed weeks. It may also return `Over`."""
    return partial(_declare, name=name, closes=closes, weekly=True, **more)
