"""The embedded servers are the real ones, live as long as they should, and are never mistaken for somebody else's."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from redis import Redis
from redis.exceptions import OutOfMemoryError

from agents.tools.embedded.children import Child, ServerError, found, free_ports, spawn
from agents.tools.embedded.jars import KAFKA_VERSION, class_path
from agents.tools.embedded.kafka import Kafka
from agents.tools.embedded.valkey import Valkey
from tests.conftest import CACHE


def _gone_within(pid: int, seconds: float) -> bool:
    """Wait for the end of a program that is not our child (a zombie of nobody is soon reaped by init)."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


def test_free_ports_differ_and_lie_below_the_ephemeral_range() -> None:
    ports = free_ports(30)
    assert len(set(ports)) == 30
    assert max(ports) < 32_768


@pytest.mark.parametrize("command_lines", ["/proc", "/no such folder"])
def test_a_guarded_child_dies_with_a_parent_that_is_killed(tmp_path: Path, command_lines: str) -> None:
    """Mutant caught: a guard that only knows /proc, by which a killed demo leaves its servers behind on macOS."""
    parent = f"""
import sys, time
from pathlib import Path
from agents.tools.embedded import children
from agents.tools.embedded.children import spawn
assert "/proc/" in children._GUARD
children._GUARD = children._GUARD.replace("/proc", {command_lines!r})
child = spawn(["sh", "-c", "sleep 600; :", {str(tmp_path)!r}], {str(tmp_path)!r}, Path({str(tmp_path)!r}), detached=False)
print(child.pid, flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True) as popen:
        assert popen.stdout is not None
        pid = int(popen.stdout.readline())
        popen.send_signal(signal.SIGKILL)
    assert _gone_within(pid, 5)


def test_a_detached_child_outlives_its_parent_and_is_found_again(tmp_path: Path) -> None:
    parent = f"""
from pathlib import Path
from agents.tools.embedded.children import spawn
spawn(["sh", "-c", "sleep 600; :", {str(tmp_path)!r}], {str(tmp_path)!r}, Path({str(tmp_path)!r}), detached=True)
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", parent], check=True)
    child = found(tmp_path / "server.pid")
    assert child is not None
    assert child.alive()
    child.stop()
    assert not child.alive()
    assert found(tmp_path / "server.pid") is None


def test_a_pid_that_now_belongs_to_another_program_is_left_alone(tmp_path: Path) -> None:
    pid_file = tmp_path / "server.pid"
    with subprocess.Popen(["sleep", "600"]) as other:
        pid_file.write_text(f"{other.pid}\n/a/server/of/ours\n")
        assert found(pid_file) is None
        Child(other.pid, "/a/server/of/ours", pid_file).kill()
        assert other.poll() is None
        other.kill()
    assert not pid_file.exists()


def test_a_zombie_counts_as_gone(tmp_path: Path) -> None:
    """In a container nobody may reap it, and `sojourn down` must end all the same. Mutant caught: a pid that exists taken for a server."""
    with subprocess.Popen(["sh", "-c", "exit 0", "/a/server/of/ours"]) as zombie:
        child = Child(zombie.pid, "/a/server/of/ours", tmp_path / "server.pid")
        assert child.gone_within(10)
        assert psutil.pid_exists(zombie.pid)
        child.stop()


def test_a_child_must_carry_its_mark(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="must be part of the command line"):
        spawn(["sleep", "1"], "not there", tmp_path, detached=False)


@pytest.mark.kafka
def test_kafka_serves_with_topics_only_on_demand(kafka: str) -> None:
    admin = AdminClient({"bootstrap.servers": kafka})
    admin.create_topics([NewTopic("embedded.hello", 2, 1)])["embedded.hello"].result(10)
    producer = Producer({"bootstrap.servers": kafka})
    errors: list[object] = []
    producer.produce("embedded.hello", b"hello", on_delivery=lambda error, _: errors.append(error))
    assert producer.flush(10) == 0
    assert errors == [None]
    assert "embedded.nobody" not in admin.list_topics(timeout=10).topics


@pytest.mark.kafka
def test_a_dead_broker_says_why_it_did_not_start(tmp_path: Path) -> None:
    port = free_ports(1)[0]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(ServerError, match=r"(?s)ended while starting.*(?i:in use|bind)"):
            Kafka(tmp_path, cache=CACHE, ports=[port]).start()


@pytest.mark.kafka
def test_a_cached_class_path_is_read_without_resolving(kafka: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jgo.env", None)  # importing it would now raise
    jars = class_path(CACHE)
    assert any(jar.name == f"kafka_2.13-{KAFKA_VERSION}.jar" for jar in jars)
    assert all(jar.exists() for jar in jars)


def test_valkey_takes_so_much_memory_and_then_refuses_and_evicts_nothing(tmp_path: Path) -> None:
    """Mutants: no `maxmemory`; a policy that evicts, by which views vanish unseen."""
    with Valkey(tmp_path, maxmemory="4mb") as server, Redis.from_url(server.url) as client:
        answers = client.pipeline(transaction=False)
        for number in range(100):
            answers.set(f"c{number}", b"x" * 100_000, ex=1000)
        written = [answer for answer in answers.execute(raise_on_error=False) if not isinstance(answer, OutOfMemoryError)]
        assert 0 < len(written) < 100
        assert client.dbsize() == len(written)


def test_valkey_answers_is_emptied_and_stops(tmp_path: Path) -> None:
    with Valkey(tmp_path) as server:
        with Redis.from_url(server.url) as client:
            client.set("journey", "1")
            server.flush()
            assert client.dbsize() == 0
        pid = found(tmp_path / "server.pid")
        assert pid is not None
        with pytest.raises(ServerError, match="runs already"):
            Valkey(tmp_path).start()
    assert found(tmp_path / "server.pid") is None
    assert not psutil.pid_exists(pid.pid)
