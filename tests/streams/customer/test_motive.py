"""Motives read from behaviour, and personas by rule."""

from __future__ import annotations

import pytest

from schemas.outputs.transitions import MotiveInferred, PersonaEntered, PersonaLeft
from schemas.vocabulary import MOTIVES
from streams.blueprints.reading import blueprint_from
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint, Persona
from streams.rules.offer_rows import Offer
from streams.story import START, offset, story

RULES = Rules()
LOOK = "{d}d web product_viewed /p product=p{d}\n"


def inferred(text: str) -> list[tuple[str, str, float, tuple[str, ...]]]:
    found = Replay(RULES).run(story(text)).emissions
    return [(e.motive, e.left, e.share, e.evidence) for e in found if isinstance(e, MotiveInferred)]


def bought(days: range, rest: str = "", before: str = "") -> str:
    """A purchase on the web on each of these days, each after `before`; `{d}` is the day."""
    line = "{d}.1d web order_placed /pay order=o{d} value=1000 items=3 " + rest + "\n"
    return "".join((before + line).replace("{d}", str(day)) for day in days)


QUICK = "{d}.099d web product_viewed /p product=p\n"
SLOW = "".join("{d}d web product_viewed /p product=p" + str(n) + "\n" for n in range(6))
READ = "{d}d web content_viewed /guide content=g\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (bought(range(3), "coupons=1"), "bargain"),
        (bought(range(3), "discount=400"), "bargain"),
        (bought(range(3), "discount=300"), ""),
        (bought(range(2), "coupons=1"), ""),
        (bought(range(3), before=QUICK), "impulse"),
        (bought(range(3), "coupons=1", before=QUICK), "bargain"),
        ("0d web product_viewed /p product=old\n" + bought(range(40, 43), before=QUICK), "impulse"),  # last month's look is forgotten
        (bought(range(3), before=QUICK * 5), ""),  # five looks are not few
        (bought(range(3), before=LOOK * 5), ""),  # nor many
        (bought(range(3), before=LOOK), ""),  # two hours to think: neither sudden nor thorough
        (bought(range(3), before=SLOW), "quality_seeker"),
        (bought(range(3), before=READ), "quality_seeker"),
        (bought(range(3), "discount=100", before=SLOW), ""),
        (bought(range(5)), ""),  # nobody reports what they look at
        (bought(range(1), before=LOOK) + bought(range(1, 5)), "convenience"),
        ("".join(f"{d}d web review_posted /r review=v{d} stars=4\n" for d in range(3)), "helper"),
        (bought(range(9)) + "".join(f"{d}d web review_posted /r review=v{d} stars=4\n" for d in range(10, 13)), ""),
        ("".join(f"{d}d store purchase_made till receipt=r{d} value=900\n" for d in range(5)), ""),  # the way to a till is not seen
    ],
)
def test_a_motive_stands_out(text: str, found: str) -> None:
    """Each row of the table, and one that just misses it. Mutants: every threshold moved; the guard on unseen ways removed."""
    last = inferred(text)
    assert (last[-1][0] if last else "") == found


def test_it_cites_what_shows_it() -> None:
    """Mutant: the latest touchpoints cited, whatever they show."""
    text = bought(range(2), "coupons=1") + "2d web order_placed /pay order=x value=1000\n" + bought(range(3, 4), "coupons=1")
    assert inferred(text) == [("bargain", "", 0.75, ("e2", "e4"))]


def test_an_order_and_its_receipt_are_one_purchase() -> None:
    """Mutant: both counted, so that two purchases with a coupon make a bargain hunter."""
    once = bought(range(2), "coupons=1") + "5d store purchase_made till receipt=r0 order=o1 value=1000 coupons=1"
    assert inferred(once) == []


def test_a_customer_may_change() -> None:
    """Bargains first, then full prices. Mutants: a motive for life; one that flutters with every purchase."""
    text = bought(range(6), "coupons=1") + bought(range(6, 40))
    assert [(name, left) for name, left, _, _ in inferred(text)] == [("bargain", ""), ("", "bargain")]


def test_old_habits_count_half() -> None:
    """Mutant: counts never halved: after 24 bargains it takes 37 other purchases to be anything else."""
    assert [name for name, *_ in inferred(bought(range(24), "coupons=1") + bought(range(24, 44)))] == ["bargain", ""]


def test_a_sudden_bargain_is_a_bargain() -> None:
    """Mutant: taken for an impulse as well."""
    motives = Replay(RULES).run(story(bought(range(3), "coupons=1", before=QUICK))).journeys["c1"].motives
    assert motives is not None
    assert motives.shown == {"bargain": 3}


def test_another_motive_must_lead_by_a_tenth() -> None:
    """Mutant: LEADS 0: equal shares take turns."""
    turns = "".join(bought(range(d, d + 1), before=SLOW) + bought(range(d + 1, d + 2), "coupons=1") for d in range(0, 12, 2))
    assert [name for name, *_ in inferred(turns)] == ["quality_seeker"]


def test_shares_count_from_what_could_have_shown_it() -> None:
    assert set(MOTIVES) == {"bargain", "impulse", "convenience", "quality_seeker", "helper"}
    share = bought(range(3), before=QUICK) + "".join(f"{d}d store purchase_made till receipt=r{d} value=900\n" for d in range(5, 11))
    assert inferred(share)[-1][:3] == ("impulse", "", 1.0)


SAVERS = Persona(name="savers", rule="coupon_share >= 0.5")
NEW = Persona(name="new", rule="days_known < 7")


def personas(text: str, *rows: Persona, until: str = "") -> list[tuple[str, str]]:
    replay = Replay(Rules(Blueprint(personas=rows))).run(story(text), START + offset(until) if until else None)
    found = (e for e in replay.emissions if isinstance(e, PersonaEntered | PersonaLeft))
    return [("in" if isinstance(e, PersonaEntered) else "out", e.persona) for e in found]


def test_personas_are_entered_and_left_by_their_rules() -> None:
    """Mutants: entering said again and again; leaving never said."""
    text = bought(range(1), "coupons=1") + bought(range(1, 4))
    assert personas(text, SAVERS) == [("in", "savers"), ("out", "savers")]
    assert personas(text, SAVERS, NEW) == [("in", "savers"), ("in", "new"), ("out", "savers")]


def test_time_alone_is_noticed_with_the_next_episode() -> None:
    """Mutant: personas looked at only where something was stirred."""
    assert personas("0 web scrolled / page=/\n9d web scrolled / page=/", NEW) == [("in", "new"), ("out", "new")]


def test_a_wake_looks_at_personas_too() -> None:
    lapsed = Persona(name="lapsed", rule="stage == 'lapsed'")
    text = "0 web page_viewed / page=/\n1m web product_viewed / product=p\n2m web product_viewed / product=q"
    assert personas(text, lapsed, until="40d") == [("in", "lapsed")]


def test_a_persona_that_is_gone_from_the_blueprint_is_left() -> None:
    """Mutant: members of a persona that nobody declares any more."""
    replay = Replay(Rules(Blueprint(personas=(NEW,)))).run(story("0 web page_viewed / page=/"))
    assert set(replay.journeys["c1"].personas) == {"new"}
    replay.rules = Rules()
    made = replay.apply(story("1m web order_placed /x order=o1 id=later")[0])
    assert [e.persona for e in made if isinstance(e, PersonaLeft)] == ["new"]
    assert replay.journeys["c1"].personas == {}


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ((Persona(name="savers", rule="cupon_share > 1"),), "persona 'savers': column 1: 'cupon_share' is unknown"),
        ((SAVERS, SAVERS), "persona 'savers': a persona has a name, and only one has it"),
        ((Persona(name="", rule="true"),), "persona '': a persona has a name"),
        (tuple(Persona(name=f"p{n}", rule="true") for n in range(25)), "25 personas: a journey keeps at most 24"),
    ],
)
def test_a_persona_that_could_not_work_is_named(rows: tuple[Persona, ...], fault: str) -> None:
    with pytest.raises(ValueError, match="persona") as refused:
        Rules(Blueprint(personas=rows))
    assert fault in str(refused.value)


def test_an_offer_may_be_for_a_persona() -> None:
    """Mutant: the personas of before the touchpoint, or of nobody."""
    offer = Offer(name="gift", family="incentive", lever="social", channels=("email",), audience="persona(savers)", value=2.0, cost=1.0)
    rules = Rules(Blueprint(personas=(SAVERS,), offers=(offer,)))
    journey = Replay(rules).run(story(bought(range(1), "coupons=1"))).journeys["c1"]
    assert rules.audiences["gift"](journey, START)
    assert not rules.audiences["gift"](rules.codec.new(), START)


@pytest.mark.parametrize(
    ("audience_rule", "personas_of", "said"),
    [
        ("persona(savers)", (), "offer 'gift': there is no persona 'savers'; declared are none"),
        ("not persona('savers') or purchases > 3", (NEW,), "offer 'gift': there is no persona 'savers'; declared are new"),
        ("persona()", (), "name one persona, as persona(savers)"),
        ("true", (SAVERS, Persona(name="loyal_savers", rule="persona(savers) and purchases > 3")), "its rule names another persona"),
    ],
)
def test_a_persona_that_nobody_declared_is_refused(audience_rule: str, personas_of: tuple[Persona, ...], said: str) -> None:
    offer = Offer(name="gift", family="incentive", lever="social", channels=("email",), audience=audience_rule, value=2.0, cost=1.0)
    with pytest.raises(ValueError, match="persona") as refused:
        Rules(Blueprint(personas=personas_of, offers=(offer,)))
    assert said in str(refused.value)


def test_a_file_says_in_which_line_the_unknown_persona_stands() -> None:
    """Mutant: refused only when the rules are compiled, without its line."""
    text = """name = "acme"
[[personas]]
name = "savers"
rule = "coupon_share >= 0.5"
[[offers]]
name = "gift"
family = "incentive"
lever = "social"
channels = ["email"]
value = 2.0
cost = 1.0
audience = "persona(saver)"
"""
    with pytest.raises(ValueError, match=r"acme.toml:12: .*'saver'.*did you mean 'savers'"):
        blueprint_from(text, "acme.toml")
    assert blueprint_from(text.replace("(saver)", "(savers)")).offers[0].audience == "persona(savers)"
