"""The detectors of screens and pages: every guard is needed, what they cite, what ends them, what is told twice counts once."""

# ruff: noqa: E501 - a story reads best on one line

from __future__ import annotations

import pytest

from schemas.outputs.signals import FrictionClosed, FrictionOpened
from streams.replay import Replay
from streams.rules import Rules
from streams.story import story
from tests.streams.friction.mutants import Mutant

MUTANTS = (
    Mutant("slow_click", "click.background or "),
    Mutant("slow_click", '< limits["slow_ms"]', '<= limits["slow_ms"]'),
    Mutant("thrashed_cursor", "moved.element in DRAWN_ON or "),
    Mutant("thrashed_cursor", "not moved.over_ms or "),
    Mutant("thrashed_cursor", ' * max(1, moved.over_ms / limits["within_ms"])'),
    Mutant("thrashed_cursor", "max(1, moved.over_ms", "min(1, moved.over_ms"),
    Mutant("quick_back", '("gallery",)', "()"),
    Mutant("quick_back", "(back.page, back.to)", "(back.page,)"),
    Mutant("quick_back", "0 < left.stayed_ms", "0 <= left.stayed_ms"),
    Mutant("quick_back", 'left.by == "back" and '),
    Mutant("quick_back", "bool(left.to) and "),
    Mutant("quick_back", "left.stayed_ms <= within_ms", "left.stayed_ms < within_ms"),
    Mutant("quick_back", 'after.by not in ("", "back") or '),
    Mutant("quick_back", "before.page == after.page != fleeting.page", "before.page == after.page"),
    Mutant("quick_back", "(back.page, back.to)", "(back.to,)"),
    Mutant("quick_back", "before.page == after.page != fleeting.page", "after.page != fleeting.page"),
    Mutant("quick_back", "after.at - fleeting.at > within_ms", "after.at - fleeting.at >= within_ms"),
    Mutant("quick_back", "max(0, own - 2)", "own"),
    Mutant("excessive_scroll", 'norm.count < limits["views"] or '),
    Mutant("excessive_scroll", 'norm.count < limits["views"]', 'norm.count <= limits["views"]'),
    Mutant("excessive_scroll", 'measured.value < limits["least_reversals"] or '),
    Mutant("excessive_scroll", 'norm.beyond(measured.value) <= limits["deviations"]', 'norm.beyond(measured.value) < limits["deviations"]'),
    Mutant("reload_burst", '("status",)', "()"),
    Mutant("reload_burst", "[*views, touchpoint]", "[touchpoint]"),
    Mutant("reload_burst", ' and touchpoint.by != "reload"', " and False"),
    Mutant("reload_burst", 'if view.by == "reload"', "if True"),
    Mutant("reload_burst", "if reload.page == page", "if True"),
    Mutant("app_crash", 'touchpoint.after_update_ms <= limits["update_s"] * 1000', "False"),
    Mutant("app_crash", "if touchpoint.updated:", "if False:"),
    Mutant("app_crash", " if not mark.updated]", "]"),
    Mutant("app_crash", "1 + limits", "limits"),
    Mutant("slow_page", 'len(slow) <= limits["share"] * len(views)', "False"),
    Mutant("slow_page", '<= limits["share"]', '< limits["share"]'),
    Mutant("slow_page", "not view.background and "),
    Mutant("slow_page", "if view.page == slowed.page", "if True"),
    Mutant("slow_page", "if view.screen == slowed.page", "if True"),
    Mutant("slow_page", "before(journey.rings.screen_viewed, slowed, within_ms)", "()"),
    Mutant("slow_page", "and _poor(mark, limits)"),
    Mutant("slow_page", "before(journey.rings.page_viewed, slowed, within_ms)", "journey.rings.page_viewed"),
    Mutant("failed_request", "    if failed.expected and failed.status < 500:\n        return None\n"),
    Mutant("failed_request", " and failed.status < 500"),
    Mutant("failed_request", "failed.flow not in KEY_FLOWS or "),
)  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.detector} {mutant.old.strip()}")
def test_every_guard_and_limit_is_missed_by_a_story(mutant: Mutant) -> None:
    """A guard that no story misses is either not tested or not needed."""
    assert mutant.noticed_by()


OPENED = (  # story, where it stands, what it is about, what it cites
    ("0 web clicked target=a page=/p reacted_after_ms=9000", ("slow_click", "/p", ("e1",))),
    ("0 web clicked /x target=a page=/p reacted_after_ms=9000", ("slow_click", "/x", ("e1",))),
    ("0 web cursor_moved page=/p turns=40 over_ms=2000", ("thrashed_cursor", "/p", ("e1",))),
    ("0 web page_left /x page=/b to=/a by=back stayed_ms=900", ("quick_back", "/b", ("e1",))),
    ("0 web page_viewed page=/a\n9s web page_viewed page=/b\n11s web page_viewed page=/a", ("quick_back", "/b", ("e1", "e2", "e3"))),
    ("0 web page_reloaded page=/a\n1s web page_reloaded page=/b\n2s web page_reloaded page=/a\n3s web page_reloaded page=/a", ("reload_burst", "/a", ("e1", "e3", "e4"))),
    ("0 app app_crashed screen=cart", ("app_crash", "cart", ("e1",))),
    ("0 app app_opened\n1s app app_opened\n2s app app_opened\n3s app app_opened", ("app_crash", "", ("e1", "e2", "e3", "e4"))),
    ("0 web page_slowed page=/b lcp_ms=9000\n1s web page_slowed page=/a lcp_ms=9000", ("slow_page", "/b", ("e1",))),
    ("0 web request_failed status=500 flow=payment page=/p", ("failed_request", "/p", ("e1",))),
)  # fmt: skip


@pytest.mark.parametrize(("told", "wanted"), OPENED)
def test_a_friction_stands_where_it_happened_and_cites_what_shows_it(told: str, wanted: tuple[str, str, tuple[str, ...]]) -> None:
    opened = next(e for e in Replay().run(story(told)).emissions if isinstance(e, FrictionOpened))
    assert (opened.detector, opened.place, opened.evidence) == wanted


BY_VIEWS = "0 web page_viewed page=/a\n9s web page_viewed page=/b\n11s web {}\n11s web {}"
LEFT, BACK = "page_left page=/b to=/a by=back stayed_ms=2000", "page_viewed page=/a by=back"
RELOADS = "".join(f"{n}s web {{}}\n{n}s web {{}}\n" for n in range(3))
RELOAD, RELOADED = "page_reloaded page=/a", "page_viewed page=/a by=reload"
ONCE = (  # story, and what is taken out to count it twice
    (BY_VIEWS.format(LEFT, BACK), Mutant("quick_back", "if not any(_at_once(left, within_ms) for left in lefts)", "if True")),
    (BY_VIEWS.format(BACK, LEFT), Mutant("quick_back", "abs(view.at - left.at) <= within_ms", "False")),
    (RELOADS.format(*3 * (RELOAD, RELOADED)), Mutant("reload_burst", "any(abs(reload.at - touchpoint.at) <= within_ms for reload in told)", "False")),
    (RELOADS.format(*3 * (RELOADED, RELOAD)), Mutant("reload_burst", "any(abs(reload.at - touchpoint.at) <= within_ms for reload in told)", "False")),
    ("0 app app_opened\n1s app app_crashed\n2s app app_opened\n3s app app_opened\n4s app app_opened", Mutant("app_crash", " or any(min(times) <= crash.at <= max(times) for crash in journey.rings.app_crashed)")),
)  # fmt: skip


@pytest.mark.parametrize(("told", "mutant"), ONCE)
def test_what_a_sender_tells_in_two_ways_counts_once(told: str, mutant: Mutant) -> None:
    """The view that follows a leaving or a reload, and the restarts after a crash, are no second friction; in either order of arrival."""

    def counts(rules: Rules) -> list[int]:
        open_now = Replay(rules).run(story(told)).journey("c1").open
        return [signal.count for signal in open_now if signal.detector == mutant.detector]

    assert counts(Rules()) == [1]
    assert counts(Rules(detectors=(mutant.made(),))) == [2]


ENDS = (
    ("checkout", "order_placed order=o", True),
    ("payment", "order_placed order=o", True),
    ("payment", "invoice_paid invoice=i", True),
    ("checkout", "purchase_made receipt=r", True),
    ("sign_in", "signed_in", True),
    ("sign_in", "order_placed order=o", False),
    ("checkout", "signed_in", False),
    ("checkout", "invoice_paid invoice=i", False),
)  # fmt: skip


@pytest.mark.parametrize(("flow", "then", "resolved"), ENDS)
def test_a_failed_request_is_resolved_when_its_flow_arrives(flow: str, then: str, resolved: bool) -> None:
    replay = Replay().run(story(f"0 web request_failed status=500 flow={flow}\n1m web {then}"))
    assert [e.because for e in replay.emissions if isinstance(e, FrictionClosed)] == ["resolved"] * resolved


def test_failures_of_two_flows_on_one_page_are_two_matters_and_of_one_flow_one() -> None:
    told = "".join(
        f"{n}s web request_failed page=/p status=500 flow={flow}\n" for n, flow in enumerate(("checkout", "payment", "checkout"))
    )
    assert [(signal.ref, signal.count) for signal in Replay().run(story(told)).journey("c1").open] == [("checkout", 2), ("payment", 1)]


def test_how_a_page_is_scrolled_is_counted_towards_its_norm_with_or_without_one() -> None:
    replay = Replay().run(
        story("0 web scrolled page=/a reversals=3\n1m web scrolled page=/a reversals=5\n2m web scrolled page= reversals=5")
    )
    norms = {
        key[2]: cell.histograms["value"]
        for key, cell in replay.partition.aggregates.rows.items()
        if key[:2] == ("norm", "excessive_scroll")
    }
    assert {page: (spread.count, spread.total) for page, spread in norms.items()} == {"/a": (2, 8.0)}
