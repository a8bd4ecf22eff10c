"""The same file gives the same touchpoints by `send`, `send --mapping` and `rehearse`, and at both doors: a company's own names and
patterns hold everywhere."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from agents.kafka.reader import LogReader
from agents.published.blueprints import read_blueprint
from agents.published.publish_blueprint import publish
from agents.tools.mapping.compiling import compiled
from agents.tools.mapping.events import told_events
from agents.tools.mapping.reading import told
from agents.tools.mapping.rows import Understood
from agents.tools.mapping.telling import Account
from agents.tools.operating.feeding import lines, mapped
from agents.tools.operating.keys import keyed
from agents.tools.reports.chronicle.records import touchpoint
from schemas.inputs import native, read
from schemas.reading import Batch, Read
from schemas.touchpoints import Touchpoint
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from tests.agents.carrier.fakes import FakeRecord
from tests.agents.cli.conftest import Cluster
from tests.agents.cli.terminal_session import sojourn
from tests.agents.lab import LATER, Lab
from tests.agents.tools.mapping.trying import HEADER, NOW, SHOP
from tests.schemas.inputs.sent import as_json, call, track

TEXT = """
hide = ["vip-.*"]
show = ["[0-9]{13}"]
[[names]]
name = "Plan Picked"
kind = "subscription_started"
fields = {subscription = "contract_no"}
"""
PLAN = b'{"kind":"Plan Picked","id":"e%d","customer":"c7","at":1761555660000,"contract_no":17}'
ISBN = "9783161484100"
ROWS = HEADER + b"c1,seen,vip-lounge,,2025-01-01\nc1,seen,9783161484100,,2025-01-02\nc1,seen,shoes,,2025-01-03\n"


@pytest.fixture
def acme(tmp_path: Path) -> str:
    """The path of a blueprint with names and patterns of a company's own."""
    (tmp_path / "acme.toml").write_text(TEXT)
    return str(tmp_path / "acme.toml")


@pytest.fixture
def rules(acme: str) -> Rules:
    return Rules(read_blueprint(Path(acme)))


def at_ingest(value: bytes, rules: Rules, logged_at: int = NOW) -> list[Touchpoint]:
    """The touchpoints that ingest makes of a record under these rules."""
    found = read(value, logged_at=logged_at, conventions=rules.conventions)
    assert isinstance(found, Read | Batch), found
    return [each.touchpoint for each in ([found] if isinstance(found, Read) else found.reads)]


def test_own_names_are_read_at_the_direct_door_too(rules: Rules) -> None:
    """Mutant: the direct door reads without the names of the rules in force, or `explain` does."""
    lab, bare = Lab(rules), Lab()
    for each in (lab, bare):
        each.feed(FakeRecord(0, b"c7", PLAN % 1, timestamp=LATER))
        each.commit()
    assert (lab.shared().outcomes, bare.shared().outcomes.get("applied")) == ({"applied": 1}, None)
    assert [(row.reason, row.error) for row in bare.rejections()] == [("unknown_kind", "'Plan Picked'")]
    told_of = touchpoint(PLAN % 1, rules.conventions)
    assert [told_of] == at_ingest(PLAN % 1, rules)


def test_events_under_own_names_are_sent_under_their_customer(rules: Rules) -> None:
    """Mutant: nobody knows whose they are, so they come out of order."""
    own = as_json(track("Plan Picked", contract_no="k1"))
    assert [each.key for each in keyed(own, rules.conventions)] == [b"c7"]
    assert [each.key for each in keyed(own)] == [None]


def test_a_file_of_events_is_rehearsed_as_it_is_ingested(rules: Rules, tmp_path: Path) -> None:
    """Mutant: a rehearsal without the company's patterns."""
    pages = [call("page", messageId=part, properties={"path": f"/{part}"}) for part in ("vip-lounge", ISBN, "shoes")]
    (tmp_path / "e.jsonl").write_bytes(b"\n".join([as_json({"batch": pages}), as_json(track("Plan Picked", contract_no="k1"))]))
    unread: Counter[str] = Counter()
    rehearsed = [one.touchpoint for _, one in told_events(str(tmp_path / "e.jsonl"), NOW, rules.conventions, unread)]  # type: ignore[union-attr]
    ingested = [one for line in lines(str(tmp_path / "e.jsonl")) for one in at_ingest(line.event, rules)]
    assert rehearsed == ingested
    assert [each.place for each in ingested[:3]] == ["/*", f"/{ISBN}", "/shoes"]


def test_a_mapped_file_is_sent_and_rehearsed_as_it_is_ingested(rules: Rules, tmp_path: Path) -> None:
    """Mutant: a mapping hides by the built-in rules, so what the company shows is lost before ingest sees it."""
    (tmp_path / "shop.csv").write_bytes(ROWS)
    declared, path = compiled(SHOP), str(tmp_path / "shop.csv")
    sent = [one for line in mapped(declared, path, NOW, Account(), rules.conventions) for one in at_ingest(line.event, rules)]
    rehearsed = [one.touchpoint for _, one in told(declared, path, NOW, rules.conventions) if isinstance(one, Understood)]
    assert sent == rehearsed
    assert [getattr(each, "page", "") for each in sent] == ["/*", f"/{ISBN}", "/shoes"]


def test_a_rehearsal_of_a_mapped_file_has_the_patterns_of_the_blueprint(acme: str, tmp_path: Path) -> None:
    """Mutant: the rows are read before the blueprint is looked at."""
    (tmp_path / "shop.csv").write_bytes(ROWS)
    (tmp_path / "shop.toml").write_text(SHOP.replace('page = "/{page}"', 'page = "/{page}"\nplace = "/{page}"'))
    words = ("rehearse", str(tmp_path / "shop.csv"), "--mapping", str(tmp_path / "shop.toml"), "--blueprint", acme, "--json")
    answer = sojourn(*words, home=tmp_path)
    assert answer.code == 0, answer
    assert [(row["from"], row["to"]) for row in answer.documents()[0]["paths"]] == [("/*", f"/{ISBN}"), (f"/{ISBN}", "/shoes")]


@pytest.mark.kafka
def test_send_asks_the_cluster_for_names_and_patterns(fresh: Cluster, rules: Rules, tmp_path: Path) -> None:
    """Mutants: `send --mapping` hides by the built-in rules; `send` gives events under own names no key."""
    assert isinstance(rules.blueprint, Blueprint)
    publish(fresh.settings, rules.blueprint)
    (tmp_path / "shop.csv").write_bytes(ROWS)
    (tmp_path / "shop.toml").write_text(SHOP)
    answers = (
        fresh.sojourn("send", str(tmp_path / "shop.csv"), "--mapping", str(tmp_path / "shop.toml"), "--no-wait"),
        fresh.sojourn("send", "-", "--no-wait", stdin=PLAN.replace(b'"customer"', b'"id2"') % 2),
        fresh.sojourn("send", "-", "--no-wait", stdin=as_json(track("Plan Picked", contract_no="k1"))),
    )
    assert [answer.code for answer in answers] == [0, 0, 0], answers
    with LogReader(fresh.settings, "interactions.v1", beginning=True) as reader:
        found = [(message.key(), bytes(message.value() or b"")) for message in reader.until_end()]
    pages = [native.read(value, ()) for key, value in found if key == b"c1"]
    assert [getattr(each, "page", "") for each in pages] == ["/*", f"/{ISBN}", "/shoes"]
    assert Counter(key for key, _ in found) == {b"c1": 3, b"c7": 1, None: 1}
