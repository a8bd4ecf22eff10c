"""Kafka and Valkey together in the background. `run.json` says where they answer. They are ended through their pid files."""

from __future__ import annotations

import json
import secrets
import shutil
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from agents.tools.embedded.children import found, free_ports
from agents.tools.embedded.jars import Progress
from agents.tools.embedded.kafka import Kafka
from agents.tools.embedded.valkey import Valkey

KAFKA_PORT, VALKEY_PORT = 9092, 6379  # the usual ports, where clients look first


@dataclass(frozen=True)
class Addresses:
    """Where the servers answer, and the file with the key for their control records. This is also the content of `run.json`."""

    brokers: str
    redis_url: str
    control_key_file: str = ""  # empty: an earlier version started the servers


def start_detached(
    home: Path, progress: Progress | None = None, kafka_port: int | None = None, valkey_port: int | None = None
) -> Addresses:
    """Start Kafka and Valkey in the background, both at once. Write `run.json`, and return their addresses.

    All files lie under `home`. If one server fails, the other is ended too, and the error is raised. Without ports, the usual
    ones are taken, or free ones where those are in use.
    """
    kafka = Kafka(home / "kafka", cache=home / "cache", ports=[kafka_port or _usual_or_free(KAFKA_PORT)], detached=True)
    valkey = Valkey(home / "valkey", port=valkey_port or _usual_or_free(VALKEY_PORT), detached=True)
    with ThreadPoolExecutor(2) as pool:
        kafka_starts, valkey_starts = pool.submit(kafka.start, progress), pool.submit(valkey.start)
    try:
        kafka_starts.result()
        valkey_starts.result()
    except BaseException:
        kafka.stop()
        valkey.stop()
        raise
    addresses = Addresses(kafka.bootstrap, valkey.url, str(key_file(home)))
    _write(home / "run.json", addresses)
    return addresses


def key_file(home: Path) -> Path:
    """Return the file with the key for control records of the servers under `home`. A new one gets a random key.

    The key stays as long as the log does: a replay checks the signatures in it.
    """
    path = home / "control.key"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32) + "\n")
        draft.replace(path)
    return path


def running(home: Path) -> Addresses | None:
    """Return where the background servers of `home` answer; None unless all still run. Writes a key if they have none."""
    run_file = home / "run.json"
    if not run_file.exists() or len(_pid_files(home)) < 2 or not all(map(found, _pid_files(home))):
        return None
    addresses = replace(Addresses(**json.loads(run_file.read_text())), control_key_file=str(key_file(home)))
    _write(run_file, addresses)
    return addresses


def stop_detached(home: Path, *, erase: bool = False) -> list[str]:
    """End the background servers of `home`, and return their names. With `erase`, delete their records too. The cache stays."""
    children = {str(path.parent.relative_to(home)): found(path) for path in _pid_files(home)}
    alive = {name: child for name, child in children.items() if child is not None}
    with ThreadPoolExecutor(max(1, len(alive))) as pool:
        list(pool.map(lambda child: child.stop(), alive.values()))
    (home / "run.json").unlink(missing_ok=True)
    if erase:
        shutil.rmtree(home / "kafka", ignore_errors=True)
        shutil.rmtree(home / "valkey", ignore_errors=True)
        (home / "control.key").unlink(missing_ok=True)
    return sorted(alive)


def _pid_files(home: Path) -> list[Path]:
    return sorted([*home.glob("kafka/node-*/server.pid"), *home.glob("valkey/server.pid")])


def _usual_or_free(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return free_ports(1)[0]
    return port


def _write(path: Path, addresses: Addresses) -> None:
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(asdict(addresses), indent=2) + "\n")
    draft.replace(path)
