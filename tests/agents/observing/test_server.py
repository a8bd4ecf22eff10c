"""The HTTP server under strangers: real sockets that drip, that come in crowds, that hang up."""

from __future__ import annotations

import threading
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler
from selectors import EVENT_READ, DefaultSelector
from socket import AF_INET, SO_LINGER, SOCK_STREAM, SOL_SOCKET, create_connection, socket
from struct import pack
from time import monotonic

import pytest

from agents.observing import server as bounded
from agents.observing.health import serve
from agents.observing.server import CONNECTIONS, QUEUE, BoundedServer
from agents.observing.witness import Witness

LONG_S = 20.0  # a test waits so long for what must happen, and fails then


def until(holds: Callable[[], bool]) -> bool:
    """Return whether this comes true in time; asked again and again, without a pause that a slow machine could outlast."""
    ends, turn = monotonic() + LONG_S, threading.Event()
    while not holds():
        if monotonic() > ends:
            return False
        turn.wait(0.01)
    return True


@contextmanager
def crowd(port: int, number: int) -> Iterator[list[socket]]:
    """So many clients that have sent the first bytes of a request, and no more."""
    with ExitStack() as opened:
        clients = [opened.enter_context(create_connection(("127.0.0.1", port), timeout=LONG_S)) for _ in range(number)]
        for client in clients:
            drip(client)
        yield clients


def drip(client: socket) -> bool:
    """Send one more byte. Return whether the server still listens."""
    try:
        client.sendall(b"G")
    except OSError:
        return False
    return True


def ask(client: socket) -> None:
    """Send the rest of a request."""
    client.sendall(b"ET / HTTP/1.0\r\n\r\n")


def is_healthy(port: int) -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=LONG_S) as answer:
        return bool(answer.status == 200)


def served() -> int:
    """How many threads answer connections."""
    return sum("process_request_thread" in each.name for each in threading.enumerate())


@pytest.fixture
def witness() -> Witness:
    return Witness("journey", "worker-1")


def test_health_is_answered_among_two_hundred_dripping_connections(witness: Witness) -> None:
    """Mutants caught: no limit of connections; over the limit the new one is closed."""
    before = served()
    port = serve(witness, "127.0.0.1", 0)
    with crowd(port, 200) as clients:
        assert until(lambda: witness.dropped["crowded"] >= 200 - 32)
        for _ in range(5):
            assert is_healthy(port)
            assert served() - before <= 32
            listening = [drip(client) for client in clients]
        assert sum(listening) <= 32 + QUEUE
    assert until(lambda: served() == before)


def test_a_request_has_one_deadline_however_often_it_drips(witness: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutant caught: no look at the deadlines: a byte now and then keeps the thread for ever."""
    monkeypatch.setattr(bounded, "DEADLINE_S", 0.5)
    with crowd(serve(witness, "127.0.0.1", 0), 3) as clients, DefaultSelector() as ended:
        for client in clients:
            ended.register(client, EVENT_READ)
        open_, ends = set(clients), monotonic() + LONG_S
        while open_ and monotonic() < ends:
            for key, _ in ended.select(0.05):
                ended.unregister(key.fileobj)
                open_.discard(key.fileobj)
            for client in open_:
                drip(client)
    assert not open_
    assert witness.dropped == {"slow": 3}


def test_one_that_waits_makes_room_and_one_that_is_answered_does_not() -> None:
    """Mutants caught: the newest is closed in place of the oldest; one whose answer is under way is closed; a place never given back."""
    asked, go_on = threading.Semaphore(0), threading.Event()

    class Slow(BaseHTTPRequestHandler):
        server: BoundedServer

        def do_GET(self) -> None:
            self.server.answering(self.connection)
            asked.release()
            assert go_on.wait(LONG_S)
            self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\nanswered")

        def log_message(self, format: str, *args: object) -> None: ...

    dropped = Counter[str]()
    with BoundedServer(("127.0.0.1", 0), Slow, dropped) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with crowd(server.server_address[1], CONNECTIONS) as clients:
            for client in clients[2:]:
                ask(client)
                assert asked.acquire(timeout=LONG_S)
            with crowd(server.server_address[1], 1) as (late,):
                assert clients[0].recv(1) == b""  # of the two that waited
                for client in (clients[1], late):
                    ask(client)
                    assert asked.acquire(timeout=LONG_S)
                with crowd(server.server_address[1], 1) as (refused,):
                    assert until(lambda: dropped["crowded"] == 2)
                    assert not is_open(refused)
                go_on.set()
                assert all(b"answered" in client.recv(100) for client in (*clients[1:], late))
        server.shutdown()


def is_open(client: socket) -> bool:
    try:
        return client.recv(1) != b""
    except ConnectionError:
        return False


def test_a_client_that_hangs_up_is_counted_and_prints_nothing(
    witness: Witness, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Mutant caught: `handle_error` as the standard library has it: a traceback a connection."""
    port = serve(witness, "127.0.0.1", 0)
    caplog.clear()
    for _ in range(20):
        with socket(AF_INET, SOCK_STREAM) as client:
            client.connect(("127.0.0.1", port))
            client.setsockopt(SOL_SOCKET, SO_LINGER, pack("ii", 1, 0))  # closing sends a reset
            client.sendall(b"GET /met")
    assert until(lambda: witness.dropped["broken"] == 20)
    assert is_healthy(port)
    assert capfd.readouterr().err == ""
    assert not caplog.records


def test_a_fault_of_our_own_is_said_once(witness: Witness, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    """Mutants caught: said at each request; never said."""

    def sick() -> str:
        raise ValueError("ours")

    witness.sick = sick
    port = serve(witness, "127.0.0.1", 0)
    for _ in range(3):
        with pytest.raises(OSError, match="closed"):
            is_healthy(port)
    assert until(lambda: witness.dropped["failed"] == 3)
    assert [each.levelname for each in caplog.records].count("ERROR") == 1
    assert "Traceback" not in capfd.readouterr().err
