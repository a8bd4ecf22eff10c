"""Examples to learn from: each stated risk joined with what became of it."""

from __future__ import annotations

import msgspec

from schemas.outputs import Output
from schemas.signals import RiskProved, RiskStated
from schemas.writing import from_rfc3339


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """What was thought of a customer's leaving, on which grounds, and whether they left."""

    customer: str
    at: int  # ms UTC: when the risk was stated
    due: int  # ms UTC: when it was proved, a horizon later
    risk: float  # as stated, by the weights then in force
    prior: float  # as the shipped priors judged it then
    strengths: dict[str, float]  # churn signal or standing term -> strength x decay then; what is not named was 0
    left: bool


class Joiner:
    """Makes examples of statements and proofs, in whichever order the two of a customer come.

    Both lie in one topic under the customer's key, so a statement is known before its proof; reading anew, or from several partitions,
    changes nothing. Of each customer the newest statement is kept, packed, until it is proved; of one whose proof never comes (a journey
    that was handed over) it stays. A repetition gives no second example: of what was proved the time is kept.

    >>> joiner = Joiner()
    >>> first, then, of = "2026-01-01T00:00:00.000Z", "2026-03-02T00:00:00.000Z", {"horizon_days": 60.0, "customer": "c7"}
    >>> stated = RiskStated(id="s1", at=first, risk=0.2, prior=0.1, strengths={"idle": 1.5}, **of)
    >>> proved = RiskProved(id="p1", at=then, stated=first, left=True, **of)
    >>> joiner.take(stated)
    >>> example = joiner.take(proved)
    >>> example.left, example.strengths, (example.due - example.at) // 86_400_000
    (True, {'idle': 1.5}, 60)
    >>> joiner.take(stated), joiner.take(proved)
    (None, None)
    """

    def __init__(self) -> None:
        self._stated: dict[str, bytes] = {}  # customer -> the newest statement that is not proved yet
        self._proofs: dict[str, RiskProved] = {}  # customer -> a proof that came before its statement
        self._until: dict[str, int] = {}  # customer -> newest statement (ms UTC) of which there is an example

    def take(self, output: Output) -> Example | None:
        """The example that this record completes, if it does; other records than statements and proofs say nothing."""
        if isinstance(output, RiskStated):
            return self._say(output)
        return self._prove(output) if isinstance(output, RiskProved) else None

    @property
    def waiting(self) -> int:
        """How many statements are not proved yet."""
        return len(self._stated)

    def _say(self, stated: RiskStated) -> Example | None:
        customer, at = stated.customer, from_rfc3339(stated.at)
        if at <= self._until.get(customer, -1):
            return None
        kept = self._stated.get(customer)
        if kept is None or at >= _at(_unpacked(kept)):
            self._stated[customer] = msgspec.msgpack.encode(stated)
        proof = self._proofs.get(customer)
        return self._prove(self._proofs.pop(customer)) if proof and from_rfc3339(proof.stated) == at else None

    def _prove(self, proved: RiskProved) -> Example | None:
        customer, at = proved.customer, from_rfc3339(proved.stated)
        if at <= self._until.get(customer, -1):
            return None
        stated = _unpacked(self._stated[customer]) if customer in self._stated else None
        if stated is None or _at(stated) != at:
            if stated is None or _at(stated) < at:
                self._proofs[customer] = proved
            return None
        del self._stated[customer]
        self._until[customer] = at
        return Example(
            customer=customer, at=at, due=from_rfc3339(proved.at), risk=stated.risk, prior=stated.prior, strengths=stated.strengths,
            left=proved.left,
        )  # fmt: skip


_DECODER = msgspec.msgpack.Decoder(RiskStated)


def _unpacked(packed: bytes) -> RiskStated:
    return _DECODER.decode(packed)


def _at(stated: RiskStated) -> int:
    return from_rfc3339(stated.at)
