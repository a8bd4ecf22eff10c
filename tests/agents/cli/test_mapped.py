"""Files by a mapping at the command line: tried, rehearsed and sent; what is not understood is shown, and never lost."""

from __future__ import annotations

import base64
from pathlib import Path

import msgspec
import pytest

from agents.kafka.reader import LogReader
from agents.running.rows import WHY
from agents.running.runs import RUN
from schemas.outputs.rejections import Rejection
from schemas.topics import TOUCHPOINTS
from tests.agents.carrier.fakes import FakeRecord
from tests.agents.cli.conftest import Cluster
from tests.agents.cli.little_worker import working
from tests.agents.cli.terminal_session import sojourn
from tests.agents.headers import headers_of
from tests.agents.lab import LATER, REJECTIONS
from tests.agents.test_ingest import Door
from tests.agents.tools.mapping.trying import HEADER, SHOP

ROWS = HEADER + b"c1,seen,b,,2025-01-02\nc1,paid,o1,4.5,2025-01-03\nc1,seen,a,,2025-01-01\nc2,gone,a,,2025-01-01\nc2,ping,,,2025-01-01\n"


@pytest.fixture
def shop(tmp_path: Path) -> tuple[str, str]:
    """The paths of a file and of its mapping."""
    file, mapping = tmp_path / "shop.csv", tmp_path / "shop.toml"
    file.write_bytes(ROWS)
    mapping.write_text(SHOP)
    return str(file), str(mapping)


def test_a_dry_run_needs_no_broker_and_shows_what_is_not_understood(shop: tuple[str, str], tmp_path: Path) -> None:
    answer = sojourn("send", shop[0], "--mapping", shop[1], "--dry-run", home=tmp_path, BROKERS="127.0.0.1:1")
    assert answer.code == 1, answer
    assert "5 rows   understood 3   left out 1   not understood 1" in answer.out
    assert "1 customers, 2025-01-01T00:00:00.000Z to 2025-01-03T00:00:00.000Z" in answer.out
    assert "line 5: unknown_kind: no [[touchpoint]] of the mapping fits what='gone'" in answer.out
    assert "left out: a machine's" in answer.out


def test_a_dry_run_of_a_file_that_is_understood_ends_with_0(shop: tuple[str, str], tmp_path: Path) -> None:
    Path(shop[0]).write_bytes(ROWS.replace(b"gone", b"seen"))
    answer = sojourn("send", shop[0], "--mapping", shop[1], "--dry-run", "--json", home=tmp_path)
    assert answer.code == 0, answer
    told = answer.documents()[0]
    assert (told["kinds"], told["left_out"], told["reasons"]) == ({"page_viewed": 3, "order_placed": 1}, {"a machine's": 1}, {})


def test_a_rehearsal_prints_the_figures(shop: tuple[str, str], tmp_path: Path) -> None:
    Path(shop[1]).write_text(SHOP + '\n[rehearsal]\nfunnel = ["page_viewed", "order_placed"]\n')
    answer = sojourn("rehearse", shop[0], "--mapping", shop[1], "--json", "--until", "2025-03-01", home=tmp_path)
    assert answer.code == 1, answer
    told = answer.documents()[0]
    assert (told["touchpoints"], told["customers"], told["until"]) == (3, 1, "2025-03-01T00:00:00.000Z")
    assert told["funnel"] == [{"step": "page_viewed", "customers": 1}, {"step": "order_placed", "customers": 1}]
    assert {(row["from"], row["to"]): row["count"] for row in told["paths"]} == {
        ("/a", "/b"): 1,
        ("/b", "order_placed"): 1,
    }
    assert "dormant" in told["churn_signals"]
    words = sojourn("rehearse", shop[0], "--mapping", shop[1], home=tmp_path).out
    assert "  1  /b -> order_placed" in words
    assert "unaware -> exploring" in words


def test_what_cannot_be_used_is_told_at_once_with_its_lines(shop: tuple[str, str], tmp_path: Path) -> None:
    Path(shop[1]).write_text(SHOP.replace("page_viewed", "page_veiwed").replace("{who}", "{whom}"))
    for words in (["send", "--dry-run"], ["rehearse"]):
        answer = sojourn(words[0], shop[0], "--mapping", shop[1], *words[1:], home=tmp_path)
        assert answer.code == 2
        assert "line 9: there is no kind `page_veiwed`; did you mean 'page_viewed'?" in answer.err
    Path(shop[1]).write_text(SHOP.replace("{who}", "{whom}"))
    answer = sojourn("send", shop[0], "--mapping", shop[1], "--dry-run", home=tmp_path)
    assert (answer.code, "line 4: the file has no column `whom`; did you mean 'who'?" in answer.err) == (2, True), answer


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        (["send", "{file}", "--dry-run"], "--dry-run shows what a mapping understands"),
        (["send", "{file}", "--mapping", "nowhere.toml", "--dry-run"], "there is no file nowhere.toml"),
        (["rehearse", "nowhere.csv", "--mapping", "{mapping}"], "there is no file nowhere.csv"),
        (["rehearse", "{file}", "--mapping", "{mapping}", "--until", "soon"], "--until: no RFC 3339 time"),
        (["rehearse", "{file}", "--mapping", "{mapping}", "--by", "luck"], "--by cannot be 'luck'"),
    ],
)
def test_wrong_use_is_told(shop: tuple[str, str], tmp_path: Path, words: list[str], cause: str) -> None:
    answer = sojourn(*(word.format(file=shop[0], mapping=shop[1]) for word in words), home=tmp_path)
    assert (answer.code, cause in answer.err) == (2, True), answer


@pytest.mark.kafka
def test_rows_are_sent_as_touchpoints_and_others_as_they_are_with_the_reason(shop: tuple[str, str], cluster: Cluster) -> None:
    """Catches the mutant that skips a row which is not understood."""
    with LogReader(cluster.settings, "interactions.v1") as reader:
        before = reader.ends()
    answer = cluster.sojourn("send", shop[0], "--mapping", shop[1], "--no-wait", "--json")
    assert answer.code == 1, answer
    told = answer.documents()[0]
    assert (told["records"], told["unsent"], told["rows"]["understood"], told["rows"]["not_understood"]) == (4, [], 3, 1)
    with LogReader(cluster.settings, "interactions.v1", before) as reader:
        found = list(reader.until_end())
    sent = [(message.key(), [each for each in headers_of(message) if each[0] != RUN], bytes(message.value() or b"")) for message in found]
    assert [value for key, _, value in sent if key == b"c1"] == [
        b'{"kind":"page_viewed","id":"shop-4","customer":"c1","at":1735689600000,"place":"/a","page":"/a"}',
        b'{"kind":"page_viewed","id":"shop-2","customer":"c1","at":1735776000000,"place":"/b","page":"/b"}',
        b'{"kind":"order_placed","id":"shop-3","customer":"c1","at":1735862400000,"order":"o1","value":450}',
    ]
    assert [(headers, value) for key, headers, value in sent if key is None] == [
        ([(WHY, b"unknown_kind: no [[touchpoint]] of the mapping fits what='gone'")], b"c2,gone,a,,2025-01-01")
    ]


@pytest.mark.kafka
def test_rows_are_waited_for_like_lines(shop: tuple[str, str], cluster: Cluster) -> None:
    again = Path(shop[0]).rename(Path(shop[0]).with_name("again.csv"))
    with working(cluster.settings):
        answer = cluster.sojourn("send", str(again), "--mapping", shop[1])
    assert answer.code == 1, answer
    assert "5 rows   understood 3   left out 1   not understood 1" in answer.err
    assert "sent 4 records, 4 events: applied 3, duplicate 0, late 0, passed by 0, rejected 1" in answer.err


def test_the_front_door_rejects_such_a_row_with_its_bytes_and_the_mappings_reason() -> None:
    door, why = Door(), b"unknown_kind: no [[touchpoint]] of the mapping fits what='gone'"
    door.feed(FakeRecord(0, None, b"c2,gone,a,,2025-01-01", timestamp=LATER, headers=[(WHY, why)]))
    ((rejected,), _) = door.commit()
    kept = msgspec.json.decode(rejected.value or b"", type=Rejection)
    assert (rejected.topic, kept.reason, kept.error) == (REJECTIONS, "unknown_kind", "no [[touchpoint]] of the mapping fits what='gone'")
    assert base64.b64decode(kept.value or "") == b"c2,gone,a,,2025-01-01"
    assert [(name, base64.b64decode(text)) for name, text in kept.headers] == [(WHY, why)]


def test_a_row_that_looks_like_an_event_is_what_its_mapping_says() -> None:
    """A returned purchase was applied as a purchase. Mutant: the header is not looked at."""
    door, why = Door(), b"unknown_kind: no [[touchpoint]] of the mapping fits typ='STORNO'"
    row = b'{"kind":"purchase_made","id":"r10","customer":"c7","at":1761555660000,"typ":"STORNO","receipt":"R10","value":500}'
    door.feed(FakeRecord(0, None, row, timestamp=LATER, headers=[(WHY, why)]))
    ((rejected,), _) = door.commit()
    assert (rejected.topic, msgspec.json.decode(rejected.value or b"", type=Rejection).reason) == (REJECTIONS, "unknown_kind")


def test_an_amount_that_a_mapping_could_not_read_is_told_and_its_row_goes_on() -> None:
    """Mutant: the header of an amount refuses the row."""
    door = Door()
    row = b'{"kind":"purchase_made","id":"r10","customer":"c7","at":1761555660000,"receipt":"R10"}'
    door.feed(FakeRecord(0, None, row, timestamp=LATER, headers=[(WHY, b"unread_amount: Betrag")]))
    (sent, _) = door.commit()
    assert {out.topic for out in sent} == {TOUCHPOINTS, REJECTIONS}
    (kept,) = [msgspec.json.decode(out.value or b"", type=Rejection) for out in sent if out.topic == REJECTIONS]
    assert (kept.reason, kept.error, kept.in_part) == ("unread_amount", "Betrag", True)


def test_nobody_can_end_a_worker_by_a_header() -> None:
    """A sender who calls a row our defect is not believed. Mutant: `failed` among the reasons of a mapping."""
    door = Door()
    row = b'{"kind":"page_viewed","id":"e1","customer":"c7","at":1761555660000,"page":"/"}'
    door.feed(FakeRecord(0, None, row, timestamp=LATER, headers=[(WHY, b"failed: it is your fault")]))
    (sent, _) = door.commit()
    assert [out.topic for out in sent] == [TOUCHPOINTS]
