"""The configuration of one Kafka node, with the reasons of its lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Node:
    """Where one node listens and keeps its files. All addresses are loopback."""

    id: int
    folder: Path
    port: int
    controller_port: int
    secure_port: int

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def secure_address(self) -> str:
        return f"127.0.0.1:{self.secure_port}"

    @property
    def properties_file(self) -> Path:
        return self.folder / "server.properties"


@dataclass(frozen=True)
class Security:
    """Who may sign in at the second listener (SCRAM-SHA-512), and whether ACLs are enforced there.

    `accounts` maps names to passwords. The accounts are created when the storage is formatted. The plain loopback listener is for the
    administrator: clients have no name there (ANONYMOUS), and with `acls` they may still do everything.
    """

    accounts: Mapping[str, str] = field(default_factory=dict)
    acls: bool = False


def properties(node: Node, nodes: tuple[Node, ...], security: Security) -> str:
    """Return the text of server.properties for `node`, one of `nodes`. Every node is both broker and controller (KRaft)."""
    copies = min(3, len(nodes))
    lines = {
        "process.roles": "broker,controller",
        "node.id": node.id,
        "controller.quorum.voters": ",".join(f"{each.id}@127.0.0.1:{each.controller_port}" for each in nodes),
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "log.dirs": node.folder / "log",
        "auto.create.topics.enable": "false",  # a misspelt topic is an error, not a new empty topic
        "default.replication.factor": copies,
        "min.insync.replicas": max(1, copies - 1),
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": max(1, copies - 1),
        "offsets.topic.num.partitions": 4,  # the default of 50 is for large clusters; here it would only cost start-up time
        "transaction.state.log.num.partitions": 4,
        "group.initial.rebalance.delay.ms": 0,  # a first worker gets its partitions at once
        "group.min.session.timeout.ms": 1000,  # else fault tests would wait six seconds until a death is noticed
        "transaction.abort.timed.out.transaction.cleanup.interval.ms": 1000,  # a frozen worker's successors wait for this
        "log.cleaner.dedupe.buffer.size": 33_554_432,  # the default, 128 MiB, is a third of a small heap
        **_listeners(node, security),
    }
    return "".join(f"{name}={setting}\n" for name, setting in lines.items())


def _listeners(node: Node, security: Security) -> dict[str, str]:
    listeners = {"PLAINTEXT": node.port, "CONTROLLER": node.controller_port}
    if security.accounts:
        listeners["SECURE"] = node.secure_port
    spelt = {name: f"{name}://127.0.0.1:{port}" for name, port in listeners.items()}
    lines = {
        "listeners": ",".join(spelt.values()),
        "advertised.listeners": ",".join(where for name, where in spelt.items() if name != "CONTROLLER"),
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_PLAINTEXT",
    }
    if security.accounts:
        login = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
        lines |= {
            "sasl.enabled.mechanisms": "SCRAM-SHA-512",
            "listener.name.secure.scram-sha-512.sasl.jaas.config": login,
        }
    if security.acls:
        lines |= {
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS",
            "allow.everyone.if.no.acl.found": "false",
        }
    return lines
