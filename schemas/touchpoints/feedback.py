"""Touchpoints of feedback: scores, reviews and expectations."""

from __future__ import annotations

from typing import Literal

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import Count, Ref, Score, Words


class SurveyAnswered(Touchpoint, frozen=True, kw_only=True):
    """The customer answered a survey."""

    activity = "rating"
    actor = "customer"
    thing = (("contact", "metric", "dimension", "at"), ("order", "metric", "dimension", "at"))
    examples = (
        '{"kind":"survey_answered","id":"e55","customer":"c7","at":1761558900000,"channel":"email","metric":"csat","score":2,"low":1,'
        '"high":5,"dimension":"delivery","expected":4}',
        '{"kind":"survey_answered","id":"e56","customer":"c7","at":1761558960000,"channel":"email","metric":"nps","score":9,"low":0,'
        '"high":10}',
    )

    metric: Literal["csat", "nps", "ces", "custom"]  # what the score measures
    score: Score  # on the scale low..high; of "ces": higher means easier
    low: Score  # worst answer of the scale
    high: Score  # best answer of the scale
    dimension: Words = ""  # what it is about: delivery, price, staff, ...
    expected: Score | None = None  # what the customer had expected, same scale; none: not asked
    wanted: Score | None = None  # what the customer had wished for, same scale; none: not asked
    contact: Ref = ""  # contact number
    order: Ref = ""  # order number


class ReviewPosted(Touchpoint, frozen=True, kw_only=True):
    """The customer wrote a public review. Its words stay with the sender, who reduces them to features."""

    activity = "rating"
    actor = "customer"
    thing = (("review", "stars", "verified"),)
    examples = (
        '{"kind":"review_posted","id":"e57","customer":"c7","at":1761559020000,"channel":"email","review":"v1","stars":1,'
        '"product":"p-dome","verified":true,"length":180,"text_print":"9af0"}',
    )

    review: Ref  # review number
    stars: Score  # on the scale 0..`of`
    of: Score = 5.0  # stars that can be given
    product: Ref = ""  # product number
    order: Ref = ""  # order number
    verified: bool = False  # the customer bought what they review
    length: Count = 0  # characters of the text
    text_print: Ref = ""  # fingerprint of the normalised words: equal fingerprints are copies
    origin: Ref = ""  # coarse network or device group, pseudonymous: reviews in a burst share one
    sentiment: Score | None = None  # of the words, -1..1; none: not measured


class ExpectationSet(Touchpoint, frozen=True, kw_only=True):
    """We, or the customer, said what the customer may expect."""

    activity = "rating"
    actor = "customer"
    examples = (
        '{"kind":"expectation_set","id":"e58","customer":"c7","at":1761559080000,"channel":"email","dimension":"delivery",'
        '"expected":4,"low":1,"high":5,"wanted":5}',
    )

    dimension: Words  # what it is about: delivery, price, staff, ...
    expected: Score  # on the scale low..high
    low: Score  # worst value of the scale
    high: Score  # best value of the scale
    wanted: Score | None = None  # what the customer had wished for, same scale; none: not asked
    hygiene: bool | None = None  # true: taken for granted; false: a delight; none: the blueprint says
