"""An HTTP server whom nobody can wear out: few connections at a time, a deadline for each, and no word about those that break off.

Whoever reaches the port can open connections and send a byte now and then. Health must be answered all the same: else an orchestrator
would end a worker that is well.
"""

from __future__ import annotations

import logging
import sys
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, socket
from threading import BoundedSemaphore
from time import monotonic
from typing import Any, Literal

log = logging.getLogger(__name__)

CONNECTIONS = 32  # at a time; each has a thread
QUEUE = 64  # connections that the system holds until one is taken
DEADLINE_S = 5.0  # seconds in which a whole request must have come; then as many again to take the answer
GRACE_S = 0.5  # seconds that a new connection waits for the place of one that was ended

Dropped = Literal["crowded", "slow", "broken", "failed"]
"""Why a connection got no answer: too many at a time, a request that took too long, a client that hung up, a fault of our own."""


class BoundedServer(ThreadingHTTPServer):
    """Serves at most CONNECTIONS connections at a time, each in a thread. `dropped` counts those that got no answer, by cause.

    If all places are taken, the connection that has waited longest for its request is closed for the new one: an honest client sends its
    request at once. If none waits, the new one is closed.
    """

    daemon_threads = True  # an open request must not keep the process alive
    request_queue_size = QUEUE

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], dropped: Counter[str]) -> None:
        self.dropped = dropped
        self._places = BoundedSemaphore(CONNECTIONS)
        self._placed: set[Any] = set()  # connections that have a place
        self._waiting: dict[Any, float] = {}  # connection without a whole request -> its deadline; the oldest is first
        self._ended: set[Any] = set()  # connections that this server ended and counted, while their threads do not know it
        super().__init__(address, handler)

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ARG002  # as socketserver calls it
        """Return whether there is a place for the connection: one that is free, or that of the oldest one that waits."""
        free = self._places.acquire(blocking=False) or (self._end_oldest() and self._places.acquire(timeout=GRACE_S))
        if free:
            self._placed.add(request)
            self._waiting[request] = monotonic() + DEADLINE_S
        else:
            self.dropped["crowded"] += 1
        return free

    def shutdown_request(self, request: Any) -> None:
        """Close the connection, and give its place back if it had one."""
        super().shutdown_request(request)
        self._waiting.pop(request, None)
        self._ended.discard(request)
        if request in self._placed:
            self._placed.discard(request)
            self._places.release()

    def answering(self, request: socket) -> None:
        """Say that the whole request has come: the connection is not closed for another one any more."""
        self._waiting.pop(request, None)

    def service_actions(self) -> None:
        """End the connections whose deadline is over. The loop of the server calls this twice a second."""
        now = monotonic()
        for request, deadline in list(self._waiting.items()):
            if deadline <= now:
                self._end(request, "slow")

    def count_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002  # as socketserver calls it
        """Count an error. Only a fault of our own is logged, by its name: strangers could fill the log with the others."""
        error = sys.exc_info()[1]
        if isinstance(error, OSError):
            if request not in self._ended:
                self.dropped["broken"] += 1
            return
        self.dropped["failed"] += 1
        if self.dropped["failed"] == 1:
            log.error("an answer over HTTP failed: %s; further ones are counted in journey_http_dropped_total", type(error).__name__)

    handle_error = count_error  # the name that socketserver calls

    def _end_oldest(self) -> bool:
        with suppress(StopIteration, RuntimeError):  # none waits, or another thread has just left
            return self._end(next(iter(self._waiting)), "crowded")
        return False

    def _end(self, request: Any, why: Dropped) -> bool:
        """Let the connection's thread read its end. Return whether it was still waiting."""
        if self._waiting.pop(request, None) is None:
            return False
        self.dropped[why] += 1
        self._ended.add(request)
        with suppress(OSError):  # its thread has closed it
            request.shutdown(SHUT_RDWR)
        return True
