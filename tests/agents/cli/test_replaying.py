"""What was rejected is sent again once it can be read: only what failed, each event once, in a customer's order, and never in a loop."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.kafka.producer import LogProducer
from agents.running.runs import REPLAYED
from agents.tools.operating.replaying import NOTE, note_id, planned
from schemas.outputs.rejections import Rejection
from schemas.topics import INTERACTIONS, REJECTIONS, TOUCHPOINTS
from tests.agents.cli.terminal_session import Answer, sojourn
from tests.agents.company import Company, company, until

VIEW = '{"kind":"%s","id":"%s","customer":"%s","at":1767225600000,"channel":"web","page":"/a"}'
NAMES = '[[names]]\nname = "moon landed"\nkind = "page_viewed"\nfields = {page = "page"}\n'


def kept(number: int, value: str, reason: str = "failed", error: str = "", **more: Any) -> Rejection:
    """A rejection at this place of partition 0."""
    fields = {"value_length": len(value), "logged_at": 1_767_225_600_000 + number} | more
    held = b64encode(value.encode()).decode()
    return Rejection(id=f"i-0-{number}", topic="i", partition=0, offset=number, reason=reason, error=error, value=held, **fields)


def view(id: str, kind: str = "page_viewed", customer: str = "c1") -> str:
    return VIEW % (kind, id, customer)


CASES = {
    "the event was applied, only a part of it was not": kept(1, view("e1"), in_part=True),
    "the event was applied, only a detector failed": kept(1, view("e1"), "detector_failed", detector="rage_click v1"),
    "rejected again after a replay: `--again` sends it once more": kept(1, view("e1"), headers=[(REPLAYED, "aS0wLTA=")]),
    "its bytes are not kept whole": kept(1, view("e1"), value_length=70_000),
    "its rejection does not name all events that failed": kept(1, f"[{view('e1')},{view('e2')}]", error="not read of 2 in the batch: 0"),
    "still not readable": kept(1, view("e1", "moon_landed"), "unknown_kind"),
}


@pytest.mark.parametrize("cause", CASES)
def test_what_is_left_has_its_cause(cause: str) -> None:
    """Mutants: each of the conditions of `_events` left out sends the event, so nothing is left."""
    plan = planned([CASES[cause]])
    assert (plan.events, dict(plan.left)) == (0, {cause: 1})


def test_of_a_batch_only_what_failed_is_sent() -> None:
    """Mutants: the whole batch, whose other events were applied; a range that ends one too early."""
    batch = "[" + ",".join(view(f"e{number}") for number in range(6)) + "]"
    plan = planned([kept(1, batch, "unknown_kind", "not read of 6 in the batch: 1-2 unknown_kind, 5 bad_time; 'x'")])
    assert [msgspec.json.decode(event.value)[0]["id"] for each in plan.replays for event in each.events] == ["e1", "e2", "e5"]


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["c1", "c2"]), st.booleans()), max_size=12), st.randoms(use_true_random=False))
def test_a_customers_events_keep_their_order_and_a_note_ends_it(drawn: list[tuple[int, str, bool]], chance: Any) -> None:
    """Mutants: the order in which the rejections were read; a note that is not looked for; a note that is sent itself."""
    rows = [kept(place, view(f"e{place}", customer=who), logged_at=at) for place, (at, who, _) in enumerate(drawn)]
    notes = [msgspec.structs.replace(row, id=note_id(row), reason=NOTE) for row, (_, _, noted) in zip(rows, drawn, strict=True) if noted]
    mixed = [*rows, *notes]
    chance.shuffle(mixed)
    plan = planned(mixed)
    expected = sorted((at, place) for place, (at, _, noted) in enumerate(drawn) if not noted)
    assert [(each.rejection.logged_at, each.rejection.offset) for each in plan.replays] == expected
    assert plan.left["replayed before"] == len(notes)


@pytest.fixture(scope="module")
def made(server_folder: Path) -> Iterator[Company]:
    """A company with two partitions and a worker that reads new names at once."""
    with company(server_folder / "replays", 2) as here:
        here.worker("--without", "serving", "--without", "insights", "--without", "learning", NAMES_INTERVAL_MS="1000")
        until(lambda: here.ready("ingest", "journey"), here.log)
        yield here


def run(here: Company, *words: str) -> Answer:
    env = {name.removeprefix("SOJOURN_"): text for name, text in here.variables.items() if name != "SOJOURN_HOME"}
    return sojourn(*words, home=here.home, stdin=b"", **env)


def send(here: Company, topic: str, key: str, value: bytes, headers: Any = ()) -> None:
    producer = LogProducer({"bootstrap.servers": here.variables["SOJOURN_BROKERS"]}, resend=False)
    producer.send(topic, key, value, headers)
    producer.flush(20)


def ids(here: Company) -> list[str]:
    """The ids of all touchpoints, in the order of the log; all are of one customer, so in one partition."""
    held = [msgspec.json.decode(value or b"") for _, key, value, *_ in here.records(TOUCHPOINTS) if key == b"c1"]
    return [each["id"] for each in held if "id" in each]  # ticks have none


def rejections(here: Company) -> list[Rejection]:
    return [msgspec.json.decode(value or b"", type=Rejection) for _, _, value, *_ in here.records(REJECTIONS)]


@pytest.mark.kafka
def test_after_new_names_each_event_is_applied_once(made: Company, tmp_path: Path) -> None:
    """Mutants: a second run that sends all again; a dry run that sends; the parts of the batch that were applied sent once more."""
    batch = f"[{view('b1')},{view('b2', 'moon_landed')},{view('b3', 'sun_landed')}]"
    for id, value in (("a", view("a", "moon_landed")), ("batch", batch), ("z", view("z", "moon_landed"))):
        send(made, INTERACTIONS, "k", value.encode(), [("id", id)])
    until(lambda: len(rejections(made)) == 3 and ids(made) == ["b1"], made.log)
    nothing = json.loads(run(made, "rejections", "replay", "--json").out)
    assert (nothing["events"], nothing["left"]) == (0, {"still not readable": 3})

    (tmp_path / "acme.toml").write_text(NAMES)
    published = run(made, "blueprint", "publish", str(tmp_path / "acme.toml"), "--why", "names")
    assert published.code == 0, published.err
    send(made, INTERACTIONS, "k", view("probe-0", "moon_landed").encode())
    probes = iter(range(1, 900))

    def read_by_now() -> bool:
        """Whether ingest has the new names: it forwards what has one."""
        send(made, INTERACTIONS, "k", view(f"probe-{next(probes)}", "moon_landed").encode())
        return any(id.startswith("probe") for id in ids(made))

    until(read_by_now, made.log)
    dry = run(made, "rejections", "replay", "--reason", "unknown_kind", "--dry-run")
    assert (dry.code, "would send" in dry.err) == (0, True), dry.err
    assert not {"a", "b2", "z"} & set(ids(made))
    done = run(made, "rejections", "replay", "--reason", "unknown_kind", "--json")
    assert done.code == 0, done.err
    until(lambda: {"a", "b2", "z"} <= set(ids(made)), made.log)
    again = json.loads(run(made, "rejections", "replay", "--json").out)
    assert (again["events"], again["left"]["replayed before"]) == (0, json.loads(done.out)["rejections"])
    mine = [id for id in ids(made) if not id.startswith("probe")]
    assert mine == ["b1", "a", "b2", "z"]
    assert not [each for each in run(made, "rejections", "list", "--json").documents() if each["reason"] == NOTE]


@pytest.mark.kafka
def test_what_is_rejected_after_a_replay_waits_for_a_person(made: Company) -> None:
    """Mutants: ingest does not hand the header on; the rejection of a replayed record is sent again by itself; --again is ignored."""
    send(made, INTERACTIONS, "c1", b"{", [(REPLAYED, b"interactions.v1-0-7")])
    send(made, INTERACTIONS, "c1", view("handed").encode(), [(REPLAYED, b"interactions.v1-0-8")])
    told = until(lambda: [each for each in rejections(made) if each.headers and each.headers[0][0] == REPLAYED], made.log)
    assert told[0].reason == "unreadable_json"
    until(lambda: "handed" in ids(made), made.log)
    handed = [headers for _, _, value, headers, _ in made.records(TOUCHPOINTS) if b'"handed"' in (value or b"")]
    assert (REPLAYED, b"interactions.v1-0-8") in handed[0]

    rejected = kept(900, view("twice"), headers=[(REPLAYED, b64encode(b"interactions.v1-0-9").decode())])
    send(made, REJECTIONS, "k", msgspec.json.encode(rejected))
    waits = json.loads(run(made, "rejections", "replay", "--reason", "failed", "--json").out)
    assert (waits["events"], waits["left"]) == (0, {"rejected again after a replay: `--again` sends it once more": 1})
    sent = json.loads(run(made, "rejections", "replay", "--reason", "failed", "--again", "--json").out)
    assert sent["events"] == 1
    until(lambda: "twice" in ids(made), made.log)
    assert json.loads(run(made, "rejections", "replay", "--reason", "failed", "--again", "--json").out)["events"] == 0
