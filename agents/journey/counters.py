"""Under which key an output is counted. The keys are few enough for metrics, and never contain a customer."""

from __future__ import annotations

from collections import Counter
from typing import TypeAlias

from schemas.outputs import Output
from schemas.outputs.decisions import DecisionMade
from schemas.outputs.offers import OfferMade
from schemas.outputs.signals import ChurnSignalRaised, FrictionOpened

Line: TypeAlias = tuple[str, str, str]
OutputCounts: TypeAlias = Counter[Line]


def booked(output: Output) -> Line:
    """Return the key of an output: what it is, and up to two names. A blueprint limits how many names there are.

    >>> from schemas.outputs.signals import FrictionClosed
    >>> booked(FrictionClosed(id="1", customer="c7", at="", detector="rage_click", signal="s", because="expired"))
    ('output', 'friction_closed', '')
    """
    if isinstance(output, FrictionOpened):
        return ("signal", "friction", output.detector)
    if isinstance(output, ChurnSignalRaised):
        return ("signal", output.family, output.detector)
    if isinstance(output, DecisionMade):
        return ("decision", output.outcome, output.reason or "")
    if isinstance(output, OfferMade):
        return ("offer", output.offer, "")
    return ("output", str(type(output).__struct_config__.tag), "")
