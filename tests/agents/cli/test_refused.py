"""A broker refuses us: each command names the password, the certificate or the right, and what to do. A real broker with real ACLs."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._acl import AclBinding, AclOperation, AclPermissionType
from confluent_kafka.admin._resource import ResourcePatternType, ResourceType

from agents.kafka.admin import Admin
from agents.published.blueprints import BlueprintLookup
from agents.settings import Settings
from agents.tools.embedded.kafka import Kafka
from agents.tools.embedded.nodes import Security
from agents.tools.embedded.servers import key_file
from schemas.topics import BLUEPRINTS, INTERACTIONS
from streams.rules.in_force import RulesAwayError
from tests.agents.cli.terminal_session import Answer, sojourn
from tests.conftest import CACHE

UNTRUSTED = Path(__file__).parent / "tls" / "untrusted.pem"  # a certificate that it signed itself, and its key
MISLEADING = ("no Kafka broker answers", "sojourn up", "does not exist", "defect of ours")


@dataclass
class Guarded:
    """A broker at which the account `worker` may do what it was granted, and nothing else."""

    home: Path
    kafka: Kafka

    def variables(self) -> dict[str, str]:
        """The worker's account, for commands and for settings."""
        return {
            "BROKERS": self.kafka.secure_bootstrap, "SECURITY_PROTOCOL": "SASL_PLAINTEXT", "SASL_USERNAME": "worker", "PARTITIONS": "1",
            "SASL_PASSWORD_FILE": str(self.home / "password"), "CONTROL_KEY_FILE": str(key_file(self.home)),
        }  # fmt: skip

    def settings(self) -> Settings:
        return Settings.from_env({f"SOJOURN_{name}": text for name, text in self.variables().items()})

    def sojourn(self, *words: str, **env: str) -> Answer:
        return sojourn(*words, home=self.home, stdin=b"", **(self.variables() | env))

    def grant(self, what: AclOperation, name: str, kind: ResourceType = ResourceType.TOPIC) -> None:
        rule = AclBinding(kind, name, ResourcePatternType.LITERAL, "User:worker", "*", what, AclPermissionType.ALLOW)
        admin = AdminClient({"bootstrap.servers": self.kafka.bootstrap})
        for future in admin.create_acls([rule]).values():
            future.result(30)


@pytest.fixture(scope="module")
def guarded(server_folder: Path) -> Iterator[Guarded]:
    home = server_folder / "refused"
    with Kafka(home / "kafka", cache=CACHE, heap_mb=256, brief=True, security=Security({"worker": "correct horse"}, acls=True)) as kafka:
        (home / "password").write_text("correct horse")
        with Admin(Settings(home=home, brokers=kafka.bootstrap, partitions=1)) as admin:
            admin.create()
        yield Guarded(home, kafka)


def assert_names(answer: Answer, *words: str) -> None:
    """It could not do what was asked, says these words, and blames nothing else."""
    assert answer.code == 2, answer.err
    assert [word for word in words if word not in answer.err] == [], answer.err
    assert [word for word in MISLEADING if word in answer.err] == [], answer.err


@pytest.mark.kafka
def test_a_wrong_password_is_named(guarded: Guarded, tmp_path: Path) -> None:
    """Mutant: the request's own error, which is a timeout, in place of what the client was told."""
    (tmp_path / "password").write_text("wrong")
    wrong = {"SASL_PASSWORD_FILE": str(tmp_path / "password")}
    assert_names(guarded.sojourn("topics", "check", **wrong), "do not accept the account worker", "SOJOURN_SASL_PASSWORD_FILE")
    [broker] = [row for row in guarded.sojourn("doctor", "--json", **wrong).documents() if row["check"] == "broker"]
    assert "do not accept the account worker" in broker["findings"][0]["cause"]


@pytest.mark.kafka
def test_a_missing_right_is_named_with_the_command_that_gives_it(guarded: Guarded, tmp_path: Path) -> None:
    """One story, each step with a right more. Mutants: a topic that may not be described is told as missing; a right of kafka-python's
    client is told as our defect; rules that may not be looked up are told as published nowhere."""
    events = tmp_path / "events.jsonl"
    events.write_text('{"kind":"page_viewed","id":"e1","customer":"c1","at":1767600000000,"channel":"web","place":"/","page":"/"}\n')
    hidden = guarded.sojourn("send", str(events))
    gives = "kafka-acls.sh --add --allow-principal User:worker --operation"
    assert_names(hidden, f"the account worker needs DESCRIBE on topic {INTERACTIONS}", f"{gives} Describe --topic {INTERACTIONS}")

    guarded.grant(AclOperation.WRITE, INTERACTIONS)
    sent = guarded.sojourn("send", str(events))
    assert (sent.code, "no right to DESCRIBE group sojourn-journey, so nobody waits" in sent.err) == (0, True), sent.err
    assert "sent 1 to interactions.v1" in sent.err
    assert_names(guarded.sojourn("send", str(events), "--wait"), "the account worker needs ", f"{gives} ")

    guarded.grant(AclOperation.DESCRIBE, BLUEPRINTS)
    group = guarded.sojourn("blueprint", "versions")
    assert_names(group, "the account worker needs DESCRIBE on group sojourn-reader", f"{gives} Describe --group sojourn-reader")
    guarded.grant(AclOperation.DESCRIBE, "sojourn-reader", ResourceType.GROUP)
    unread = guarded.sojourn("blueprint", "versions")
    assert_names(unread, f"the account worker needs READ on topic {BLUEPRINTS}", f"{gives} Read --topic {BLUEPRINTS}")
    with pytest.raises(RulesAwayError, match=f"cannot be looked up in {BLUEPRINTS}: no right to READ topic {BLUEPRINTS}"):
        BlueprintLookup(guarded.settings())("00ff")


@contextmanager
def untrusted_server() -> Iterator[str]:
    """A TLS server whose certificate no authority signed. It gets no further than the handshake, as a broker of that sort would."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(UNTRUSTED)

    class Handshake(BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):  # the client refuses the certificate: that is what is tried here
                context.wrap_socket(self.request, server_side=True).close()

    with ThreadingTCPServer(("127.0.0.1", 0), Handshake) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_certificate_that_nobody_trusts_is_named(tmp_path: Path) -> None:
    """Mutant: told as a broker that is not there."""
    with untrusted_server() as address:
        env = {"BROKERS": address, "SECURITY_PROTOCOL": "SSL", "CONTROL_KEY_FILE": str(key_file(tmp_path))}
        answer = sojourn("topics", "check", home=tmp_path, stdin=b"", **env)
    assert_names(answer, f"no TLS connection to {address}", "certificate", "SOJOURN_TLS_CA_FILE")
