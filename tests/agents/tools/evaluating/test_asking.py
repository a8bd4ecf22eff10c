"""Who is asked, what counts as staying, and what the rules of thumb say of a journey."""

from __future__ import annotations

from agents.learning.examples import Example
from agents.tools.evaluating.asking import asked, still_there
from agents.tools.evaluating.naive import RULES
from agents.tools.evaluating.weighing import weighed
from streams.replay import Replay
from streams.story import START, story

DAY = 86_400_000  # ms


def test_passers_by_are_not_asked() -> None:
    """One look is no acquaintance, and an anonymous visitor is nobody who could leave. Mutant caught: everyone with a journey is asked."""
    texts = {"buyer": "0 store purchase_made till receipt=r1 value=500", "passer": "0 web page_viewed / page=/"}
    texts["anon:1"] = "0 web page_viewed / page=/\n1m web page_viewed / page=/\n2m web page_viewed / page=/"
    replay = Replay().run([each for customer, text in texts.items() for each in story(text, customer)], START + DAY)
    assert asked(replay, START + DAY, 30, []).customers == ["buyer"]


def test_who_cancels_has_left_though_they_were_there() -> None:
    """On their own wish; one that we ended is no farewell, and what we send is no visit. Mutant caught: any touchpoint is staying."""
    text = """
    1d web   page_viewed            / page=/ customer=a
    2d web   subscription_cancelled / subscription=s1 customer=a
    1d web   page_viewed            / page=/ customer=b
    2d web   subscription_cancelled / subscription=s2 by_customer=false customer=b
    1d email message_sent           message=m1 customer=c
    """
    assert still_there(sorted(story(text), key=lambda each: each.at), START + 9 * DAY) == {"b"}


def test_the_rules_of_thumb() -> None:
    """Of who bought on days 0, 10 and 20, asked on day 35: 15 days ago, one and a half of their own intervals, came back twice."""
    text = "\n".join(f"{day}d store purchase_made till receipt=r{day} value=500" for day in (0, 10, 20))
    journey = Replay().run(story(text)).journeys["c1"]
    said = {name: round(rule(journey, START + 35 * DAY), 6) for name, rule in RULES.items()}
    assert list(said.values()) == [15.0, 1.5, -2.0]


def test_no_weight_is_learnt_against_its_sign() -> None:
    """Here those who came lately leave, and silence stays: neither is believed. Mutant caught: a fit without bounds."""
    examples = [
        Example(
            customer=f"c{number}", at=0, due=1, risk=0, prior=0, left=number % 2 == 0,
            strengths={"lately:asking": 2.0 if number % 2 == 0 else 0.1, "idle": 0.1 if number % 2 == 0 else 2.0},
        )
        for number in range(100)
    ]  # fmt: skip
    assert weighed(examples, -2.5, 7, 1).weights == {"idle": 0.0, "lately:asking": 0.0}
