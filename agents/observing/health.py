"""The HTTP server of a role: `/metrics`, `/healthz` and `/readyz`, on loopback unless set otherwise, and no other path.

It runs in its own thread: a worker must answer even if its event loop is stuck.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler
from threading import Thread
from typing import ClassVar, NamedTuple

from agents.observing.metrics import exposition
from agents.observing.server import DEADLINE_S, BoundedServer
from agents.observing.witness import Witness

log = logging.getLogger(__name__)

TEXT, JSON = "text/plain; version=0.0.4; charset=utf-8", "application/json"


class Answer(NamedTuple):
    """The answer of a path."""

    status: int
    kind: str
    body: bytes


def metrics(witness: Witness) -> Answer:
    """Return all metrics."""
    return Answer(200, TEXT, exposition(witness))


def healthz(witness: Witness) -> Answer:
    """Return 200 while the process should go on running, else 503. This depends on the watchdog, never on the broker or Redis.

    >>> healthz(Witness("journey", "worker-1"))
    Answer(status=200, kind='application/json', body=b'{"healthy": true, "reason": ""}')
    """
    reason = witness.sick()
    return Answer(503 if reason else 200, JSON, json.dumps({"healthy": not reason, "reason": reason}).encode())


def readyz(witness: Witness) -> Answer:
    """Return 200 while the role does its work; otherwise 503 with the status and the reasons."""
    found = witness.readiness()
    return Answer(200 if found.ready else 503, JSON, json.dumps({"role": witness.role, **asdict(found)}).encode())


PATHS: Mapping[str, Callable[[Witness], Answer]] = {"/metrics": metrics, "/healthz": healthz, "/readyz": readyz}


class _Handler(BaseHTTPRequestHandler):
    witness: ClassVar[Witness]
    timeout = DEADLINE_S  # seconds without a byte, and for the whole answer; the server watches over the whole request
    server: BoundedServer
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        """Answer one of our paths; 404 for any other."""
        self.server.answering(self.connection)
        found = PATHS.get(self.path.partition("?")[0])
        status, kind, body = found(self.witness) if found else Answer(404, JSON, b"{}")
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def version_string(self) -> str:
        """Return a name without a version, which strangers need not know."""
        return "sojourn"

    def log_message(self, format: str, *args: object) -> None:
        """Do nothing: a probe per second would fill the log."""


def serve(witness: Witness, host: str, port: int) -> int:
    """Start the server, which answers until the process ends. Return its port; the system chooses one if `port` is 0.

    Raises OSError if the port is taken.
    """
    handler = type("Handler", (_Handler,), {"witness": witness})
    server = BoundedServer((host, port), handler, witness.dropped)
    Thread(target=server.serve_forever, name="http", daemon=True).start()
    chosen = int(server.server_address[1])
    log.info("%s answers on http://%s:%d/metrics, /healthz and /readyz", witness.role, host, chosen)
    return chosen
