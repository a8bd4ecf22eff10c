"""The README's table of friction detectors: what each declares of itself, and which tests hold it."""

from __future__ import annotations

import ast
import doctest
import re
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from schemas.durations import DAY, HOUR, MINUTE
from schemas.touchpoints import kind_of
from schemas.touchpoints.base import Touchpoint
from streams.detectors import Detector
from streams.detectors.registry import registry
from streams.rules.blueprint import Blueprint
from tests.laws import laws
from tests.streams.detectors import test_declaring as stories

TESTS = Path(__file__).parent
NUMBERED = """
rage_click dead_click error_click slow_click thrashed_cursor quick_back page_loop excessive_scroll reload_burst app_crash slow_page
failed_request validation_loop form_abandoned cart_abandoned checkout_abandoned zero_result_search coupon_denied sign_in_loop
payment_failed payment_retries repeat_contact immediate_callback channel_escalation transferred repeated_information queue_abandoned
long_handling unanswered_message complaint_opened complaint_overdue delivery_late scan_gap delivery_failed where_is_my_order
returned_or_refunded low_satisfaction high_effort detractor negative_review onboarding_stalled out_of_rhythm friction_surge
"""
"""In the order of the design's numbers: the first is F01. A company's own detectors have none and stand behind them."""

ORDER = tuple(NUMBERED.split())
OVER_ALL_CUSTOMERS = ("streams.insights.surge",)  # modules that declare what no single journey can see
COLUMNS = ("number", "name", "fires when", "watches", "limits", "source", "severity", "closes", "owner", "tests")


def frictions() -> list[Detector]:
    """Every friction detector, in the order of its number: those of the journeys, then those over all customers."""
    found = [d for d in registry() if d.family == "friction"] + [d for module in OVER_ALL_CUSTOMERS for d in _declared(module)]
    return sorted(found, key=lambda d: (ORDER.index(d.name) if d.name in ORDER else len(ORDER), d.name))


def _declared(module: str) -> list[Detector]:
    """What a module declares in a constant; nothing where there is no such module."""
    if find_spec(module) is None:
        return []
    return [thing for thing in vars(import_module(module)).values() if isinstance(thing, Detector) and thing.module == module]


def table() -> str:
    """The table, one row a detector."""
    head = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}\n"
    return head + "".join(f"| {' | '.join(cell.replace('|', '/') or '-' for cell in row(d))} |\n" for d in frictions())


def row(detector: Detector) -> tuple[str, ...]:
    """The cells of one detector."""
    number = f"F{ORDER.index(detector.name) + 1:02}" if detector.name in ORDER else ""
    limits = ", ".join(f"{name} {value:g}" for name, value in detector.limits.items())
    fires = detector.doc.strip().splitlines()[0].rstrip(".")
    owner = Blueprint().owners.get("*", "")
    shown = (number, f"`{detector.name}`", fires, watched(detector), limits, section(detector.doc, "Source"))
    return (*shown, str(detector.severity), closed(detector), owner, held_by(detector))


def section(doc: str, name: str) -> str:
    """What a detector's docstring says under this heading, on one line.

    >>> section("It is so.\\n\\n    **Source**: A book,\\n    and\\n    another.\\n    **Guard**: none.", "Source")
    'A book, and another'
    """
    said = re.search(rf"\*\*{name}\*\*:(.*?)(?=\n\s*\*\*|\n\s*\n|\Z)", doc, re.DOTALL)
    return " ".join(said[1].split()).rstrip(".") if said else ""


def watched(detector: Detector) -> str:
    """The kinds that wake it, and those after which it waits for what ought to come; what no single journey can see watches all of them."""
    wakes, waits = (
        ", ".join("any touchpoint" if kind is Touchpoint else kind_of(kind) for kind in kinds)
        for kinds in (detector.on, detector.opened_by)
    )
    return "; ".join(text for text in (wakes, f"absence after {waits}" if waits else "") if text) or "all journeys"


def closed(detector: Detector) -> str:
    """How long it stands, and what ends it before."""
    ends = ", ".join(dict.fromkeys(kind_of(end.kind) for end in detector.closed_by if end.kind is not Touchpoint))
    return lasting(detector.closes) + (f", or {ends}" if ends else "")


def lasting(ms: int) -> str:
    """A duration for people.

    >>> lasting(1_800_000), lasting(7 * DAY), lasting(36 * HOUR)
    ('30 min', '7 d', '36 h')
    """
    size, unit = next(((size, unit) for size, unit in ((DAY, "d"), (HOUR, "h")) if ms % size == 0), (MINUTE, "min"))
    return f"{ms / size:g} {unit}"


def held_by(detector: Detector) -> str:
    """Its stories, examples, laws and golden replays by number, and the test files that name it."""
    told = sum(row.detector == detector.name for row in stories.ROWS)
    shown = sum(bool(example.want) for example in doctest.DocTestParser().get_examples(detector.doc))
    bound = len(laws.OF_A_JOURNEY) + len(laws.OF_ITSELF) if detector in registry() else 0
    replays = sum(f'"detector":"{detector.name}"' in path.read_text() for path in (TESTS / "golden/stories").glob("*.jsonl"))
    counts = (counted(told, "story"), counted(shown, "example"), counted(bound, "law"), counted(replays, "golden replay"))
    files = (f"`{path.stem}`" for path in naming(detector))
    return ", ".join(text for text in (*counts, *files) if text)


def counted(number: int, name: str) -> str:
    """So many of these, or nothing.

    >>> counted(1, "law"), counted(3, "story"), counted(0, "law")
    ('1 law', '3 stories', '')
    """
    many = f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"
    return f"{number} {name if number == 1 else many}" if number else ""


def naming(detector: Detector) -> list[Path]:
    """The test files of detectors' own, beside that of the stories, which stand for this one's module or name it."""
    own = f"test_{detector.module.rpartition('.')[2]}"
    return [path for path, words in _words().items() if detector.name in words or path.stem.startswith(own)]


@cache
def _words() -> dict[Path, set[str]]:
    """Per test file of detectors' own: every text in its source, word for word."""
    own = [f"**/test_{module.rpartition('.')[2]}*.py" for module in OVER_ALL_CUSTOMERS]
    files = {path for pattern in ("friction/test_*.py", "test_detector*.py", *own) for path in (TESTS / "streams").glob(pattern)}
    trees = {path: ast.parse(path.read_text()) for path in sorted(files - {Path(stories.__file__)})}
    return {
        path: {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)} for path, tree in trees.items()
    }
