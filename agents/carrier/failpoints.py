"""Where a test makes a worker die or freeze. Tests only: empty in production, read in this one place.

`die:joined@5` dies in the fifth transaction once its offsets have joined it; `freeze:flushed@3` stops the process as SIGSTOP
does; `drop:0.002` loses one chunk in five hundred between the broker and the ledger, which must notice each.
"""

import os
import random
import signal
import threading
from typing import Literal

Place = Literal["begun", "flushed", "joined", "committed"]
DIED = 9


class Failpoint:
    """What is to go wrong, and where.

    >>> Failpoint("").loses_chunk(), Failpoint("drop:1").loses_chunk()
    (False, True)
    """

    def __init__(self, text: str) -> None:
        self.act, _, place = text.partition(":")
        self.share = float(place) if self.act == "drop" else 0.0
        self.place, _, count = place.partition("@")
        self.count = int(count or 5)

    def pass_through(self, place: Place, transactions: int) -> None:
        """Nothing happens unless this is the place and the transaction the test has chosen."""
        if self.place != place or self.count != transactions:
            return
        if self.act == "die":
            os._exit(DIED)
        if self.act == "freeze":
            signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)  # to the process, this thread might run on a while

    def loses_chunk(self) -> bool:
        """Chance is wanted here: the chain must notice a loss anywhere."""
        return self.share > 0 and random.random() < self.share
