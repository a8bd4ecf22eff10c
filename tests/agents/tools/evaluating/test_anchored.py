"""A question of a company's own: who is judged, when, by what was known then, and what counts as the truth."""

from __future__ import annotations

from dataclasses import replace

from agents.tools.evaluating.anchored import Anchored
from agents.tools.mapping.declared import Likeness, Question
from schemas.touchpoints import BY_KIND, Touchpoint
from streams.story import START, story

DAY = 86_400_000  # ms
QUESTION = Question(
    "cancelled", Likeness(BY_KIND["message_sent"], {"campaign": "offer"}), 7, Likeness(BY_KIND["order_cancelled"], {"by_customer": True}),
    (BY_KIND["order_cancelled"], BY_KIND["subscription_started"]), START + 60 * DAY,
)  # fmt: skip


def application(number: int, begun: int, cancels: bool) -> list[Touchpoint]:
    """One that was begun on this day; who cancels is not heard of after the offer, who does not sends it back."""
    text = f"{begun}d web form_submitted form=loan\n{begun + 1}d post message_sent message=m{number} campaign=offer\n"
    text += "" if cancels else f"{begun + 4}d post form_submitted form=offer\n"
    end = "order_cancelled order=o1 value=1 by_customer=true" if cancels else "subscription_started subscription=s1 plan=loan"
    lines = f"{text}{begun + 12}d web {end}".splitlines()
    return story("\n".join(f"{line} customer=c{number:03d} id=c{number}-{place}" for place, line in enumerate(lines)))


def applications(count: int = 120) -> list[Touchpoint]:
    """One a day; every third is cancelled."""
    made = [touchpoint for number in range(count) for touchpoint in application(number, number, number % 3 == 0)]
    return sorted(made, key=lambda touchpoint: touchpoint.at)


def test_everyone_after_the_split_is_judged_a_week_after_their_first_offer() -> None:
    answers = Anchored(QUESTION).run(applications())
    assert answers.customers == [f"c{number:03d}" for number in range(60, 120)]
    assert answers.times == [START + (number + 8) * DAY for number in range(60, 120)]
    assert answers.left == [number % 3 == 0 for number in range(60, 120)]


def test_who_has_come_to_an_end_before_is_not_asked() -> None:
    """And neither is who got another message, or whose end nobody knows. Mutant caught: the anchor without its fields."""
    ended = story("90d post message_sent message=m1 campaign=offer customer=a\n95d web order_cancelled order=o value=1 customer=a id=x")
    other = story("90d post message_sent message=m2 campaign=news customer=b\n120d web order_cancelled order=o value=1 customer=b id=y")
    unknown = story("90d post message_sent message=m3 campaign=offer customer=c")
    late = story("150d web page_viewed / page=/ customer=d")
    every = sorted([*ended, *other, *unknown, *late], key=lambda touchpoint: touchpoint.at)
    assert Anchored(QUESTION).run(every).customers == []


def test_a_visitor_who_was_forgotten_before_the_question_is_not_asked() -> None:
    """Mutant caught: the journey is looked up although it is gone, and the evaluation ends."""
    visitor = story("0d post message_sent message=m1 campaign=offer customer=anon:1")
    later = story("130d web page_viewed / page=/ customer=d id=x\n131d web order_cancelled order=o value=1 customer=anon:1 id=y")
    for days, asked in ((7, ["anon:1"]), (120, [])):
        course = Anchored(replace(QUESTION, days=days, split=START))
        assert course.run([*visitor, *later]).customers == asked


def test_what_is_learnt_parts_them_and_comes_from_before_the_split_alone() -> None:
    """Weights are learnt from the first sixty, as far as their end was known on the day. Mutants caught: examples of those that are judged;
    an example counted before its end."""
    course = Anchored(QUESTION)
    answers = course.run(applications())
    assert {example.customer for example in course.examples} == {f"c{number:03d}" for number in range(60)}
    assert min(risk for risk, left in zip(answers.ours, answers.left, strict=True) if left) > max(
        risk for risk, left in zip(answers.ours, answers.left, strict=True) if not left
    )
    first = course.milestones[0]
    assert first.published is not None
    assert first.published.weights is not None
    assert first.published.weights.examples == sum(example.due < first.at for example in course.examples) == 48


def test_the_future_changes_no_score() -> None:
    """Whoever ends otherwise after the last was judged changes the truth and no risk."""
    shop = applications()
    turned = [each for each in shop if each.at <= START + 127 * DAY]
    turned += story("\n".join(f"140d web order_cancelled order=o1 value=1 customer=c{n:03d} id=t{n}" for n in range(116, 120)))
    ours, theirs = Anchored(QUESTION).run(shop), Anchored(QUESTION).run(turned)
    assert ours.customers == theirs.customers
    assert ours.ours == theirs.ours
    assert ours.left != theirs.left


def test_given_weights_are_in_force_and_nothing_is_learnt() -> None:
    learning = Anchored(QUESTION)
    learning.run(applications())
    latest = learning.milestones[-1].published
    assert latest is not None
    course = Anchored(QUESTION, weights=latest.weights)
    answers = course.run(applications())
    assert course.replay.rules.models.weights == latest.weights
    assert course.milestones == []
    assert len(set(answers.ours)) == 2
