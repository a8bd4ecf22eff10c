"""The filling in of forms on web and app. Field names are sent, field contents never."""

from __future__ import annotations

from schemas.touchpoints.base import Touchpoint
from schemas.touchpoints.units import Page, Words


class FormStarted(Touchpoint, frozen=True, kw_only=True):
    """The customer filled in the first field of a form."""

    activity = "browsing"
    actor = "customer"
    effort = 1
    examples = ('{"kind":"form_started","id":"e10","customer":"c7","at":1761556200000,"channel":"web","form":"address","page":"/pay"}',)

    form: Words  # the form's stable name
    page: Page = ""  # page or screen


class FormRejected(Touchpoint, frozen=True, kw_only=True):
    """A form refused a field. The customer must correct it."""

    activity = "browsing"
    actor = "customer"
    effort = 1
    examples = (
        '{"kind":"form_rejected","id":"e11","customer":"c7","at":1761556260000,"channel":"web","form":"address","field":"postcode",'
        '"rule":"format"}',
    )

    form: Words  # the form's stable name
    field: Words  # the field's stable name; never its content
    rule: Words = ""  # the rule that it broke: format, required, strength, ...
    element: Words = ""  # input, select, password, ...: password meters refuse by design
    page: Page = ""  # page or screen


class FormSubmitted(Touchpoint, frozen=True, kw_only=True):
    """The customer submitted a form, and it was accepted."""

    activity = "browsing"
    actor = "customer"
    examples = ('{"kind":"form_submitted","id":"e12","customer":"c7","at":1761556320000,"channel":"web","form":"address"}',)

    form: Words  # the form's stable name
    page: Page = ""  # page or screen
