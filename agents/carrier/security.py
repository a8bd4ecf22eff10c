"""The TLS and SASL settings of both Kafka clients. librdkafka and aiokafka get them from the same options."""

import logging
import ssl
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

import faust
from faust.types.auth import CredentialsT

from agents.carrier.exits import Refusal
from agents.carrier.options import CarrierOptions

PLAIN = ("PLAINTEXT", "SASL_PLAINTEXT")  # without encryption


def protocol(security: Mapping[str, str]) -> str:
    """Return the security protocol: PLAINTEXT (the default), SSL, SASL_PLAINTEXT or SASL_SSL.

    >>> protocol({}), protocol({"security.protocol": "sasl_ssl"})
    ('PLAINTEXT', 'SASL_SSL')
    """
    return security.get("security.protocol", "PLAINTEXT").upper()


def librdkafka(options: CarrierOptions) -> dict[str, Any]:
    """Return the settings that every librdkafka client of this worker has.

    Its lines go to our log, and only critical ones: the worker itself says what became of a request.
    """
    ours: dict[str, Any] = {"logger": logging.getLogger("librdkafka"), "log_level": 2, "reconnect.backoff.max.ms": 2_000}
    return {"bootstrap.servers": options.brokers, "client.id": options.transactional_id, **ours, **options.security}


def credentials(options: CarrierOptions) -> CredentialsT | None:
    """Return the same settings as Faust's credentials; None means plaintext."""
    security, meant = options.security, protocol(options.security)
    context = tls_context(security) if meant.endswith("SSL") else None
    if meant.startswith("SASL"):
        mechanism = security.get("sasl.mechanism", security.get("sasl.mechanisms", "SCRAM-SHA-512"))
        return faust.SASLCredentials(
            username=security.get("sasl.username"), password=security.get("sasl.password"), mechanism=mechanism, ssl_context=context
        )
    return faust.SSLCredentials(context) if context else None


def tls_context(security: Mapping[str, str]) -> ssl.SSLContext:
    """Return a TLS context that verifies the broker's name and certificate. It has our certificate if one is set."""
    context = ssl.create_default_context(cafile=security.get("ssl.ca.location"))
    if certificate := security.get("ssl.certificate.location"):
        context.load_cert_chain(certificate, security.get("ssl.key.location"), security.get("ssl.key.password"))
    return context


def refuse_plaintext(options: CarrierOptions) -> None:
    """Raise Refusal if a broker on another machine would get data unencrypted, unless the options allow plaintext."""
    meant = protocol(options.security)
    if meant not in PLAIN or options.allow_plaintext:
        return
    for host in hosts(options.brokers):
        if not is_loopback(host):
            raise Refusal(
                f"{meant} to {host}, which is not this machine",
                "set the security protocol to SSL or SASL_SSL, or allow plaintext explicitly",
            )


def hosts(brokers: str) -> list[str]:
    """Return the host names of a list of broker addresses.

    >>> hosts("kafka-1:9092,[::1]:9092")
    ['kafka-1', '::1']
    """
    return [address.strip().rpartition(":")[0].strip("[]") for address in brokers.split(",")]


def is_loopback(host: str) -> bool:
    """Return whether the host is this machine.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("kafka-1")
    (True, True, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
