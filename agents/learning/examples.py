"""Examples to learn from: each stated risk is joined with its outcome."""

from __future__ import annotations

import msgspec

from schemas.outputs import Output
from schemas.outputs.signals import RiskProved, RiskStated
from schemas.writing import from_rfc3339


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A stated risk of a customer's leaving, the strengths behind it, and whether the customer left."""

    customer: str
    at: int  # ms UTC: when the risk was stated
    due: int  # ms UTC: when the outcome was known, a horizon later
    risk: float  # as stated, with the weights in force at that time
    prior: float  # the risk by the shipped prior weights at that time
    strengths: dict[str, float]  # churn signal or base feature -> strength x decay at that time; all others were 0
    left: bool


class Joiner:
    """Makes an example of a statement (stated risk) and its proof (outcome), in whichever order the two come.

    Both are in one topic under the customer's key, so a statement normally comes first. Reading again changes nothing: the time of a
    customer's newest example is kept, so a repetition gives no second one. Of each customer only the newest statement is kept, packed,
    until its proof comes. If a proof never comes, because the journey was handed over, the statement stays.

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
        self._stated: dict[str, bytes] = {}  # customer -> the newest statement without a proof
        self._proofs: dict[str, RiskProved] = {}  # customer -> a proof that came before its statement
        self._until: dict[str, int] = {}  # customer -> time (ms UTC) of the newest statement that became an example

    def take(self, output: Output) -> Example | None:
        """Add a record and return the example that it completes, or None. Other records than statements and proofs are ignored."""
        if isinstance(output, RiskStated):
            return self._add_statement(output)
        return self._add_proof(output) if isinstance(output, RiskProved) else None

    @property
    def waiting(self) -> int:
        """How many statements wait for their proof."""
        return len(self._stated)

    def _add_statement(self, stated: RiskStated) -> Example | None:
        customer, at = stated.customer, from_rfc3339(stated.at)
        if at <= self._until.get(customer, -1):
            return None
        kept = self._stated.get(customer)
        if kept is None or at >= _at(_unpacked(kept)):
            self._stated[customer] = msgspec.msgpack.encode(stated)
        proof = self._proofs.get(customer)
        return self._add_proof(self._proofs.pop(customer)) if proof and from_rfc3339(proof.stated) == at else None

    def _add_proof(self, proved: RiskProved) -> Example | None:
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
