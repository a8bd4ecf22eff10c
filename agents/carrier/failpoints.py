"""Failpoints: places at which a test makes a worker die, freeze or lose a chunk. For tests only; in production the setting is empty.

`die:joined@5` ends the process in the fifth transaction, after its offsets have joined. `freeze:flushed@3` stops the process with
SIGSTOP in the third transaction. `drop:0.002` loses one chunk in five hundred between broker and ledger; the ledger must notice each.
"""

import os
import random
import signal
import threading
from typing import Literal

Place = Literal["begun", "flushed", "joined", "committed"]
DIED = 9


class Failpoint:
    """What goes wrong, and where. `text` has the form shown above; without a count it is the fifth transaction.

    >>> Failpoint("").loses_chunk(), Failpoint("drop:1").loses_chunk()
    (False, True)
    """

    def __init__(self, text: str) -> None:
        self.act, _, place = text.partition(":")
        self.share = float(place) if self.act == "drop" else 0.0
        self.place, _, count = place.partition("@")
        self.count = int(count or 5)

    def pass_through(self, place: Place, transactions: int) -> None:
        """End or stop the process if the test chose this place and this transaction. Otherwise do nothing."""
        if self.place != place or self.count != transactions:
            return
        if self.act == "die":
            os._exit(DIED)
        if self.act == "freeze":
            signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)  # sent to the process, it might let this thread run on for a while

    def loses_chunk(self) -> bool:
        """Return whether this chunk is lost. It is decided at random: the ledger must notice a loss anywhere."""
        return self.share > 0 and random.random() < self.share
