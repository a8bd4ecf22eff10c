"""Why a broker refuses us, in words that name the cause and the fix: a password, a certificate, or a right that the account lacks."""

from __future__ import annotations

from typing import Any, NamedTuple

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._metadata import ClusterMetadata

from agents.settings import Settings
from agents.settings.security import librdkafka_security

_KINDS = {  # librdkafka's and kafka-python's codes are Kafka's own
    KafkaError.TOPIC_AUTHORIZATION_FAILED: "topic",
    KafkaError.GROUP_AUTHORIZATION_FAILED: "group",
    KafkaError.CLUSTER_AUTHORIZATION_FAILED: "cluster",
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED: "transactional id",
}
_OPTIONS = {"topic": "--topic NAME", "group": "--group NAME", "cluster": "--cluster", "transactional id": "--transactional-id NAME"}


class Refused(NamedTuple):
    """The cause and the fix."""

    cause: str
    fix: str


class RightMissingError(KafkaException):
    """The account lacks a right. It names the right and what it is for, which the client's own error does not."""

    def __init__(self, code: int, operation: str, name: str) -> None:
        super().__init__(KafkaError(code, f"no right to {operation} {_KINDS[code]} {name}"))
        self.operation, self.name = operation, name


def right_missing(error: KafkaError, operation: str, name: str) -> KafkaException | None:
    """Return an error that names the right, if this error says that one is missing; else None.

    >>> str(right_missing(KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED), "READ", "journey.offers.v1").args[0].str())
    'no right to READ topic journey.offers.v1'
    >>> right_missing(KafkaError(KafkaError._TRANSPORT), "READ", "journey.offers.v1")
    """
    return RightMissingError(error.code(), operation, name) if error.code() in _KINDS else None


def refusal(error: KafkaException, settings: Settings) -> Refused | None:
    """Return cause and fix, if a broker refused us; None if it was something else, such as a broker that is away.

    >>> wrong = KafkaException(KafkaError(KafkaError._AUTHENTICATION, "SASL authentication error: bad password"))
    >>> print(refusal(wrong, Settings(sasl_username="worker")).cause)
    the brokers at 127.0.0.1:9092 do not accept the account worker: SASL authentication error: bad password
    >>> refusal(KafkaException(KafkaError(KafkaError._TRANSPORT)), Settings())
    """
    found: KafkaError = error.args[0]
    if found.code() in (KafkaError._AUTHENTICATION, KafkaError.SASL_AUTHENTICATION_FAILED):
        cause = f"the brokers at {settings.brokers} do not accept the account {settings.sasl_username}: {found.str()}"
        return Refused(cause, "check SOJOURN_SASL_USERNAME, and the password in the file of SOJOURN_SASL_PASSWORD_FILE")
    if found.code() == KafkaError._SSL:
        return Refused(f"no TLS connection to {settings.brokers}: {found.str()}", _tls_fix(settings))
    if (kind := _KINDS.get(found.code())) is None:
        return None
    return Refused(_cause(error, kind, settings), _grant(error, kind, settings))


def ask_brokers(settings: Settings, within_s: float) -> ClusterMetadata:
    """Return what the brokers say of themselves. Raises KafkaException, with the reason for which they refused us if they did.

    librdkafka tells that reason to a callback only. The request itself ends with a plain timeout.
    """
    told: list[KafkaError] = []
    ours: dict[str, Any] = {"log_level": 0, "socket.timeout.ms": 4000, "error_cb": told.append}
    client = AdminClient({**librdkafka_security(settings), **ours})
    try:
        return client.list_topics(timeout=within_s)
    except KafkaException as error:
        client.poll(0)
        reasons = [KafkaException(each) for each in told]
        raise next((each for each in reasons if refusal(each, settings)), error) from None


def _cause(error: KafkaException, kind: str, settings: Settings) -> str:
    account = settings.sasl_username or "of this certificate"
    what = f"needs {error.operation} on {kind} {error.name}" if isinstance(error, RightMissingError) else f"lacks a right on a {kind}"
    return f"the account {account} {what}: {error.args[0].str()}"


def _grant(error: KafkaException, kind: str, settings: Settings) -> str:
    """Return the command that gives the right; it is one of Kafka's own."""
    operation, name = (error.operation, error.name) if isinstance(error, RightMissingError) else ("OPERATION", "NAME")
    resource = _OPTIONS[kind].replace("NAME", name)
    principal = f"User:{settings.sasl_username or 'NAME'}"
    return f"kafka-acls.sh --add --allow-principal {principal} --operation {operation.title()} {resource}"


def _tls_fix(settings: Settings) -> str:
    if settings.tls_ca_file is None:
        return "name the authority that signed the brokers' certificate in SOJOURN_TLS_CA_FILE"
    return f"put the authority that signed the brokers' certificate into {settings.tls_ca_file} (SOJOURN_TLS_CA_FILE); is this a TLS port?"
