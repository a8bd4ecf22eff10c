"""A chronicle tells everything that is in the records, in order, and no more than that."""

from __future__ import annotations

from io import StringIO

import msgspec
import pytest

from agents.tools.reports.chronicle.entries import Entry, chronicle
from agents.tools.reports.chronicle.folding import condensed, folded, summary
from agents.tools.reports.chronicle.html import html
from agents.tools.reports.chronicle.printing import show, show_newest, standing
from agents.tools.reports.chronicle.records import OUTPUT_TOPICS, PUBLISHED, touchpoint
from agents.tools.reports.chronicle.wording import HEIGHTS, say
from agents.tools.reports.terminal import Terminal
from schemas.control import JourneyLinked, TouchpointForwarded
from schemas.outputs import Output
from schemas.outputs.decisions import Candidate, DecisionMade
from schemas.outputs.offers import Factors
from schemas.outputs.signals import Contribution, RiskChanged
from schemas.outputs.transitions import JourneysMerged, RungEntered
from schemas.topics import TOPICS
from schemas.touchpoints import KINDS
from schemas.vocabulary import RUNGS
from schemas.writing import encode
from streams.replay import Replay
from streams.story import START, offset, story

TROUBLE = """
0    web   page_viewed      /shop       page=/shop
1m   web   cart_updated     /cart       cart=k1 items=2 value=4900
2m   web   checkout_started /checkout   cart=k1
3m   web   payment_failed   /checkout   payment=z1 order=o1
4m   web   payment_failed   /checkout   payment=z2 order=o1
1d   web   order_placed     /checkout   order=o2 cart=k1 value=4900
2d   store purchase_made    till-4      receipt=r1 value=1250
3d   store purchase_made    till-4      receipt=r2 value=1250
4d   store purchase_made    till-4      receipt=r3 value=1250
5d   store purchase_made    till-4      receipt=r4 value=1250
"""


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    """A customer who met friction, bought all the same, came back, and fell silent."""
    touched = story(TROUBLE)
    replay = Replay().run(touched, START + offset("120d"))
    return chronicle(touched, [each for each in replay.emissions if isinstance(each, Output)])


def test_every_record_is_told_once_in_order_of_time(entries: list[Entry]) -> None:
    assert [each.at for each in entries] == sorted(each.at for each in entries)
    assert sum(not each.ours for each in entries) == 10
    told = [each.record.id for each in entries if not isinstance(each.record, JourneyLinked)]
    assert len(told) == len(entries)
    assert len(told) == len(set(told))


def test_a_touchpoint_comes_before_what_it_caused(entries: list[Entry]) -> None:
    for i, each in enumerate(entries):
        cause = getattr(each.record, "caused_by", "")
        if cause and cause != "wake":
            assert cause in {getattr(earlier.record, "id", "") for earlier in entries[:i]}


def _below(kind: type[Output]) -> set[type[Output]]:
    return {each for one in kind.__subclasses__() for each in (one, *_below(one))}


def test_everything_that_is_published_can_be_told() -> None:
    """Mutant caught: a kind of output that has no place in the order, and so no reader."""
    kinds = {kind for kind in _below(Output) if kind.__module__.startswith("schemas.") and hasattr(kind, "topic")}
    assert set(PUBLISHED) == kinds
    assert len(PUBLISHED) == len(kinds)
    assert set(OUTPUT_TOPICS) == {row.name for row in TOPICS if row.writers == ("journey",) and not row.compacted}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_touchpoint_has_words(kind: type) -> None:
    for example in kind.examples:  # type: ignore[attr-defined]
        found = touchpoint(example.encode())
        assert found is not None
        assert say(found).words.startswith(str(kind.__struct_config__.tag).replace("_", " "))  # type: ignore[attr-defined]


def test_a_decision_names_every_candidate_and_its_step() -> None:
    worth = Factors(propensity=0.1, context=1.0, value=500.0, lever=1.0)
    candidates = (
        Candidate(offer="box", family="basket_change", channel="email", factors=worth, rank=50.0),
        Candidate(offer="gift", family="incentive", channel="", step="eligible", reason="not_eligible"),
        Candidate(offer="pause", family="basket_change", channel="", step="eligible", reason="not_eligible"),
        Candidate(offer="visit", family="incentive", channel="sms", step="caps", reason="frequency_cap", detail="1 sms in 7 days"),
    )
    decision = DecisionMade(
        id="d1", customer="c1", at="2017-03-01T10:00:00.000Z", outcome="offered", triggers=("risk_rose:watch",), candidates=candidates,
        offer_name="box", risk=0.3, band="watch", decision="d1", revision=1,
    )  # fmt: skip
    told = say(decision)
    assert told.words == "decision: offer box"
    assert "asked because of risk_rose:watch; risk 30% (watch)" in told.because
    assert "gift, pause: removed at eligible, not eligible" in told.because
    assert "visit by sms: removed at caps, frequency cap (1 sms in 7 days)" in told.because
    assert any(line.startswith("box by email: chosen, rank 50.0 = propensity 0.100") for line in told.because)


def test_a_risk_is_told_as_the_sum_it_is() -> None:
    part = Contribution(
        signal="dormant", version=1, family="silence", value=0.75, weight=1.5, strength=1.0, half_life_days=30,
        since="2017-03-01T00:00:00.000Z", evidence=("e1",),
    )  # fmt: skip
    change = RiskChanged(
        id="x", customer="c1", at="2017-04-01T00:00:00.000Z", band="watch", left="calm", risk=0.1480, bias=-2.5, contributions=(part,),
        held_back="two_families",
    )  # fmt: skip
    told = say(change)
    assert told.tone == "bad"
    assert told.because[0] == "-2.50 to begin with"
    assert told.because[1].startswith("+0.75 dormant (silence): weight 1.5 × strength 1.00 × 0.50 left")
    assert told.because[2] == "= -1.75 log-odds, a risk of 15%"
    assert told.because[3] == "held back: signals of one family alone lead no higher"


@pytest.mark.parametrize(
    ("left", "rung", "tone"), [("loyal", "repeat", "bad"), ("won_back", "lapsed", "bad"), ("lapsed", "won_back", "good")]
)
def test_a_step_down_the_ladder_is_no_good_news(left: str, rung: str, tone: str) -> None:
    step = RungEntered(id="1", customer="c1", at="2017-03-01T10:00:00.000Z", rung=rung, left=left, evidence=("e1",), dwell_s=200_000)
    assert say(step).tone == tone
    assert say(step).words == f"loyalty {left} → {rung}, after 2 days"


def test_every_rung_has_its_height() -> None:
    assert set(HEIGHTS) == set(RUNGS)


def test_only_long_uneventful_stretches_are_drawn_together(entries: list[Entry]) -> None:
    parts = folded(entries)
    assert [each for part in parts for each in (part if isinstance(part, list) else [part])] == entries
    for run in (part for part in parts if isinstance(part, list)):
        assert len(run) > 2
        assert len({each.what for each in run}) == 1
        assert not any(each.ours for each in run)


def test_a_stretch_says_how_many_and_what_they_add_up_to() -> None:
    visits = "\n".join(f"{day}d store purchase_made till-4 receipt=r{day} value=1250 currency=USD" for day in range(3))
    (run,) = folded(chronicle(story(visits), []))
    assert isinstance(run, list)
    assert summary(run) == "3 × purchase made, until 2026-01-07, 37.50 USD together"


def test_the_terminal_shows_friction_and_its_reasons(entries: list[Entry]) -> None:
    out = StringIO()
    show(Terminal(file=out, width=160), entries, every=True)
    text = out.getvalue()
    assert "friction payment_failed at /checkout" in text
    assert "evidence: e4" in text
    assert text.count("purchase made") == 4
    assert any(line.startswith("stage ") for line in standing(entries))


def test_reasons_can_be_cut_short_and_say_so(entries: list[Entry]) -> None:
    out = StringIO()
    show(Terminal(file=out, width=160), entries, most=1)
    longest = max(len(each.saying.because) for each in entries)
    assert f"and {longest - 1} more" in out.getvalue()


def test_html_holds_the_words_escaped() -> None:
    evil = chronicle(story("0 store purchase_made <b>till</b> receipt=<script> value=1250"), [])
    told = html(evil)
    assert "<b>" not in told
    assert "<script>" not in told
    assert "&lt;b&gt;till&lt;/b&gt;" in told


def test_documents_for_programs_hold_the_whole_record(entries: list[Entry]) -> None:
    opened = next(each for each in entries if each.what == "friction_opened")
    document = opened.document()
    assert document["record"]["detector"] == "payment_failed"
    assert document["words"] == opened.saying.words
    assert document["at"] == opened.record.at


def test_a_merge_says_who_it_was_and_what_came_along() -> None:
    (merged,) = [
        each
        for each in Replay().run(story("0 web page_viewed page=/ customer=anon:1\n1m web signed_in customer=c7 anonymous=anon:1")).emissions
        if isinstance(each, JourneysMerged)
    ]
    told = say(merged)
    assert told.words == "anon:1 is the same customer: 1 touchpoint came along"
    assert told.because == ("taken in is its current episode: the device may be shared",)


def test_a_touchpoint_that_was_passed_on_is_the_customers() -> None:
    """Mutant: what another id's journey passed on is left out of the story."""
    (view,) = story("0 web page_viewed page=/ customer=anon:1")
    passed_on = TouchpointForwarded(customer="c7", origin="anon:1", touchpoint=msgspec.Raw(encode(view)), hops=1)
    assert touchpoint(msgspec.json.encode(passed_on)) == msgspec.structs.replace(view, customer="c7")


def on_a_screen(entries: list[Entry], lines: int) -> tuple[int, list[str]]:
    """How many entries were left out, and what stands on a screen of 80 columns and so many lines."""
    page = StringIO()
    left_out = show_newest(Terminal(file=page, width=80, height=lines), entries)
    return left_out, page.getvalue().splitlines()


@pytest.mark.parametrize("lines", [20, 24, 50])
def test_a_long_story_is_told_on_one_screen(entries: list[Entry], lines: int) -> None:
    """The newest are there, and the latest decision; what is left out is counted. Mutants: the oldest instead; a line that wraps."""
    left_out, told = on_a_screen(entries * 20, lines)
    assert lines - 8 < len(told) <= lines - 3
    assert max(map(len, told)) <= 80
    assert told[0] == f"{left_out:,} of {20 * len(entries):,} entries are left out: --all shows the whole story"
    assert any(entries[-1].saying.words[:50] in line for line in told)
    assert [line for line in told if "decision: " in line]
    dated = [line for line in told[1:] if not line.startswith(" ")]
    assert left_out + len(dated) <= 20 * len(entries)
    assert dated == sorted(dated, key=lambda line: line[:16])


def test_a_short_story_is_told_as_a_whole(entries: list[Entry]) -> None:
    whole = StringIO()
    show(Terminal(file=whole, width=80), entries[:4])
    assert on_a_screen(entries[:4], 24) == (0, whole.getvalue().splitlines())


def test_uneventful_stretches_of_several_kinds_are_one_line_of_a_screen(entries: list[Entry]) -> None:
    quiet = [each for each in entries if each.saying.tone == "plain"]
    (run,) = condensed(quiet)
    assert run == quiet
    assert isinstance(run, list)
    assert summary(run).startswith(f"{len(quiet)} entries: ")
    assert "4 × purchase made" in summary(run)
    assert [each for part in condensed(entries) for each in (part if isinstance(part, list) else [part])] == entries


def test_a_burst_is_one_entry() -> None:
    """Mutants caught: each click and each repetition with a line of its own; the count of the first repetition."""
    clicks = "".join(f"{10 + 0.3 * number}s web clicked /pay target=pay\n" for number in range(7))
    touched = story(f"0 web page_viewed /pay page=/pay\n{clicks}5m web page_viewed /home page=/home")
    entries = chronicle(touched, [each for each in Replay().run(touched).emissions if isinstance(each, Output)])
    runs = [summary(part) for part in folded(entries) if isinstance(part, list)]
    assert runs == ["4 × clicked, until 08:00", "friction rage_click again, 4 times now: 3 × clicked, until 08:00"]
