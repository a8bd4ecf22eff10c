"""Touchpoints of our own employees: what they say about a touchpoint that they served."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import Ref, Score, Words


class EmployeeFeedbackGiven(Touchpoint, frozen=True, kw_only=True):
    """An employee rated a touchpoint they served."""

    activity = "rating"
    actor = "others"
    examples = (
        '{"kind":"employee_feedback_given","id":"e96","customer":"c7","at":1761561360000,"channel":"call",'
        '"touchpoint":"queue/orders","score":2,"remark_kind":"tool","team":"orders"}',
    )

    touchpoint: Words  # place or kind that it is about
    score: Score  # on the scale low..high
    low: Score = 1.0  # worst score of the scale
    high: Score = 5.0  # best score of the scale
    remark_kind: Words = ""  # tool, procedure, workload, customer_upset, ...; never the words
    team: Ref = ""  # team name
    contact: Ref = ""  # contact number
