"""Abandoned forms."""

from __future__ import annotations

from schemas.touchpoints.forms import FormRejected, FormStarted, FormSubmitted
from streams.detectors import Found, Limits, Opening, absence, after, closing
from streams.state import Deadline, Journey


def _begun(_journey: Journey, form: FormStarted | FormRejected, limits: Limits) -> Opening:
    return Opening(form.at + after(minutes=limits["minutes"]), form.form)


@absence(
    "form_abandoned",
    opened_by={FormStarted: _begun, FormRejected: _begun},
    closed_by=(closing(FormSubmitted, lambda form, ref: form.form == ref),),
    limits={"minutes": 30},
    severity=1,
)
def form_abandoned(_journey: Journey, form: Deadline, limits: Limits) -> Found:
    """The customer started a form and did not submit it.

    **Definition**: There is no accepted submission within `minutes` after the form was started or last refused.
    **Default**: 30 minutes.
    **Source**: [ours]. The same silence ends an episode (session).
    **Guard**: The customer may submit the form in another channel. Every accepted submission of that form ends the wait.

    >>> from streams.replay import signals_of
    >>> signals_of("0 web form_started /join form=join", until="31m")
    ['form_abandoned']
    >>> signals_of('''
    ... 0   web form_started   /join form=join
    ... 20m app form_submitted join  form=join
    ... ''', until="2h")
    []
    """
    return Found([form.evidence], f"The form {form.ref} was left for {limits['minutes']:g} minutes")
