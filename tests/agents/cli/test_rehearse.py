"""`sojourn rehearse` shows what live insights show of the same file: in data, on the terminal, as a page, and one customer's story."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner, Result

from agents.cli import application
from schemas.writing import encode
from tests.agents.insights.test_replayed import paying, told_live
from tests.agents.tools.reports.overview.broken import DAY, Planted, planted

EVIL = "<script>alert(1)</script>"


def rehearsed(file: Path, *words: str) -> Result:
    """`sojourn rehearse` of this file, on a wide terminal."""
    return CliRunner(env={"COLUMNS": "140"}).invoke(application(("rehearse",)), ["rehearse", str(file), *words])


@pytest.fixture(scope="module")
def run() -> Planted:
    return planted()


def written(file: Path, events: list[dict[str, Any]]) -> Path:
    file.write_text("\n".join(map(json.dumps, events)))
    return file


def receipts(customers: int) -> list[dict[str, Any]]:
    """Three purchases of each customer, without a place."""
    return [
        {"kind": "purchase_made", "id": f"r{n}-{week}", "receipt": f"r{n}-{week}", "customer": f"c{n}", "at": (20_458 + 7 * week) * DAY}
        for week in range(3)
        for n in range(customers)
    ]


def test_data_hold_what_live_insights_would_publish(tmp_path: Path) -> None:
    """Mutants: time that passes at the end alone, so that a surge of long ago is forgotten; no insights at all."""
    touchpoints = paying()
    file = tmp_path / "shop.jsonl"
    file.write_bytes(b"\n".join(map(encode, touchpoints)))
    answer = rehearsed(file, "--json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)["insights"]
    live, _ = told_live(touchpoints, (touchpoints[-1].at // DAY + 1) * DAY, 25)
    assert [each for each in told if each["type"] != "baseline_settled"] == [msgspec.to_builtins(live[name]) for name in sorted(live)]
    assert {each["scale"] for each in told if each["type"] == "surge_raised"} == {"day", "week"}


def test_people_see_what_to_do_first_and_whom_to_look_at(run: Planted, tmp_path: Path) -> None:
    """Mutants: cards without examples; an example that met nothing; the story of all customers."""
    shop = written(tmp_path / "shop.jsonl", [each for each in run.events if each["customer"] < "cust-030"])
    answer = rehearsed(shop)
    assert "1. Rage click at /pay, web" in answer.stdout
    assert "Measures by place" in answer.stdout
    (customer, *_) = re.findall(r"--explain (cust-\d+)", answer.stdout)
    story = rehearsed(shop, "--explain", customer, "--all").stdout
    assert story.startswith(f"{customer}: stage ")
    assert "friction rage_click at /pay" in story


def test_the_page_tells_strangers_texts_as_texts(run: Planted, tmp_path: Path) -> None:
    """Mutants: a place, a customer or a file's name written as it is."""
    events = [
        {**each, "customer": each["customer"].replace("cust", EVIL)} | ({"page": f"/{EVIL}"} if "page" in each else {})
        for each in run.events[:600]
    ]
    file, page = written(tmp_path / "<s>shop.jsonl", events), tmp_path / "shop.html"
    assert rehearsed(file, "--html", str(page)).exit_code == 0
    text = page.read_text()
    assert "<script" not in text
    assert "<s>" not in text
    for words in ("A dry run of &lt;s&gt;shop.jsonl", "&lt;script&gt;", 'id="picture-stage-flow"', "Of the whole file: decisions"):
        assert words in text


def test_receipts_alone_show_no_empty_pictures(tmp_path: Path) -> None:
    """Mutants: a heat map of nothing; tiles of what a till cannot tell."""
    page = tmp_path / "till.html"
    answer = rehearsed(written(tmp_path / "till.jsonl", receipts(20)), "--html", str(page))
    assert answer.exit_code == 0, answer.output
    assert "Do this first" not in answer.stdout
    text = page.read_text()
    assert 'id="picture-heat"' not in text
    assert "customers hurt" not in text
    assert "no touchpoint names a place" in text


def test_a_customer_whom_the_file_does_not_know_is_told(tmp_path: Path) -> None:
    answer = rehearsed(written(tmp_path / "till.jsonl", receipts(1)), "--explain", "c7")
    assert (answer.exit_code, str(answer.exception)) == (1, "the file knows no customer 'c7'")


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    page = tmp_path / "empty.html"
    answer = rehearsed(written(tmp_path / "empty.jsonl", []), "--html", str(page))
    assert answer.exit_code == 0, answer.output
    assert "0 rows" in answer.stdout
    assert "Nothing was measured yet." in page.read_text()
