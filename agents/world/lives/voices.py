"""What customers say when they are asked, and in public."""

from __future__ import annotations

from typing import Any

from agents.world.pen import Pen


def answer(pen: Pen, about: dict[str, Any]) -> None:
    """Answer a survey: as satisfied as the customer is, and as the matter was. A low answer, or a fall, is a friction."""
    person, metric = pen.person, about["metric"]
    pen.take("email", "survey", 5_000, 60_000)
    low, high = {"csat": (1, 5), "ces": (1, 7), "nps": (0, 10)}[metric]
    feels = person.satisfaction + 0.22 - about.get("worse", 0.0) + pen.chance.gauss(0, 0.12)
    score = round(low + (high - low) * max(0.0, min(1.0, feels)))
    matter = {name: about[name] for name in ("order", "contact") if name in about}
    expected = {"expected": 4, "dimension": "delivery"} if metric == "csat" and pen.chooses(0.3) else {}
    pen.say("survey_answered", metric=metric, score=score, low=low, high=high, place="survey", **matter, **expected)
    before = person.scores.get(metric, -1.0)
    person.scores[metric] = score
    if metric == "csat" and (score <= 2 or before - score >= 2):
        pen.friction("low_satisfaction", place="survey")
    elif metric == "ces" and score <= 3:
        pen.friction("high_effort", place="survey")
    elif metric == "nps" and (score <= 6 or before - score >= 3):
        pen.friction("detractor", place="survey")


def review(pen: Pen, about: dict[str, Any]) -> None:
    """Write a public review of what was bought."""
    person = pen.person
    pen.take("web", "reviews", 2_000)
    feels = max(0.0, min(1.0, person.satisfaction + 0.25 + pen.chance.gauss(0, 0.2)))
    stars, product = round(1 + 4 * feels), f"{person.favourite}-{1 + int(12 * pen.chance.random())}"
    pen.say(
        "review_posted", review=pen.number("v"), stars=stars, product=product, order=about["order"], verified=True,
        length=30 + int(300 * pen.chance.random()), text_print=f"{pen.chance.getrandbits(40):x}", origin=f"n-{person.index % 400}",
        sentiment=round(2 * feels - 1, 2), place=f"/p/{product}",
    )  # fmt: skip
    if stars <= 2:
        pen.friction("negative_review", place=f"/p/{product}")
