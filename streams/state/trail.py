"""The trail: the latest moves of a customer between steps of buying, signing in and service. It shows who went in circles.

Each move takes six bytes: the second at which it was made, and a hash of the place. A journey keeps at most MOVES of them.
"""

from __future__ import annotations

from struct import Struct
from zlib import crc32

MOVES = 13  # three rounds over four places, and the move before them
_MOVE = Struct("<IH")


def add_move(trail: bytearray, at: int, spot: str) -> None:
    """Add a move to this place (`streams.state.place_row.spot_of`) at this time (ms UTC). The oldest makes room.

    >>> trail = bytearray()
    >>> for second, place in enumerate("abab"): add_move(trail, 1000 * second, place)
    >>> [at for at, _ in moves(trail)], len({place for _, place in moves(trail)})
    ([0, 1000, 2000, 3000], 2)
    """
    trail += _MOVE.pack(at // 1000 & 0xFFFFFFFF, crc32(spot.encode()) & 0xFFFF)
    del trail[: -MOVES * _MOVE.size]


def lasted(trail: bytearray, latest: int) -> int | None:
    """Return the time (ms) from the first to the last of the `latest` newest moves; None if there are fewer.

    >>> trail = bytearray()
    >>> for second, place in enumerate("abab"): add_move(trail, 1000 * second, place)
    >>> lasted(trail, 3), lasted(trail, 5)
    (2000, None)
    """
    if len(trail) < latest * _MOVE.size:
        return None
    (first, _), (last, _) = _MOVE.unpack_from(trail, -latest * _MOVE.size), _MOVE.unpack_from(trail, -_MOVE.size)
    return int(last - first) * 1000


def moves(trail: bytearray) -> list[tuple[int, int]]:
    """Return the moves, oldest first: the time (ms UTC, to the second), and the hash of the place."""
    return [(second * 1000, place) for second, place in _MOVE.iter_unpack(trail)]
