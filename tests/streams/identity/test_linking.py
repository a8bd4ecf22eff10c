"""Two ids of one customer, told as stories: what goes, what stays, and what is said about it."""

from __future__ import annotations

import msgspec
import pytest

from schemas.control import JourneyHandedOver, JourneyLinked
from schemas.outputs.decisions import DecisionMade
from schemas.outputs.signals import FrictionClosed, FrictionOpened
from schemas.outputs.transitions import JourneysMerged, RungEntered, StageEntered
from schemas.touchpoints import Touchpoint
from streams.context import Context
from streams.identity import dividing
from streams.offers.steps.holdout import arm
from streams.replay import Replay
from streams.rules import Rules
from streams.state.codec import HEADER, UnreadableStateError, stored_layout_id
from streams.state.identifiers import HAND_OVERS, HOPS, LINKED
from streams.state.ids import SHORT_HASH, chance
from streams.story import START, offset, story
from tests.streams.offers.cases import gift

RULES = Rules()
LOOKS = """
0  web page_viewed  /shop page=/shop      customer=anon:1
1m web cart_updated /cart cart=k1 items=2 customer=anon:1
"""
SIGNS_IN = "2m web signed_in customer=c7 anonymous=anon:1"
DAYS_BEFORE = """
0  web page_viewed /old page=/old customer=anon:1 id=old1
9m web purchase_made /old receipt=r1 value=500 customer=anon:1 id=old2
"""


def told(text: str, until: str | None = None) -> Replay:
    """The story, replayed."""
    return Replay(RULES).run(story(text), None if until is None else START + offset(until))


def test_what_was_seen_before_the_sign_in_belongs_to_the_customer() -> None:
    """Mutant: a merge that copies in place of adding."""
    replay = told(f"0 app app_opened customer=c7\n{LOOKS}{SIGNS_IN}")
    mine, device = replay.journeys["c7"], replay.journeys["anon:1"]
    assert mine.kinds == {"app_opened": 1, "cart_updated": 1, "page_viewed": 1, "signed_in": 1}
    assert (mine.episode.count, mine.stage.name, mine.first_seen) == (4, "buying", START)
    assert "cart_abandoned:k1" in mine.deadlines
    assert (device.kinds, device.deadlines, device.next_wake, device.stage.name) == ({}, {}, 0, "")


def test_a_merge_is_published_with_what_came_along() -> None:
    """And the stage that it leads to, under the customer's own id. Mutant: a silent merge."""
    replay = told(LOOKS + SIGNS_IN)
    [merged] = [each for each in replay.emissions if isinstance(each, JourneysMerged)]
    [handed] = [each for each in replay.sent if isinstance(each, JourneyHandedOver)]
    assert (merged.customer, merged.origin, merged.touchpoints, merged.whole) == ("c7", "anon:1", 2, False)
    assert merged.hand_over == handed.id
    entered = [each for each in replay.emissions if isinstance(each, StageEntered) and each.customer == "c7"]
    assert [(each.left, each.stage, each.caused_by) for each in entered] == [("unaware", "buying", f"handed_over:{handed.id}")]


def test_what_is_timed_goes_on_being_timed_where_it_went() -> None:
    """The cart that an anonymous visitor filled is abandoned by the customer. Mutant: wakes are not recomputed."""
    replay = told(LOOKS + SIGNS_IN, until="3d")
    opened = [each.customer for each in replay.emissions if isinstance(each, FrictionOpened)]
    assert opened == ["c7"]


def test_a_first_sign_in_is_given_the_current_episode_alone() -> None:
    """Days before belong to whoever used the device then. Mutant: the whole history at once."""
    early = story(DAYS_BEFORE)
    replay = Replay(RULES).run([*early, *story(LOOKS + SIGNS_IN, start=START + 9 * 86_400_000)])
    mine, device = replay.journeys["c7"], replay.journeys["anon:1"]
    assert mine.kinds == {"page_viewed": 1, "cart_updated": 1, "signed_in": 1}
    assert (mine.cadence.count, mine.value.spend, mine.first_seen) == (0, 0, START + 9 * 86_400_000)
    assert [mark.at for mark in mine.rings.page_viewed] == [START + 9 * 86_400_000]
    assert (device.kinds, device.cadence.count, device.value.spend) == ({"page_viewed": 1, "purchase_made": 1}, 1, 500)
    assert list(device.places) == ["web\t/old"]


def test_the_second_sign_in_brings_the_rest_and_all_that_comes() -> None:
    """Mutant: forwarding only within episodes, for ever."""
    later = START + 9 * 86_400_000
    replay = Replay(RULES).run([*story(DAYS_BEFORE), *story(LOOKS + SIGNS_IN, start=later)])
    again = "0 web signed_in customer=c7 anonymous=anon:1\n5d web page_viewed page=/new customer=anon:1"
    replay.run([msgspec.structs.replace(each, id=f"again-{each.id}") for each in story(again, start=later + 86_400_000)])
    mine = replay.journeys["c7"]
    assert mine.kinds == {"page_viewed": 3, "cart_updated": 1, "purchase_made": 1, "signed_in": 2}
    assert (mine.cadence.count, mine.value.spend, mine.first_seen) == (1, 500, START)
    assert not replay.journeys["anon:1"].kinds


def test_two_sign_ins_in_one_episode_are_one() -> None:
    """Many shops send two records of one sign-in. Mutant: the second of them opens the whole history."""
    replay = told(LOOKS + SIGNS_IN + "\n2.1m web signed_in customer=c7 anonymous=anon:1")
    address = replay.journeys["anon:1"].forward
    assert address is not None
    assert not address.whole


def test_what_continues_the_episode_is_passed_on_and_another_one_is_not() -> None:
    """Until the same customer has signed in twice. Mutant: an address without an end."""
    replay = told(f"{LOOKS}{SIGNS_IN}\n20m web page_viewed page=/a customer=anon:1\n3h web page_viewed page=/b customer=anon:1")
    assert replay.journeys["c7"].kinds["page_viewed"] == 2
    assert replay.journeys["anon:1"].kinds == {"page_viewed": 1}
    assert replay.partition.outcomes["forwarded"] == 1


def test_another_customers_sign_in_stops_forwarding_for_good() -> None:
    """Mutants: the second customer is handed the first one's episode; the first one's return opens it again."""
    visits = "\n".join(
        f"{hour}h web signed_in customer={name} anonymous=anon:1 id=s{hour}\n{hour}.1h web page_viewed page=/ customer=anon:1 id=p{hour}"
        for hour, name in ((3, "c8"), (6, "c7"), (9, "c7"), (12, "c9"))
    )
    replay = told(f"{LOOKS}{SIGNS_IN}\n{visits}")
    assert replay.journeys["c8"].kinds == replay.journeys["c9"].kinds == {"signed_in": 1}
    assert replay.journeys["c7"].kinds == {"page_viewed": 1, "cart_updated": 1, "signed_in": 3}
    assert replay.journeys["anon:1"].kinds == {"page_viewed": 4}


def test_two_known_ids_become_the_smaller_one_whole() -> None:
    """The company itself says so, whichever id it says it of. Mutant: an episode is all that comes."""
    for said in ("identity_linked customer=c7 other=c3", "identity_linked customer=c3 other=c7"):
        replay = told(
            f"0 web page_viewed page=/ customer=c7\n9d web page_viewed page=/ customer=c7\n10d - {said}\n11d web app_opened customer=c7"
        )
        assert replay.journeys["c3"].kinds.get("page_viewed", 0) == 2
        assert sum(replay.journeys["c3"].kinds.values()) >= 3
        assert "app_opened" in replay.journeys["c3"].kinds


def test_ids_that_name_each_other_end() -> None:
    """A to B and B to A, and a third that names both. Mutant: forwarding to whoever was named."""
    replay = told(
        """
        0  - identity_linked customer=c2 other=c1
        1m - identity_linked customer=c1 other=c2
        2m - identity_linked customer=c3 other=c2
        3m - identity_linked customer=c1 other=c3
        4m web page_viewed page=/ customer=c3
        """
    )
    assert [name for name, journey in replay.journeys.items() if journey.forward is None] == ["c1"]
    assert "page_viewed" in replay.journeys["c1"].kinds


def test_a_chain_is_followed_so_far_and_no_further() -> None:
    """Six ids, each forwarding to the next smaller: what came to the largest stays with the one HOPS further on. Mutant: no limit."""
    links = "\n".join(f"{n}m - identity_linked customer=c{n} other=c{n - 1} id=l{n}" for n in range(6, 1, -1)[::-1])
    replay = told(f"{links}\n9m web page_viewed page=/ customer=c6")
    assert "page_viewed" in replay.journeys[f"c{6 - HOPS}"].kinds


@pytest.mark.parametrize("nobody", ["null", "anon:", "anon:null", "anon:0000", "anon:undefined", "-1", "anon:" + "x" * 300, "c9", ""])
def test_values_that_name_nobody_lead_nowhere(nobody: str) -> None:
    """Nor does a known id in the place of a device's. Mutant: every sign-in of a broken page shares one journey."""
    [signed_in] = story("0 web signed_in customer=c7")
    replay = Replay(RULES).run([msgspec.structs.replace(signed_in, anonymous=nobody)])
    assert replay.sent == []


def test_a_customer_brings_so_many_devices_and_no_more() -> None:
    """A script that signs in on thousands of made-up ids collects nothing. Mutant: no limit; a known device counts again."""
    text = "\n".join(f"{n}s web signed_in customer=c7 anonymous=anon:{1 + n % (LINKED + 30)} id=s{n}" for n in range(2 * LINKED + 60))
    replay = told(text)
    linked = {each.customer for each in replay.sent if isinstance(each, JourneyLinked)}
    assert linked == {f"anon:{n}" for n in range(1, LINKED + 1)}
    assert len(replay.journeys["c7"].linked_ids) == LINKED * SHORT_HASH


def test_bots_bring_nothing_along() -> None:
    """Mutant: of_customers is not asked."""
    ours = RULES.with_blueprint(msgspec.structs.replace(RULES.blueprint, bots=("c7",)))
    assert Replay(ours).run(story(LOOKS + SIGNS_IN)).sent == []


def test_a_repair_is_reconsidered_once_we_know_whom_it_is_for() -> None:
    """A friction of the anonymous visitor is open when they sign in: one decision under their own id. Mutant: nobody asks."""
    replay = told("0 web payment_failed /pay payment=z1 customer=anon:1\n1m web signed_in customer=c7 anonymous=anon:1")
    asked = [each for each in replay.emissions if isinstance(each, DecisionMade) and "journeys_merged" in each.triggers]
    assert [each.customer for each in asked] == ["c7"]
    assert [s.detector for s in replay.journeys["c7"].open] == ["payment_failed"]


def test_a_friction_that_came_along_is_resolved_where_it_went() -> None:
    """Mutant: open signals stay behind."""
    replay = told(
        """
        0  web payment_failed /pay payment=z1 customer=anon:1
        1m web signed_in customer=c7 anonymous=anon:1
        2m web order_placed order=o1 customer=c7
        """
    )
    [closed] = [each for each in replay.emissions if isinstance(each, FrictionClosed)]
    assert (closed.customer, closed.because) == ("c7", "resolved")


def test_purchases_together_climb_the_ladder() -> None:
    """One of each makes a repeat customer. Mutant: the ladder is not looked at."""
    replay = told("0 web order_placed order=o1 customer=c7\n1m web order_placed order=o2 customer=anon:1\n" + SIGNS_IN)
    rungs = [each.rung for each in replay.emissions if isinstance(each, RungEntered) and each.customer == "c7"]
    assert rungs == ["first_time", "repeat"]


def test_an_order_that_both_were_told_of_is_one_purchase() -> None:
    """The page says it of the device, the till of the customer. Mutants: it counts twice; one of the rest is taken for the episode's."""
    told_twice = "0 web order_placed order=o1 value=900 customer=anon:1\n1m - order_placed order=o1 value=900 customer=c7\n"
    mine = told(told_twice + SIGNS_IN).journeys["c7"]
    assert (mine.cadence.count, mine.value.spend, mine.kinds["order_placed"]) == (1, 900, 2)
    apart = "0 web order_placed order=o1 value=900 customer=anon:1\n3h web order_placed order=o2 value=100 customer=anon:1\n"
    signs = "3.1h web signed_in customer=c7 anonymous=anon:1\n9h web signed_in customer=c7 anonymous=anon:1"
    mine = told(apart + signs).journeys["c7"]
    assert (mine.cadence.count, mine.value.spend) == (2, 1000)


def test_the_stricter_consent_wins_and_a_later_word_counts_again() -> None:
    """A no on the device beats the older and the newer yes of the customer. Mutant: the newest word."""
    replay = told(
        """
        0  web consent_changed purpose=marketing state=withdrawn customer=anon:1
        1m web consent_changed purpose=marketing state=granted customer=c7
        2m web signed_in customer=c7 anonymous=anon:1
        """
    )
    assert not replay.journeys["c7"].consents["marketing"].granted
    replay.run(story("5m web consent_changed purpose=marketing state=granted customer=c7 id=later"))
    assert replay.journeys["c7"].consents["marketing"].granted


def test_who_was_left_alone_still_is_under_another_id() -> None:
    """Control stays control, over two merges. Mutants: the arm of the surviving id; ids forgotten at the second merge."""
    law = RULES.with_blueprint(msgspec.structs.replace(RULES.blueprint, holdout=0.5))
    share = {name: chance(law.blueprint.holdout_salt, name) < 0.5 for name in (f"c{n}" for n in range(1, 99))}
    treated = [name for name, control in sorted(share.items()) if not control]
    control = next(name for name, control in sorted(share.items()) if control and name > treated[1])
    links = f"0 - identity_linked customer={control} other={treated[1]}\n1m - identity_linked customer={treated[1]} other={treated[0]}"
    replay = Replay(law).run(story(links))
    for name in (treated[0], treated[2]):
        ctx = Context(replay.journey(name), replay.partition, law, name, START, "e1", [])
        assert arm(ctx, gift()) == ("control" if name == treated[0] else "treated")


def test_only_so_many_hand_overs_are_remembered() -> None:
    """Mutant: a ring that grows."""
    lines = [
        f"{day}d web {what} customer={whose} id={whose}/{day}/{n}"
        for day in (0, 1)
        for n in range(1, LINKED + 1)
        for what, whose in ((f"page_viewed page=/{n}", f"anon:{n}"), (f"signed_in anonymous=anon:{n}", "c7"))
    ]
    replay = told("\n".join(lines))
    assert sum(isinstance(each, JourneyHandedOver) for each in replay.sent) == 2 * LINKED > HAND_OVERS
    assert len(replay.journeys["c7"].absorbed_hand_overs) == HAND_OVERS * SHORT_HASH


def test_a_state_of_another_layout_is_taken_in_by_its_description() -> None:
    """Between two releases of the detectors. Mutant: the layout is not sent along."""
    few = Rules(detectors=[detector for detector in RULES.all_detectors if detector.name in ("rage_click", "repeat_contact")])
    sent = Replay(few).run(story(LOOKS + SIGNS_IN)).sent
    [handed] = [each for each in sent if isinstance(each, JourneyHandedOver)]
    assert stored_layout_id(handed.state) != RULES.codec.layout_id
    replay = Replay(RULES)
    replay.apply(handed)
    assert replay.journeys["c7"].kinds == {"cart_updated": 1, "page_viewed": 1}
    with pytest.raises(UnreadableStateError):
        Replay(RULES).apply(msgspec.structs.replace(handed, state=HEADER.pack(99, 0, 0)))


def test_between_what_goes_and_what_stays_nothing_is_lost() -> None:
    """Counters by day and week, also over a midnight. Mutant: days not aged before one is taken from the other."""
    events: list[Touchpoint] = story(
        """
        0     web page_viewed page=/ customer=anon:1
        15.9h web page_viewed page=/ customer=anon:1
        16.1h web page_viewed page=/ customer=anon:1
        """
    )
    replay = Replay(RULES).run(events)
    journey = replay.journeys["anon:1"]
    piece = dividing.take_episode(journey, RULES)
    assert (piece.kinds, journey.kinds) == ({"page_viewed": 2}, {"page_viewed": 1})
    assert piece.days == {0: bytearray(b"\x01\x00\x01\x00")}
    assert journey.days == {0: bytearray(b"\x00\x00\x01\x00")}
    assert (piece.weeks, journey.weeks) == ({0: bytearray(b"\x02\x00")}, {0: bytearray(b"\x01\x00")})
