"""The stage machine, the phases and the ladder."""

from __future__ import annotations

from itertools import product

import msgspec
import pytest

from schemas.outputs.signals import ChurnSignalRaised
from schemas.outputs.transitions import PhaseEntered, RungEntered, StageEntered
from schemas.touchpoints import ANY, KINDS
from schemas.vocabulary import STAGES
from streams.context import Context
from streams.customer import stages
from streams.replay import Replay
from streams.rules import Rules
from streams.rules import stage_rows as moves_of
from streams.rules.stage_rows import ROWS
from streams.state import Partition, Position
from streams.story import START, offset, story

RULES = Rules()


def moves(text: str, kind: type[StageEntered] | type[RungEntered] | type[PhaseEntered], until: str | None = None) -> list[str]:
    emissions = Replay(RULES).run(story(text), None if until is None else START + offset(until)).emissions
    return [
        e.stage if isinstance(e, StageEntered) else e.rung if isinstance(e, RungEntered) else e.phase
        for e in emissions
        if isinstance(e, kind)
    ]


def test_every_stage_can_be_reached_and_left() -> None:
    """Mutant: a row removed so that `renewing` has no way in."""
    assert moves_of.reachable(ROWS) == set(STAGES)
    assert {start for start, _ in RULES.moves.to} == set(STAGES)


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
def test_every_kind_has_an_answer_in_every_stage(kind: type) -> None:
    """Each example of each kind, in each stage, leads to a stage there is, and to one only."""
    for stage, example in product(STAGES, kind.examples):  # type: ignore[attr-defined]
        touchpoint = msgspec.json.decode(example, type=ANY)
        journey = RULES.codec.new()
        journey.stage = Position(stage, touchpoint.at - 5_000, "using")
        journey.phase, journey.rung = Position("acquisition", 0), Position("prospect", 0)
        ctx = Context(journey, Partition(), RULES, touchpoint.customer, touchpoint.at, touchpoint.id, [])
        stages.update_stage(ctx, touchpoint)
        entered = [e for e in ctx.out if isinstance(e, StageEntered)]
        assert len(entered) <= 1
        assert journey.stage.name in STAGES
        assert [e.stage for e in entered] == ([journey.stage.name] if journey.stage.name != stage else [])


def test_forward_and_backward_are_both_published_with_dwell() -> None:
    text = """
    0   web page_viewed    /     page=/
    60s web product_viewed /t    product=t
    90s web cart_updated   /cart cart=k items=1
    2m  web cart_updated   /cart cart=k items=0
    """
    entered = [e for e in Replay(RULES).run(story(text)).emissions if isinstance(e, StageEntered)]
    assert [(e.stage, e.direction, e.dwell_s) for e in entered] == [
        ("exploring", "forward", 0),
        ("considering", "forward", 60),
        ("buying", "forward", 30),
        ("considering", "backward", 30),
    ]
    assert [e.caused_by for e in entered] == ["e2", "e3", "e4", "e5"]


def test_help_leads_back_to_where_they_came_from() -> None:
    assert moves(
        "0 web order_placed /x order=o1\n1h call contact_opened desk contact=k\n2h call contact_closed desk contact=k resolved=true",
        StageEntered,
    ) == [
        "awaiting",
        "seeking_help",
        "awaiting",
    ]


def test_the_ladder_rises_with_purchases_and_falls_with_silence() -> None:
    weekly = "\n".join(f"{7 * i}d store purchase_made till receipt=r{i} value=100" for i in range(6))
    assert moves(weekly, RungEntered) == ["first_time", "repeat", "loyal"]
    assert moves(weekly, RungEntered, until="200d")[-1] == "lapsed"
    assert moves(weekly + "\n200d store purchase_made till receipt=r9 value=100", RungEntered)[-2:] == ["lapsed", "won_back"]


def test_phases_follow_purchase_and_lapse() -> None:
    thrice = "\n".join(f"{i}d store purchase_made till receipt=r{i} value=100" for i in range(3))
    assert moves(thrice, PhaseEntered, until="100d") == ["relationship", "retention"]
    assert moves("0 web page_viewed / page=/", PhaseEntered) == []


def test_a_late_touchpoint_moves_no_stage() -> None:
    """Mutant: `moment.late` ignored in `step`."""
    assert moves("10m web page_viewed / page=/\n0 web product_viewed /t product=t", StageEntered) == ["exploring"]


def test_silence_ends_a_wait_that_nobody_ended() -> None:
    """Mutant: `awaiting` left out of the row on LEAVING: who never hears of a delivery waits for ever."""
    text = "0 web page_viewed / page=/\n1m web product_viewed /t product=t\n2m web order_placed /x order=o1"
    assert moves(text, StageEntered, until="40d")[-1] == "lapsed"


def test_a_subscription_is_a_purchase_that_comes_again() -> None:
    """Mutant: only orders and receipts counted, so that a subscriber stays a prospect in acquisition for ever."""
    paid = "0 web subscription_started / subscription=a1\n" + "".join(
        f"{30 * i}d - subscription_renewed - subscription=a1\n" for i in (1, 2, 3, 4)
    )
    assert moves(paid, RungEntered) == ["first_time", "repeat", "loyal"]
    assert moves(paid, PhaseEntered) == ["relationship"]


def test_what_renews_itself_wins_nobody_back() -> None:
    """Mutant: every renewal taken for a return."""
    silent = "0 web feature_used / feature=f\n1d web feature_used / feature=f\n2d web subscription_started / subscription=a1\n"
    assert moves(silent + "60d - subscription_renewed - subscription=a1", StageEntered)[-1] == "lapsed"
    assert moves(silent + "60d - subscription_renewed - subscription=a1", RungEntered)[-1] == "lapsed"
    assert moves(silent + "60d web subscription_renewed - subscription=a1 automatic=false", StageEntered)[-1] == "won_back"


def test_loyalty_lost_takes_two_purchases_to_regain() -> None:
    """Mutant: the count of all purchases alone, by which one purchase after a long silence is loyal at once."""
    weekly = "\n".join(f"{7 * i}d store purchase_made till receipt=r{i} value=100" for i in range(6))
    lost = weekly + "\n50d store purchase_made till receipt=r8 value=100"
    assert moves(lost, RungEntered)[-1] == "repeat"
    assert moves(lost + "\n57d store purchase_made till receipt=r9 value=100", RungEntered)[-2:] == ["repeat", "loyal"]


def test_a_slip_cites_the_signal_that_caused_it() -> None:
    """Mutant: the detector's name given as evidence."""
    weekly = "\n".join(f"{7 * i}d store purchase_made till receipt=r{i} value=100" for i in range(6))
    emissions = Replay(RULES).run(story(weekly), START + offset("60d")).emissions
    signals = {e.id for e in emissions if isinstance(e, ChurnSignalRaised)}
    slips = [e for e in emissions if isinstance(e, RungEntered) and e.rung in ("repeat", "lapsed") and e.left == "loyal"]
    assert slips
    assert all(set(e.evidence) <= signals for e in slips)
