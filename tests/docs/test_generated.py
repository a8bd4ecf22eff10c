"""The reference is what the program is: the pages in the repository are those that the code makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.carrier.exits import CRASHED, REFUSED
from agents.cli.terminal.errors import CANNOT, PROBLEMS_FOUND
from agents.observing.metrics import LATENCY, ROWS
from agents.tools.reference.detectors import friction_page, signal_page
from agents.tools.reference.exits import CODES, refusals
from agents.tools.reference.fields import fields
from agents.tools.reference.metrics import WHEN_TO_WORRY
from agents.tools.reference.numbering import FRICTIONS, SIGNALS, frictions, number, signals
from agents.tools.reference.pages import FOLDER, PAGES, differences, main, write
from schemas.inputs import FORMATS
from schemas.topics import TOPICS
from schemas.touchpoints import KINDS, kind_of
from streams.detectors.registry import registry
from streams.insights.alarms import OVER_ALL_CUSTOMERS
from streams.rules import Rules
from streams.rules.blueprint import Blueprint, Persona, Target
from streams.rules.offer_rows import Offer, Policy
from streams.rules.stage_rows import Move
from tests.conftest import REPOSITORY


def test_the_pages_are_those_the_code_makes() -> None:
    """Mutant: a detector, setting or command added without `make docs`."""
    assert differences(FOLDER) == [], "run `make docs` and read the difference"


def test_a_page_that_differs_is_named_and_mended(tmp_path: Path) -> None:
    """Mutants: a stray page left where it is; a page that is missing taken for one that is right."""
    assert write(tmp_path) == sorted(PAGES)
    (tmp_path / "metrics.md").write_text("old")
    (tmp_path / "stray.md").write_text("by hand")
    assert differences(tmp_path) == ["metrics.md", "stray.md"] == write(tmp_path)
    assert differences(tmp_path) == []


def test_make_check_runs_the_comparison(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Mutants: the line taken out of the Makefile, by which CI would not see a difference; a difference that ends with 0."""
    text = (REPOSITORY / "Makefile").read_text()
    check = text.partition("\ncheck:")[2].partition("\n\n")[0]
    assert "-m agents.tools.reference --check" in check
    assert main(["--check"]) == 0
    assert main(["--check"], tmp_path) == 1
    assert "run `make docs`" in capsys.readouterr().err


def test_the_forty_eight_frictions_and_thirty_one_signals_of_the_design_are_there() -> None:
    """Mutants caught: a detector's file taken away or renamed; a number given twice; one over all customers left out."""
    assert (len(set(FRICTIONS)), len(set(SIGNALS))) == (len(FRICTIONS), len(SIGNALS)) == (48, 31)
    assert tuple(detector.name for detector in frictions() if number(detector)) == FRICTIONS
    assert tuple(detector.name for detector in signals() if number(detector)) == SIGNALS


def test_every_detector_has_a_row_and_a_section() -> None:
    """Mutant: a family that no page takes in."""
    text = friction_page() + signal_page()
    for detector in (*registry(), *OVER_ALL_CUSTOMERS):
        assert f"[`{detector.name}`](#{detector.name})" in text
        assert f"\n## {detector.name}\n" in text


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("topics.md", [f"| `{row.name}` |" for row in TOPICS]),
        ("kinds.md", [f"\n## {kind_of(kind)}\n" for kind in KINDS]),
        ("formats.md", [f"| `{row.name}` |" for row in FORMATS]),
        ("blueprint.md", [f"| `{offer.name}` |" for offer in Rules().offers]),
    ],
)
def test_a_page_leaves_nothing_out(page: str, names: list[str]) -> None:
    """Mutants: a table without the changelogs, a kind without its section, an offer or format that is not listed."""
    text = PAGES[page]()
    assert names
    assert [name for name in names if name not in text] == []


@pytest.mark.parametrize("kind", [Blueprint, Offer, Policy, Persona, Target, Move], ids=lambda kind: kind.__name__)
def test_every_key_of_a_blueprint_says_what_it_holds(kind: type) -> None:
    """Mutant: a field without the comment that its page is made of."""
    assert [field.name for field in fields(kind) if not field.says] == []


def test_every_metric_says_when_to_worry() -> None:
    """Mutants: a metric added with no word; words kept for one that is gone."""
    assert set(WHEN_TO_WORRY) == {row.name for row in ROWS} | {LATENCY}


def test_exit_codes_and_refusals_are_the_programs_own() -> None:
    """Mutants: a code that is not the constant's; a refusal that the scan overlooks."""
    assert {code for code, _, _ in CODES} == {0, PROBLEMS_FOUND, CANNOT, REFUSED, CRASHED}
    found = dict(refusals())
    assert found["topic `...` does not exist"] == "run `sojourn topics create`"
    assert all(cause and fix for cause, fix in found.items())
    calls = sum(path.read_text().count("raise Refusal(") for path in (REPOSITORY / "agents").rglob("*.py"))
    assert len(list(refusals())) >= calls
