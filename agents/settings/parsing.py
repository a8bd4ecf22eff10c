"""Parses the texts of settings, and reports texts that do not fit.

Each parser raises ValueError with a text that says what would be right.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from schemas.problems import Problem, ProblemsError

SECRET = object()  # marks a setting whose file holds a secret
SHORTEST_KEY = 16  # bytes; a shorter key could be guessed
RETIRED = {
    "SOJOURN_MARKET_TIMEZONE": "is a rule now, not a setting: `market_zones` in the blueprint",
    "SOJOURN_LIVE_JOURNEYS": "has no effect any more: every journey is bytes between two commits. Remove it",
}
_ADDRESS = re.compile(r"(?P<host>\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):(?P<port>[0-9]{1,5})")


class Variable(NamedTuple):
    """An environment variable and its value, as far as an error may show it."""

    name: str
    value: str

    def __str__(self) -> str:
        """Return the variable as a shell writes it.

        >>> str(Variable("SOJOURN_MODE", "sideways"))
        "SOJOURN_MODE='sideways'"
        """
        return f"{self.name}={self.value!r}"


class SettingsError(ProblemsError[Variable]):
    """The settings cannot be used. `problems` has all their problems."""


def addresses(text: str) -> str:
    """Return broker addresses as clients need them: `host:port`, comma-separated, without blanks.

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
    """Return whether all `brokers` can be reached only from this machine.

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
    """Return the Redis address. Raises ValueError if it has a password: addresses are printed, passwords must not be."""
    parts = urlsplit(text)
    if parts.password:
        raise ValueError("must not carry a password: put it in a file and name the file in SOJOURN_REDIS_PASSWORD_FILE")
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        raise ValueError("write redis://host:port/0, or rediss:// for TLS")
    return text


def yes_or_no(value: object) -> bool:
    """Return True for 1, true or yes, and False for 0, false or no."""
    word = str(value).lower()
    if word not in {"1", "0", "true", "false", "yes", "no"}:
        raise ValueError("must be true or false")
    return word in {"1", "true", "yes"}


def readable(path: Path | None, shortest: int = 1) -> Path | None:
    """Return the path, if its file can be read and has at least `shortest` bytes. None means no file."""
    if path is None:
        return None
    path = path.expanduser()
    _content(path, shortest)
    return path


def signing_key(path: Path | None) -> Path | None:
    """Return the path, if its file holds a key that is long enough. Raises ValueError, without the key."""
    return readable(path, SHORTEST_KEY)


def read_secret(variable: str, path: Path, shortest: int = 1) -> bytes:
    """Return the secret in the file that `variable` names. Raises SettingsError: the file may have changed since the start."""
    try:
        return _content(path, shortest)
    except ValueError as error:
        raise SettingsError([Problem(Variable(variable, str(path)), str(error))]) from None


def _content(path: Path, shortest: int) -> bytes:
    """Return the file's content, without blanks around it. Raises ValueError, which never has the content."""
    try:
        content = path.read_bytes().strip()
    except OSError as error:
        raise ValueError(f"must name a file that can be read ({error.strerror})") from None
    if not content:
        raise ValueError("names an empty file")
    if len(content) < shortest:
        raise ValueError(f"names a file with a key of fewer than {shortest} bytes: put 32 random bytes in it, in hexadecimal or base64")
    return content


Addresses = Annotated[str, AfterValidator(addresses)]
RedisUrl = Annotated[str, AfterValidator(redis_url)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,100}$")]  # allowed in a transactional id and in a metric's label
YesOrNo = Annotated[bool, BeforeValidator(yes_or_no)]
Folder = Annotated[Path, AfterValidator(Path.expanduser)]  # it need not exist yet
File = Annotated[Path | None, AfterValidator(readable)]
SecretFile = Annotated[Path | None, AfterValidator(readable), SECRET]
KeyFile = Annotated[Path | None, AfterValidator(signing_key), SECRET]


def shown(text: str, *, secret: bool) -> str:
    """Return what an error may show: no password in an address, and no secret that was given in place of its file's name.

    >>> shown("redis://me:hunter2@cache:6379", secret=False), shown("hunter2", secret=True), shown("/run/key", secret=True)
    ('redis://...@cache:6379', '...', '/run/key')
    """
    if secret and not text.startswith(("/", "./", "../", "~")):
        return "..."
    return re.sub(r"//[^@/]*@", "//...@", text)


def misspelt(env: Mapping[str, str], known: Collection[str]) -> Iterator[Problem[Variable]]:
    """Yield a problem for each variable that was retired, or whose name is nearly that of a known one.

    Other unknown variables are no problem: a Kubernetes service named sojourn, for instance, sets variables that begin like ours.
    """
    for variable in sorted(env.keys() - set(known)):
        if variable in RETIRED:
            yield Problem(Variable(variable, env[variable]), RETIRED[variable])
        elif variable.startswith("SOJOURN_") and (meant := difflib.get_close_matches(variable, known, 1, 0.9)):
            yield Problem(Variable(variable, "..."), "is no setting", f"did you mean {meant[0]}?")
