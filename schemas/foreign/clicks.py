"""The names that SDKs give to clicks and to their verdicts on clicks: rage, dead and error clicks.

A verdict is read as what its sender saw: how many clicks, how long it watched, an error that followed. Our own detectors judge it by the
blueprint's limits. If an SDK does not send a figure, its documented default is used. Sources: PostHog's web SDK (3 clicks; 2.5 s),
Mixpanel's autocapture (4 clicks in 1 s; 500 ms), Amplitude's frustration interactions (4 clicks; 3 s).
"""

from __future__ import annotations

import re
from typing import Any

from schemas.foreign.event import Foreign, normalize_keys
from schemas.foreign.picks import Pick, Row, count, either, fixed, millis, page, page_path, ref, score
from schemas.foreign.values import text

_CHAIN = re.compile(r"[A-Za-z0-9_-]+(?:\.[^.:;\"]+)*")
_CHAIN_ID = re.compile(r'attr__?id="([^"\\;]+)"')
_ELEMENTS = {"a": "link", "textarea": "input"}


def _clicked_element(event: Foreign) -> dict[str, Any]:
    """Return the clicked element itself. The SDKs list it before the elements around it."""
    listed = event.properties.get("elements")
    return normalize_keys(listed[0]) if isinstance(listed, list) and listed else {}


def _chain(event: Foreign) -> str:
    found = event.properties.get("elements_chain")
    return found if isinstance(found, str) else ""


def _name(event: Foreign) -> object:
    """Return the element's id, or its tag with its classes. The element's text is never read: it may be the customer's words."""
    if chain := _chain(event):
        by_id, by_class = _CHAIN_ID.search(chain.partition(";")[0]), _CHAIN.match(chain)
        return by_id[1] if by_id else by_class[0][:256] if by_class else None
    element = _clicked_element(event)
    if (id := text(element.get("attr_id")) or text(element.get("id"))) is not None:
        return id
    tag, classes = text(element.get("tag_name")), text(element.get("attr_class"))
    return tag if tag is None or classes is None else ".".join([tag, *classes.split()])[:256]


def _element(event: Foreign) -> object:
    """Return what the element is, in the words that the detectors' guards know."""
    tag = ref("element", "amplitude_element_tag", "el_tag_name", "tag_name")(event) or text(_clicked_element(event).get("tag_name"))
    tag = tag or _chain(event).partition(":")[0].partition(".")[0] or None
    return _ELEMENTS.get(tag.lower(), tag.lower()) if isinstance(tag, str) else None


TARGET = either(
    ref("target", "element_id", "amplitude_element_id", "amplitude_target_test_id", "el_id", "id"),
    _name,
    ref("amplitude_element_selector", "selector", "label", "name"),
    _element,
)
NAMED = either(TARGET, ref("button_id", "button_name", "button", "link_id", "link_name"))
CLICK: dict[str, Pick] = {
    "target": TARGET,
    "element": _element,
    "page": page,
    "x": score("x", "page_x", "amplitude_x"),
    "y": score("y", "page_y", "amplitude_y"),
}
OVER = millis("over_ms", "amplitude_duration", "duration_ms")


def _rage(clicks: int, *names: str) -> Row:
    times = either(count("times", "click_count", "amplitude_click_count", "clicks"), fixed(clicks))
    return Row("clicked", names, {**CLICK, "times": times, "over_ms": OVER})


def _dead(watched_ms: int, *names: str) -> Row:
    watched = either(millis("watched_ms", "dead_click_absolute_delay_ms", "amplitude_duration"), fixed(watched_ms))
    return Row("clicked", names, {**CLICK, "watched_ms": watched, "reacted_after_ms": millis("dead_click_mutation_delay_ms")})


ROWS = (
    Row("clicked", ("autocapture_click", "mp_click", "auto_element_click", "amplitude_element_clicked"), CLICK),
    Row("clicked", ("button_click", "button_clicked", "link_clicked"), {**CLICK, "target": NAMED}),
    Row("clicked", ("link_click",), {**CLICK, "target": either(TARGET, page_path("target_url")), "element": fixed("link")}),
    _rage(3, "rageclick", "rage_click", "rage_clicked"),
    _rage(4, "mp_rage_click", "auto_rage_click", "amplitude_rage_click", "ade_rage_click"),
    _dead(2500, "dead_click", "dead_clicked"),
    _dead(500, "mp_dead_click", "auto_dead_click"),
    _dead(3000, "amplitude_dead_click", "ade_dead_click"),
    # These names say only that an error followed. Without a time the error counts as immediate.
    Row(
        "clicked",
        ("error_click", "error_clicked", "amplitude_error_click", "ade_error_click"),
        {**CLICK, "error_after_ms": either(millis("error_after_ms", "amplitude_duration"), fixed(0))},
    ),
    Row("form_submitted", ("autocapture_submit", "mp_submit", "auto_form_submitted"), {"form": TARGET, "page": page}),
)
