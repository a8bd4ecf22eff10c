"""How the text of a setting becomes its value: one function a form, each raising ValueError that says what would be right."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

_ADDRESS = re.compile(r"(?P<host>\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):(?P<port>[0-9]{1,5})")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")


def addresses(text: str) -> str:
    """Return broker addresses as clients want them: `host:port`, comma-separated, no blanks.

    >>> addresses("kafka-1:9092, kafka-2:9092")
    'kafka-1:9092,kafka-2:9092'
    """
    parts = [part.strip() for part in text.split(",")]
    for part in parts:
        match = _ADDRESS.fullmatch(part)
        if match is None or not 0 < int(match["port"]) < 65_536:
            raise ValueError("write host:port, several separated by commas, as in kafka-1:9092,kafka-2:9092")
    return ",".join(parts)


def all_loopback(brokers: str) -> bool:
    """Tell whether every one of `brokers` can only be reached from this machine.

    >>> all_loopback("127.0.0.1:9092,localhost:9093,[::1]:9094"), all_loopback("127.0.0.1:9092,kafka:9092")
    (True, False)
    """
    return all(_is_loopback(part.rpartition(":")[0].strip("[]")) for part in brokers.split(","))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def redis_url(text: str) -> str:
    """Return a Redis address without credentials: an address is printed, a password must not be."""
    parts = urlsplit(text)
    if parts.password:
        raise ValueError("must not carry a password: put it in a file and name the file in SOJOURN_REDIS_PASSWORD_FILE")
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        raise ValueError("write redis://host:port/0, or rediss:// for TLS")
    return text


def name(text: str) -> str:
    """Return a name that may be part of a transactional id and of a metric: letters, digits, dot, dash, underscore."""
    if not _NAME.fullmatch(text):
        raise ValueError("use 1 to 100 letters, digits, dots, dashes or underscores")
    return text


def whole(low: int, high: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `low` to `high`, both included."""

    def read(text: str) -> int:
        wrong = f"must be a whole number from {low} to {high}"
        try:
            number = int(text)
        except ValueError:
            raise ValueError(wrong) from None
        if not low <= number <= high:
            raise ValueError(wrong)
        return number

    return read


def one_of(*choices: str) -> Callable[[str], str]:
    """Return a reader of one word out of `choices`."""

    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return text

    return read


def yes_or_no(text: str) -> bool:
    """Return the truth that 1/0, true/false or yes/no spell."""
    if text.lower() not in {"1", "0", "true", "false", "yes", "no"}:
        raise ValueError("must be true or false")
    return text.lower() in {"1", "true", "yes"}


def optional_text(text: str) -> str | None:
    """Return the text, or None where it is empty."""
    return text or None


def folder(text: str) -> Path:
    """Return the folder's path; it need not exist yet."""
    return Path(text).expanduser()


def file(text: str) -> Path | None:
    """Return the path of a file that can be read and is not empty, or None where the text is empty."""
    if not text:
        return None
    path = Path(text).expanduser()
    try:
        if not path.read_bytes().strip():
            raise ValueError("names an empty file")
    except OSError as error:
        raise ValueError(f"must name a file that can be read ({error.strerror})") from None
    return path
