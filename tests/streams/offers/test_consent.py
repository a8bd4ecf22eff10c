"""What the customer said is kept by its own time, and the stricter word wins a tie."""

from __future__ import annotations

import msgspec
import pytest

from schemas.touchpoints import ANY, Touchpoint
from streams.offers import consent
from streams.offers.consent import ERASED, note_consent
from streams.offers.grounds import grounds_of
from streams.state import CONSENTS, Consent, Journey
from tests.streams.offers.cases import DAY, NOON, ctx, gift, repair, ruled


def said(kind: str, at: int = NOON, **fields: object) -> Touchpoint:
    touchpoint: Touchpoint = msgspec.convert({"kind": kind, "id": f"e{at}", "customer": "c1", "at": at, "channel": "email", **fields}, ANY)
    return touchpoint


def yes(at: int = NOON, purpose: str = "marketing", channel: str = "") -> Touchpoint:
    return said("consent_changed", at, purpose=purpose, state="granted", for_channel=channel)


def no(at: int = NOON, purpose: str = "marketing", channel: str = "") -> Touchpoint:
    return said("consent_changed", at, purpose=purpose, state="denied", for_channel=channel)


def heard(*touchpoints: Touchpoint) -> Journey:
    journey = Journey()
    for touchpoint in touchpoints:
        note_consent(journey, touchpoint)
    return journey


def answer(journey: Journey, channel: str = "email", *, service: bool = False, purposes: tuple[str, ...] = ("marketing",)) -> str:
    """Return the reason for which an offer is removed, or "passes"."""
    offer = repair() if service else gift(purposes=purposes)
    moment = ctx(ruled(offer), journey, NOON + 9 * DAY)
    removed = consent.consent(moment, grounds_of(moment), offer, channel)
    return removed.reason if removed else "passes"


@pytest.mark.parametrize("first", [0, 1], ids=["in order", "late"])
def test_the_newest_word_counts_whenever_it_arrives(first: int) -> None:
    """Mutant caught: `known.at > at` left out of `_write` (the word that came last would count)."""
    words = [yes(NOON), no(NOON + 1)]
    assert answer(heard(words[first], words[1 - first])) == "no_consent"
    words = [no(NOON), yes(NOON + 1)]
    assert answer(heard(words[first], words[1 - first])) == "passes"


@pytest.mark.parametrize(
    "words", [(yes(), no()), (no(), yes()), (yes(), no(channel="email")), (no(channel="email"), yes()), (no(), yes(channel="email"))]
)
def test_at_the_same_time_the_stricter_word_counts(words: tuple[Touchpoint, ...]) -> None:
    """Mutant caught: the tie-break of `_purpose` left out (a yes to one channel beside a no to all)."""
    assert answer(heard(*words)) == "no_consent"


def test_a_word_on_one_channel_says_nothing_about_another() -> None:
    """A yes to e-mail is no yes to SMS."""
    journey = heard(yes(channel="email"))
    assert (answer(journey, "email"), answer(journey, "sms")) == ("passes", "unknown_consent")


def test_a_newer_word_on_everything_covers_what_was_said_before() -> None:
    """A general no after a yes to one channel closes it; a general yes after that opens it again."""
    journey = heard(yes(channel="email"), no(NOON + 1))
    assert answer(journey) == "no_consent"
    note_consent(journey, yes(NOON + 2))
    assert answer(journey) == "passes"


def test_all_purposes_are_needed() -> None:
    """An offer that needs two consents is not made with one."""
    journey = heard(yes())
    assert answer(journey, purposes=("marketing", "profiling")) == "unknown_consent"
    note_consent(journey, yes(purpose="profiling"))
    assert answer(journey, purposes=("marketing", "profiling")) == "passes"


@pytest.mark.parametrize("kind", ["unsubscribed", "marked_as_spam"])
def test_leaving_a_list_is_a_no_to_marketing_on_that_channel(kind: str) -> None:
    """It closes e-mail marketing, not SMS, and not service."""
    journey = heard(yes(), said(kind, NOON + 1))
    assert (answer(journey), answer(journey, "sms"), answer(journey, service=True)) == ("no_consent", "passes", "passes")


@pytest.mark.parametrize("kind", ["push_disabled", "app_uninstalled"])
def test_a_closed_channel_closes_it_for_service_too_until_it_is_asked_for_again(kind: str) -> None:
    """A channel that does not reach the customer is no question of consent."""
    journey = heard(said(kind))
    assert (answer(journey, "push", service=True), answer(journey, "email", service=True)) == ("channel_closed", "passes")
    note_consent(journey, yes(NOON + 1, purpose="service", channel="push"))
    assert answer(journey, "push", service=True) == "passes"


def test_an_address_that_is_gone_closes_its_channel_and_a_full_mailbox_does_not() -> None:
    """Hard bounces and lasting refusals close; passing ones do not."""
    assert answer(heard(said("message_bounced", message="m1", hard=True)), service=True) == "channel_closed"
    assert answer(heard(said("message_bounced", message="m1")), service=True) == "passes"
    assert answer(heard(said("offer_refused_by_channel", offer="o", reason="no_address")), service=True) == "channel_closed"
    assert answer(heard(said("offer_refused_by_channel", offer="o", reason="quota")), service=True) == "passes"


@pytest.mark.parametrize("kind", ["account_deleted", "loyalty_left"])
def test_who_ended_the_relationship_gets_nothing_until_they_say_yes_again(kind: str) -> None:
    """Service stops too; a yes said later opens what it covers."""
    journey = heard(yes(), said(kind, NOON + 1))
    note_consent(journey, said("profile_changed", NOON + 1, reached_by=["email"]))  # an address is no yes
    assert (answer(journey), answer(journey, service=True)) == ("no_consent", "no_consent")
    note_consent(journey, yes(NOON + 2))
    assert (answer(journey), answer(journey, service=True)) == ("passes", "passes")


def test_an_erasure_is_for_good() -> None:
    """No later yes, and no purpose a producer could invent, takes it back."""
    journey = heard(yes(), said("erasure_requested", NOON + 1), yes(NOON + 2), yes(NOON + 3, purpose="/"), yes(NOON + 3, purpose="*"))
    assert (answer(journey), answer(journey, service=True)) == ("erased", "erased")
    assert not journey.consents[ERASED].granted


def test_what_is_forgotten_never_turns_a_no_into_a_yes() -> None:
    """Mutant caught: the oldest word dropped, whatever it said."""
    journey = heard(no(), *(yes(NOON + 1 + n, purpose=f"p{n}") for n in range(3 * CONSENTS)))
    assert len(journey.consents) == CONSENTS
    assert journey.dropped == 2 * CONSENTS + 1
    assert answer(journey) == "no_consent"
    assert journey.consents["marketing"] == Consent(False, NOON)


def test_every_kind_that_is_listened_to_says_something() -> None:
    """`KINDS` and `note` agree: each kind, in its telling form, changes what is known."""
    telling: dict[str, dict[str, object]] = {
        "message_bounced": {"hard": True},
        "offer_refused_by_channel": {"reason": "suppressed"},
        "profile_changed": {"reached_by": ["email"]},
    }
    for kind in consent.KINDS:
        example: dict[str, object] = msgspec.json.decode(kind.examples[0])
        changed = {**example, **telling.get(str(example["kind"]), {}), "at": NOON, "channel": "email"}
        assert heard(msgspec.convert(changed, ANY)).consents, kind
