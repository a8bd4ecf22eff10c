"""The names under which the row of a place counts harm, and the steps towards an order."""

from itertools import pairwise

STEPS = ("product", "cart", "checkout", "order")
NEXT = dict(pairwise(STEPS))  # step -> the next
STEP_NAMES = tuple(f"{step}>{then}" for step, then in NEXT.items())  # as `checkout>order`
TOOK, WENT = "took:", "went:"  # before such a name

EXPOSED, MISSED = "exposed:", "missed:"  # before a detector: what should happen by a time, as promised parcels; what did not
WITH = "visits_with:"  # before a detector or ANY: visits in which it opened
CAME, MET = "came:", "met:"  # before the weeks since they came before; before a detector, ANY or ANYWHERE, `:` and the weeks since
ANY, ANYWHERE = "any", "anywhere"  # any friction at the place; any friction at any place
CARTS, KEPT, CONTACTS = "carts:", "kept:", "contacts:"  # before a detector; of carts, then `:` and the currency of their worth
