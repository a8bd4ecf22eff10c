"""Form fields that refuse again and again."""

from __future__ import annotations

from schemas.touchpoints.forms import FormRejected, FormSubmitted
from streams.detectors import MINUTE, Found, Limits, closing, pattern
from streams.detectors.shared.evidence import burst
from streams.state import Journey
from streams.state.marks import last


@pattern(
    "validation_loop",
    on=FormRejected,
    closed_by=(closing(FormSubmitted, lambda form, ref: form.form == ref),),
    reads={FormRejected: last(8, "form", "field"), FormSubmitted: last(2, "form")},
    limits={"times": 3, "within_minutes": 10},
    severity=2,
)
def validation_loop(journey: Journey, refusal: FormRejected, limits: Limits) -> Found | None:
    """The same form field refused the customer's input again and again.

    **Definition**: One field refuses `times` times within `within_minutes`, with no accepted submission of the form in between.
    **Default**: 3 in 10 minutes.
    **Source**: Contentsquare counts 3. The minutes are [ours].
    **Guard**: A password meter refuses by design until the password is strong.

    >>> from streams.replay import signals_of
    >>> signals_of('''
    ... 0   web form_rejected /checkout form=address field=postcode
    ... 10s web form_rejected /checkout form=address field=postcode
    ... 20s web form_rejected /checkout form=address field=postcode
    ... ''')
    ['validation_loop']
    >>> signals_of('''
    ... 0   web form_rejected /join form=join field=password rule=strength
    ... 10s web form_rejected /join form=join field=password rule=strength
    ... 20s web form_rejected /join form=join field=password rule=strength
    ... ''')
    []
    """
    if refusal.rule == "strength" or refusal.element == "password":
        return None
    accepted = max((mark.at for mark in journey.rings.form_submitted if mark.form == refusal.form and mark.at <= refusal.at), default=0)
    same = [
        mark for mark in journey.rings.form_rejected if (mark.form, mark.field) == (refusal.form, refusal.field) and mark.at >= accepted
    ]
    evidence = burst(same, refusal, limits["times"], limits["within_minutes"] * MINUTE)
    return Found(evidence, f"{refusal.field} was refused {len(evidence)} times", place=refusal.place or refusal.page, ref=refusal.form)
