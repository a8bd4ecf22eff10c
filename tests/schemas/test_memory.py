"""What senders send is kept in memory within bounds: so many texts, and each of them short."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from schemas import masking
from schemas.foreign import amounts, cloud, event
from schemas.inputs import read
from schemas.reading import Read, placeholders
from schemas.reading.acceptance import accept
from schemas.touchpoints import BY_KIND
from schemas.touchpoints.browsing import PageViewed
from tests.schemas.samples import LOGGED_AT

LONG = "x" * 100_000


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (lambda number: amounts.read_amount("total", f"{LONG}{number}", "EUR"), lambda: amounts.written.cache_info().currsize),
        (lambda number: cloud.kind_of_type(f"{LONG}{number}"), lambda: cloud._kind_of_type.cache_info().currsize),
        (lambda number: event.normalize_name(f"{LONG}{number}"), lambda: event._normalize_cached.cache_info().currsize),
        (lambda number: event.normalize_keys({f"{LONG}{number}": 1}), lambda: len(event._SHAPES)),
        (lambda number: placeholders.nameable(f"{LONG}{number}"), lambda: placeholders._is_known_fine.cache_info().currsize),
        (
            lambda number: accept(PageViewed(id="e1", customer=f"{LONG}{number}", at=1, page="/"), 1),
            lambda: placeholders.is_settled.cache_info().currsize,
        ),
    ],
    ids=["amount", "type of a CloudEvent", "name", "keys of an object", "customer", "customer of an event"],
)
def test_a_long_text_is_not_kept(sent: Callable[[int], object], kept: Callable[[], int]) -> None:
    """Mutant caught: the type of a CloudEvent is kept as it came (`_kind_of_type(type)`). Its first characters may stay, once."""
    sent(0)
    before = kept()
    for number in range(1, 5):
        sent(number)
    assert kept() == before


def test_a_long_path_is_masked_and_not_kept() -> None:
    """Mutant caught: `LONGEST_KNOWN` characters are not asked for."""
    page = "/tents" * 150
    for _ in range(2):
        seen, rules = masking.mask(BY_KIND["page_viewed"](id="e1", customer="c7", at=1, page=page))  # type: ignore[call-arg]
        assert (seen.page, rules) == (page, ())  # type: ignore[attr-defined]
    assert max(map(len, masking._DEFAULT.paths | masking._DEFAULT.words)) <= masking.LONGEST_KNOWN


def test_a_list_of_texts_is_looked_at_where_other_texts_are_plain() -> None:
    """Mutant caught: only plain texts are looked at."""
    order = '{"kind":"order_placed","id":"e1","customer":"c7","at":1761555660000,"order":"o1","value":1,"categories":["te\\u0000nts"]}'
    found = read(order.encode(), logged_at=LOGGED_AT)
    assert isinstance(found, Read)
    assert found.touchpoint.categories == ()  # type: ignore[attr-defined]
    assert [part.reason for part in found.unread] == ["control_character"]


@pytest.mark.parametrize("keys", ["orderId order_id lib", "lib order_id orderId", "orderId", "x " * 2_000 + "order_id"])
def test_of_two_spellings_of_a_key_the_first_counts_also_where_the_shape_is_known(keys: str) -> None:
    """Mutants caught: values taken in order where two keys have one name; the last spelling counts; a shape kept by its set."""
    sent = {name: place for place, name in enumerate(dict.fromkeys(keys.split()))}
    first = next(name for name in sent if name in ("orderId", "order_id"))
    for _ in range(2):
        assert event.normalize_keys(sent)["order_id"] == event.value_under(sent, "order_id") == sent[first]
    assert event.value_under(sent, "another") is None
