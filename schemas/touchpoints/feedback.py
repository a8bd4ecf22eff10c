"""What the customer says of us: scores, stars, expectations."""

from __future__ import annotations

from typing import Literal

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import Count, Ref, Score


class SurveyAnswered(Touchpoint, frozen=True, kw_only=True):
    """A survey was answered."""

    activity = "rating"
    actor = "customer"
    examples = (
        '{"kind":"survey_answered","id":"e55","customer":"c7","at":1761558900000,"channel":"email","metric":"csat","score":2,"low":1,'
        '"high":5,"dimension":"delivery","expected":4}',
        '{"kind":"survey_answered","id":"e56","customer":"c7","at":1761558960000,"channel":"email","metric":"nps","score":9,"low":0,'
        '"high":10}',
    )

    metric: Literal["csat", "nps", "ces", "custom"]  # what the score measures
    score: Score  # on the scale low..high; of "ces": higher means easier
    low: Score  # the scale's worst answer
    high: Score  # its best
    dimension: Ref = ""  # what of: delivery, price, staff, ...
    expected: Score | None = None  # what they had expected, same scale; none: not asked
    wanted: Score | None = None  # what they had wished for, same scale; none: not asked
    contact: Ref = ""  # contact number
    order: Ref = ""  # order number


class ReviewPosted(Touchpoint, frozen=True, kw_only=True):
    """A public review was written; its words stay outside, reduced to features."""

    activity = "rating"
    actor = "customer"
    examples = (
        '{"kind":"review_posted","id":"e57","customer":"c7","at":1761559020000,"channel":"email","review":"v1","stars":1,'
        '"product":"p-dome","verified":true,"length":180,"text_print":"9af0"}',
    )

    review: Ref  # review number
    stars: Score  # on the scale 0..`of`
    of: Score = 5.0  # stars that can be given
    product: Ref = ""  # product number
    order: Ref = ""  # order number
    verified: bool = False  # bought what they review
    length: Count = 0  # characters
    text_print: Ref = ""  # fingerprint of the normalised words: equal prints are copies
    origin: Ref = ""  # coarse network or device group, pseudonymous: bursts come from one
    sentiment: Score | None = None  # of the words, -1..1; none: not measured


class ExpectationSet(Touchpoint, frozen=True, kw_only=True):
    """We, or the customer, said what is to be expected."""

    activity = "rating"
    actor = "customer"
    examples = (
        '{"kind":"expectation_set","id":"e58","customer":"c7","at":1761559080000,"channel":"email","dimension":"delivery",'
        '"expected":4,"low":1,"high":5,"wanted":5}',
    )

    dimension: Ref  # what of: delivery, price, staff, ...
    expected: Score  # on the scale low..high
    low: Score  # the scale's worst
    high: Score  # its best
    wanted: Score | None = None  # what they had wished for, same scale; none: not asked
    hygiene: bool | None = None  # taken for granted, otherwise a delight; none: the blueprint says
