"""A wire on which the first request of a producer is refused while its second one is accepted.

It stands between a producer and a broker, on loopback. The first Produce request that comes through is held until a second one comes, or
`hold_s` seconds have passed. Then the broker is asked to write it to a topic that does not exist, which it refuses; the request behind it
goes through as it is. A broker does the same by itself: it refuses a partition that it has not heard of yet, and takes it a moment later.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from select import select
from types import TracebackType

PRODUCE = 0  # Kafka's number for this request


class Overtaking:
    """The wire, for one topic. `held` is set once the first request is held, `overtaken` tells whether a second one came meanwhile."""

    def __init__(self, broker: str, topic: str, hold_s: float) -> None:
        self._port, self._hold_s = int(broker.rpartition(":")[2]), hold_s
        self._topic, self._unknown = topic.encode(), topic.upper().encode()
        self._server = socket.create_server(("127.0.0.1", 0))
        self._refused: tuple[socket.socket, int] | None = None  # the client and the number of the request that is refused
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = [self._server]
        self.held = threading.Event()
        self.overtaken = False

    @property
    def address(self) -> str:
        """Return what a client takes for the broker's address."""
        return f"127.0.0.1:{self._server.getsockname()[1]}"

    def __enter__(self) -> Overtaking:
        self._start(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for each in self._open:
            _shut(each)
        for thread in self._threads:
            thread.join(10)
        for each in self._open:
            each.close()

    def _start(self, work: Callable[..., None], *ends: socket.socket) -> None:
        thread = threading.Thread(target=work, args=ends, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):  # the wire is taken down
            while True:
                client = self._server.accept()[0]
                broker = socket.create_connection(("127.0.0.1", self._port))
                self._open += [client, broker]
                self._start(self._to_broker, client, broker)
                self._start(self._to_client, broker, client)

    def _to_broker(self, client: socket.socket, broker: socket.socket) -> None:
        with suppress(OSError):
            while frame := _frame(client):
                if _kind(frame) == PRODUCE and not self.held.is_set():
                    self._refused = (client, _number(frame))
                    self.held.set()
                    frame = frame.replace(self._topic, self._unknown) + self._second(client, broker)
                broker.sendall(frame)
        _shut(broker)

    def _second(self, client: socket.socket, broker: socket.socket) -> bytes:
        """Return the second Produce request, or nothing if none came; whatever else comes goes through."""
        while select([client], [], [], self._hold_s)[0] and (frame := _frame(client)):
            if _kind(frame) == PRODUCE:
                self.overtaken = True
                return frame
            broker.sendall(frame)
        return b""

    def _to_client(self, broker: socket.socket, client: socket.socket) -> None:
        """Pass the broker's answers on, with our address in place of the broker's."""
        theirs, ours = (b"127.0.0.1" + struct.pack(">i", port) for port in (self._port, self._server.getsockname()[1]))
        with suppress(OSError):
            while frame := _frame(broker):
                if self._refused == (client, struct.unpack(">i", frame[4:8])[0]):
                    frame = frame.replace(self._unknown, self._topic)
                client.sendall(frame.replace(theirs, ours))
        _shut(client)


def _frame(source: socket.socket) -> bytes:
    """Return one request or answer, its length before it; nothing at the end of the connection."""
    head = _exactly(source, 4)
    return head + _exactly(source, struct.unpack(">i", head)[0]) if head else b""


def _exactly(source: socket.socket, count: int) -> bytes:
    read = b""
    while len(read) < count:
        part = source.recv(count - len(read))
        if not part:
            return b""
        read += part
    return read


def _kind(frame: bytes) -> int:
    kind: int = struct.unpack(">h", frame[4:6])[0]
    return kind


def _number(frame: bytes) -> int:
    number: int = struct.unpack(">i", frame[8:12])[0]
    return number


def _shut(end: socket.socket) -> None:
    with suppress(OSError):  # the other side may have gone already
        end.shutdown(socket.SHUT_RDWR)
