"""A cart of which nobody tells what it holds is a cart that changed, and none that was emptied."""

from __future__ import annotations

import pytest

from streams.rules.stage_rows import cue_of
from streams.story import story


@pytest.mark.parametrize(("items", "cue"), [("items=2", "cart_updated"), ("items=0", "cart_emptied"), ("removed=true", "cart_updated")])
def test_only_a_cart_without_items_is_emptied(items: str, cue: str) -> None:
    """Mutant: an unknown number of items taken for none."""
    (touchpoint,) = story(f"0 web cart_updated /cart cart=k1 {items}")
    assert cue_of(touchpoint) == cue
