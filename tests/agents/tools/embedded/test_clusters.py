"""Three nodes survive the loss of one; accounts and rights are enforced where they are asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from agents.settings import Settings
from agents.settings.security import librdkafka_security
from agents.tools.embedded.kafka import Kafka
from agents.tools.embedded.nodes import Security
from tests.conftest import CACHE

pytestmark = pytest.mark.kafka


def _produced(properties: dict[str, str], topic: str) -> str:
    """Produce one record and return the error's name, or nothing."""
    errors: list[str] = []
    producer = Producer({**properties, "acks": "all", "message.timeout.ms": 20_000, "log_level": 0})
    producer.produce(topic, b"x", on_delivery=lambda error, _: errors.append(error.name() if error else ""))
    assert producer.flush(30) == 0
    return errors[0]


def test_three_nodes_take_records_while_one_is_gone(three_brokers: Kafka) -> None:
    admin = AdminClient({"bootstrap.servers": three_brokers.bootstrap, "log_level": 0})
    admin.create_topics([NewTopic("clusters.three", 3, 3)])["clusters.three"].result(20)
    three_brokers.kill(2)
    assert _produced({"bootstrap.servers": three_brokers.bootstrap}, "clusters.three") == ""
    three_brokers.restart(2)
    assert len(admin.list_topics(timeout=10).brokers) == 3


def test_accounts_sign_in_and_have_no_rights_that_nobody_gave(tmp_path: Path) -> None:
    security = Security(accounts={"worker": "correct horse"}, acls=True)
    password = tmp_path / "password"
    password.write_text("correct horse\n")
    with Kafka(tmp_path / "kafka", cache=CACHE, security=security) as kafka:
        admin = AdminClient({"bootstrap.servers": kafka.bootstrap})
        admin.create_topics([NewTopic("clusters.rights", 1, 1)])["clusters.rights"].result(20)
        settings = Settings(
            brokers=kafka.secure_bootstrap, security_protocol="SASL_PLAINTEXT", sasl_username="worker", sasl_password_file=password
        )
        assert _produced(librdkafka_security(settings), "clusters.rights") == "TOPIC_AUTHORIZATION_FAILED"
        password.write_text("wrong\n")
        with pytest.raises(KafkaException):
            AdminClient({**librdkafka_security(settings), "log_level": 0}).list_topics(timeout=5)
