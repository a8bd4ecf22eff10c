"""Lines that nobody can use, each kind of them broken in a way of its own, and each unlike all others.

>>> broken_line(random.Random(1), 7) != broken_line(random.Random(1), 8)
True
"""

from __future__ import annotations

import random
from collections.abc import Callable

LINES: tuple[Callable[[int], bytes], ...] = (
    lambda n: b'{"kind":"page_viewed","id":"x%d","customer":"c0001","at":17676' % n,
    lambda n: b'{"kind":"page_viewed","id":"x%d","customer":"c\xff01","at":1767600000000,"page":"/"}' % n,
    lambda n: b'{"kind":"page_licked","id":"x%d","customer":"c0001","at":1767600000000}' % n,
    lambda n: b'{"kind":"page_viewed","id":"x%d","customer":"c0001","at":1767600000000}' % n,
    lambda n: b'{"kind":"page_viewed","id":"x%d","customer":"c0001","at":"soon","page":"/"}' % n,
    lambda n: b'{"kind":"page_viewed","id":"x%d","customer":"undefined","at":1767600000000,"page":"/"}' % n,
    lambda n: b'{"kind":"page_viewed","id":"x%d","customer":"c0001","at":1767600000,"page":"/"}' % n,
    lambda n: b"[" * 900 + b"%d" % n + b"]" * 900,
    lambda n: b'{"kind":"order_placed","id":"x%d","customer":"c0001","at":1767600000000,"order":"o","value":NaN}' % n,
    lambda n: b"\x1f\x8b\x08 number %d" % n,
    lambda n: b'{"kind":"page_viewed","id":"x%d","customer":"c0001","at":1767600000000,"page":"/%s"}' % (n, b"a" * 70_000),
)

# On the touchpoint topic, whose writers are trusted least: words that only a worker may say, and another customer's key.
FORGED: tuple[Callable[[int], bytes], ...] = (
    lambda n: b'{"kind":"tick","customer":"c0001","due":%d}' % n,
    lambda n: b'{"kind":"history_ended","until":%d}' % (4_000_000_000_000 + n),
    lambda n: b'{"kind":"page_viewed","id":"x%d","customer":"c9999","at":1767600000000,"page":"/"}' % n,
)


def broken_line(rng: random.Random, number: int, *, direct: bool = False) -> bytes:
    """One of them; `direct` adds what is forged, which only the touchpoint topic can meet."""
    return rng.choice(LINES + FORGED if direct else LINES)(number)
