"""Who says that two ids are one customer: a sign-in, an SDK's identify or alias, or the company. Each is believed as far as it knows."""

from __future__ import annotations

import pytest

from schemas.outputs.transitions import JourneysMerged, LinkRefused
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.state.identifiers import LINKED
from streams.story import story

TABLET = """
0   web page_viewed /jan page=/jan customer=anon:t
31d web page_viewed /feb page=/feb customer=anon:t
59d web page_viewed /mar page=/mar customer=anon:t
"""
SAYS = "59d web identity_linked customer=c7 other=anon:t"
KNOWN = "0 web page_viewed /a page=/a customer=c50\n1m web page_viewed /b page=/b customer=b50\n"


def merged(text: str, rules: Rules | None = None) -> list[tuple[str, int, bool]]:
    """Return the ids that were taken in, with how many touchpoints came along, and whether it was the whole history."""
    said = Replay(rules).run(story(text)).emissions
    return [(each.origin, each.touchpoints, each.whole) for each in said if isinstance(each, JourneysMerged)]


def test_an_identify_call_is_given_the_current_episode() -> None:
    """A family's tablet: what was seen in January is not the customer's who signs in in March. Mutant: `sign_in` is not looked at."""
    assert merged(TABLET + SAYS + " sign_in=true") == [("anon:t", 1, False)]
    assert merged(TABLET + "59d web signed_in customer=c7 anonymous=anon:t") == [("anon:t", 1, False)]


def test_an_identify_call_in_a_second_episode_is_given_the_rest() -> None:
    """Mutant: an identify call never gets the whole history."""
    assert merged(TABLET + SAYS + " sign_in=true\n60d web identity_linked customer=c7 other=anon:t sign_in=true")[-1] == ("anon:t", 2, True)


def test_the_company_s_own_word_is_believed_at_once() -> None:
    """Mutant: every link is read as a sign-in."""
    assert merged(TABLET + SAYS) == [("anon:t", 3, True)]


@pytest.mark.parametrize("claim", ["alias=true", "alias=true sign_in=true"])
def test_an_alias_of_two_known_ids_joins_nothing_and_is_told(claim: str) -> None:
    """Mutants: an alias counts as the company's word; the refusal is not published."""
    text = KNOWN + f"2m web identity_linked customer=c50 other=b50 {claim}"
    replay = Replay().run(story(text))
    assert merged(text) == []
    [refused] = [each for each in replay.emissions if isinstance(each, LinkRefused)]
    assert (refused.customer, refused.other, refused.reason) == ("c50", "b50", "alias_of_known_ids")
    assert replay.journeys["b50"].forward is None


def test_a_blueprint_may_let_an_alias_join_known_ids() -> None:
    """Mutant: the blueprint's word is ignored."""
    text = KNOWN + "2m web identity_linked customer=c50 other=b50 alias=true"
    assert merged(text, Rules(Blueprint(aliases_join=True))) == [("c50", 2, True)]


def test_an_alias_of_a_device_is_a_sign_in() -> None:
    """Mutant: an alias of a device gives the whole history away."""
    assert merged(TABLET + SAYS + " alias=true") == [("anon:t", 1, False)]


@pytest.mark.parametrize(
    "names", ["customer=c{n} other=b7", "customer=b7 other=c{n}", "customer=anon:{n} other=b7", "customer=b7 other=anon:{n}"]
)
def test_only_so_many_ids_join_one_customer_whoever_names_them(names: str) -> None:
    """The stronger id counts, also where the link comes to the weaker one.

    Mutants: only anonymous ids count; they count only where the touchpoint came to the stronger id.
    """
    looks = [f"0 web page_viewed page=/ customer={who}{n} id=p{who}{n}" for who in ("c", "anon:") for n in range(1, LINKED + 4)]
    links = [f"{n}m web identity_linked id=l{n} {names.format(n=n)}" for n in range(1, LINKED + 4)]
    replay = Replay().run(story("\n".join([*looks, *links])))
    joined = [each.origin for each in replay.emissions if isinstance(each, JourneysMerged)]
    refused = [each for each in replay.emissions if isinstance(each, LinkRefused)]
    assert (len(joined), [(each.customer, each.reason) for each in refused]) == (LINKED, [("b7", "too_many_ids")] * 3)
    assert {each.other for each in refused}.isdisjoint(joined)
    again = replay.apply(story(f"9h web identity_linked id=again {names.format(n=1)}")[0])
    assert not [each for each in again if isinstance(each, LinkRefused)], "an id that has joined may be named again"
    assert all(replay.journeys[each.other].forward is None for each in refused)
