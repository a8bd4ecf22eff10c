"""Customer ids: known or anonymous, which of two is the stronger, and how often a record may be forwarded."""

from __future__ import annotations

ANONYMOUS = "anon:"  # how an anonymous id begins
HAND_OVERS = 32  # the latest hand-overs a journey remembers, to recognise one that is repeated
LINKED = 20  # other ids that may join one customer, known and anonymous: more devices than anybody has [ours]
KNOWN_AS = 8  # other known ids of one customer
HOPS = 3  # how many times one record may be forwarded


def is_anonymous(customer: str) -> bool:
    """Return whether this id belongs to somebody who has not said who they are.

    >>> is_anonymous("anon:5f2c"), is_anonymous("c7")
    (True, False)
    """
    return customer.startswith(ANONYMOUS)


def forward_direction(one: str, other: str) -> tuple[str, str]:
    """Return two ids of one customer as (from, to): the journey of the first is forwarded to the second.

    A known id is stronger than an anonymous one. Of two equally strong ids the smaller one is the target. So forwarding never runs in a
    circle.

    >>> forward_direction("c7", "anon:5f2c"), forward_direction("anon:5f2c", "c7"), forward_direction("c3", "c7")
    (('anon:5f2c', 'c7'), ('anon:5f2c', 'c7'), ('c7', 'c3'))
    """
    to, origin = sorted((one, other), key=lambda name: (is_anonymous(name), name))
    return origin, to
