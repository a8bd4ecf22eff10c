"""Makes the security properties of Kafka clients from the settings. No other module does. They always have the protocol that was set.

Faust ignores an app-level TLS context when credentials are set, and then speaks plaintext SASL without an error. The properties are
therefore made here, for every client library in the same way, and checked before a client gets them.
"""

from __future__ import annotations

import logging
from typing import Any

from agents.carrier.security import protocol, tls_context
from agents.settings.parsing import read_secret
from agents.settings.settings import VARIABLES, Settings

_MECHANISM = "SCRAM-SHA-512"

# For every client of a worker but the one that asks whether the brokers answer: only what is critical, never straight to standard error.
TO_OUR_LOG: dict[str, Any] = {"logger": logging.getLogger("librdkafka"), "log_level": 2}


def librdkafka_security(settings: Settings) -> dict[str, str]:
    """Return librdkafka's security properties, with the brokers' addresses.

    >>> librdkafka_security(Settings())
    {'bootstrap.servers': '127.0.0.1:9092', 'security.protocol': 'PLAINTEXT'}
    """
    properties = {"bootstrap.servers": settings.brokers, "security.protocol": settings.security_protocol}
    if settings.sasl_username and settings.sasl_password_file:
        properties |= {
            "sasl.mechanism": _MECHANISM,
            "sasl.username": settings.sasl_username,
            "sasl.password": read_secret(VARIABLES["sasl_password_file"], settings.sasl_password_file).decode(),
        }
    files = {
        "ssl.ca.location": settings.tls_ca_file,
        "ssl.certificate.location": settings.tls_cert_file,
        "ssl.key.location": settings.tls_key_file,
    }
    properties |= {name: str(path) for name, path in files.items() if path is not None}
    return checked(properties, settings)


def checked(properties: dict[str, str], settings: Settings) -> dict[str, str]:
    """Return `properties`. Raises PermissionError if they have another protocol than the settings, or credentials do not fit it."""
    protocol = properties.get("security.protocol", "PLAINTEXT")
    if protocol != settings.security_protocol:
        raise PermissionError(f"a client would speak {protocol} where {settings.security_protocol} was asked for")
    if protocol.startswith("SASL_") != ("sasl.password" in properties):
        raise PermissionError(f"{protocol} and credentials do not belong together: check SOJOURN_SECURITY_PROTOCOL and SOJOURN_SASL_*")
    return properties


def kafka_python_security(settings: Settings) -> dict[str, Any]:
    """Return the same properties as keyword arguments of kafka-python's clients."""
    ours = librdkafka_security(settings)
    names = {
        "security.protocol": "security_protocol",
        "sasl.mechanism": "sasl_mechanism",
        "sasl.username": "sasl_plain_username",
        "sasl.password": "sasl_plain_password",
        "ssl.ca.location": "ssl_cafile",
        "ssl.certificate.location": "ssl_certfile",
        "ssl.key.location": "ssl_keyfile",
    }
    return {"bootstrap_servers": settings.brokers.split(",")} | {names[name]: text for name, text in ours.items() if name in names}


def aiokafka_security(settings: Settings) -> dict[str, Any]:
    """Return the same properties as keyword arguments of aiokafka's clients.

    >>> aiokafka_security(Settings())
    {'bootstrap_servers': ['127.0.0.1:9092'], 'security_protocol': 'PLAINTEXT', 'ssl_context': None}
    """
    ours = librdkafka_security(settings)
    names = {"sasl.mechanism": "sasl_mechanism", "sasl.username": "sasl_plain_username", "sasl.password": "sasl_plain_password"}
    return {
        "bootstrap_servers": settings.brokers.split(","),
        "security_protocol": ours["security.protocol"],
        "ssl_context": tls_context(ours) if protocol(ours).endswith("SSL") else None,
        **{names[name]: text for name, text in ours.items() if name in names},
    }
