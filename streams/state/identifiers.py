"""Two ids of one customer: which is the stronger, hence forwarded to, and how far a journey may be passed on."""

from __future__ import annotations

ANONYMOUS = "anon:"  # what the ids of those begin with who have not told who they are
HAND_OVERS = 32  # whose repetition a journey would know
LINKED = 20  # anonymous ids that one customer may bring along: more devices than anybody has [ours]
KNOWN_AS = 8  # known ids of one customer, beside their own
HOPS = 3  # journeys that one thing is passed on by, at most


def anonymous(customer: str) -> bool:
    """Whether this is the id of somebody who has not told who they are.

    >>> anonymous("anon:5f2c"), anonymous("c7")
    (True, False)
    """
    return customer.startswith(ANONYMOUS)


def direction(one: str, other: str) -> tuple[str, str]:
    """Of two ids of one customer: which forwards to which. To the stronger, of two equally strong ones to the smaller: never in a circle.

    >>> direction("c7", "anon:5f2c"), direction("anon:5f2c", "c7"), direction("c3", "c7")
    (('anon:5f2c', 'c7'), ('anon:5f2c', 'c7'), ('c7', 'c3'))
    """
    to, origin = sorted((one, other), key=lambda name: (anonymous(name), name))
    return origin, to
