"""What a mapping said of a row of a file, as it travels with the row's record to ingest.

`sojourn send --mapping` also sends rows that the mapping does not understand, so that nothing of a file is lost. The mapping's reason
stands in a header. Ingest takes the mapping's word for it: such a row may look like an event of a format that it is not.
"""

from __future__ import annotations

from collections.abc import Sequence

from schemas.reading import REASONS, Reason, Rejected

WHY = "sojourn-mapping"  # header of a row, or of its amount, that was not understood: `reason: words`
# `failed` is a defect of ours. Whoever may send could else count as many of them as end the worker.
_REASONS: dict[str, Reason] = {str(reason): reason for reason in REASONS if reason != "failed"}


def row_fault(headers: Sequence[tuple[str, bytes | None]]) -> Rejected | None:
    """Return what the mapping could not understand of the row, or None. `unread_amount` is of an amount only: the row goes on.

    >>> row_fault([("sojourn-mapping", b"no_customer: the row names nobody")])
    Rejected(reason='no_customer', detail='the row names nobody')
    >>> [row_fault([("sojourn-mapping", said)]) for said in (b"because", b"failed: we did")]
    [None, None]
    """
    for name, value in headers:
        if name == WHY and value:
            reason, _, words = value.decode(errors="replace").partition(": ")
            if reason in _REASONS:
                return Rejected(_REASONS[reason], words)
    return None
