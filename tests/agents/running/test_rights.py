"""A role whose account lacks a right on a real broker is not ready and says which, and is ready again when it has the right."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import cast

import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._acl import AclBinding, AclBindingFilter, AclOperation, AclPermissionType
from confluent_kafka.admin._resource import ResourcePatternType, ResourceType

from agents.insights.role import GROUP as INSIGHTS_GROUP
from agents.kafka.admin import Admin
from agents.settings import Settings
from agents.tools.embedded.kafka import Kafka
from agents.tools.embedded.nodes import Security
from agents.tools.embedded.servers import key_file
from agents.tools.embedded.valkey import Valkey
from schemas.topics import JOURNEY_CHANGELOG, PROOFS
from tests.agents.company import Company, until
from tests.conftest import CACHE

pytestmark = pytest.mark.kafka

ANY = cast(str, None)  # the client takes None for any name, and its types do not say so
PASSWORD = "correct horse battery"
EVERYTHING = [(kind, "*", AclOperation.ALL) for kind in (ResourceType.TOPIC, ResourceType.GROUP, ResourceType.TRANSACTIONAL_ID)]
DENIED = {
    "serving": (ResourceType.TOPIC, JOURNEY_CHANGELOG, AclOperation.READ),
    "insights": (ResourceType.GROUP, INSIGHTS_GROUP, AclOperation.READ),
    "learning": (ResourceType.TOPIC, PROOFS, AclOperation.ALL),  # not even its description
}


def rule(kind: ResourceType, name: str, what: AclOperation, permission: AclPermissionType) -> AclBinding:
    return AclBinding(kind, name, ResourcePatternType.LITERAL, "User:worker", "*", what, permission)


def deny(admin: AdminClient) -> None:
    """The account may do everything but what is denied."""
    rules = [rule(*each, AclPermissionType.ALLOW) for each in EVERYTHING] + [
        rule(*each, AclPermissionType.DENY) for each in DENIED.values()
    ]
    for future in admin.create_acls(rules).values():
        future.result(30)


def allow(admin: AdminClient) -> None:
    """Nothing is denied any more."""
    every = AclBindingFilter(ResourceType.ANY, ANY, ResourcePatternType.ANY, ANY, ANY, AclOperation.ANY, AclPermissionType.DENY)
    for future in admin.delete_acls([every]).values():
        future.result(30)


def reasons(made: Company, role: str) -> str:
    """Why the role is not ready; "" while it is or does not answer."""
    status, body = made.ask(role, "/readyz")
    return str(json.loads(body)["reasons"]) if status == 503 else ""


def names(made: Company, role: str, what: str) -> bool:
    """Whether the role says that it lacks a right, and on what."""
    found = reasons(made, role)
    return what in found and "authorization failed" in found


def test_a_role_that_lacks_a_right_says_so_until_it_has_it(server_folder: Path) -> None:
    """Mutants: what the group's consumer is told is thrown away (200, and not one line); a denied reading ends the role (70); a
    consumer that waits five minutes before it asks again."""
    home = server_folder / "rights"
    security = Security({"worker": PASSWORD}, acls=True)
    with Kafka(home / "kafka", cache=CACHE, heap_mb=256, brief=True, security=security) as kafka, Valkey(home / "valkey") as valkey:
        (home / "password").write_text(PASSWORD)
        with Admin(Settings(home=home, brokers=kafka.bootstrap, partitions=2)) as topics:
            topics.create()
        variables = {
            "HOME": str(home),
            "CONTROL_KEY_FILE": str(key_file(home)),
            "BROKERS": kafka.secure_bootstrap,
            "REDIS_URL": valkey.url,
            "PARTITIONS": "2",
            "HTTP_PORT": "0",
        }
        account = {"SECURITY_PROTOCOL": "SASL_PLAINTEXT", "SASL_USERNAME": "worker", "SASL_PASSWORD_FILE": str(home / "password")}
        made, admin = (
            Company(home, {f"SOJOURN_{name}": text for name, text in (variables | account).items()}),
            AdminClient({"bootstrap.servers": kafka.bootstrap}),
        )
        deny(admin)
        try:
            made.worker("--without", "journey", "--without", "ingest")
            for role, (_kind, name, _what) in DENIED.items():
                until(partial(names, made, role, name), made.log)
            allow(admin)
            until(lambda: made.ready(*DENIED), made.log)
            assert "starting it again" not in made.log()
        finally:
            made.end()
