"""Where things are and how large they may be: the only module that interprets the environment.

Each setting is one row below; its variable is `SOJOURN_` and the field's name in capitals. Rules (what a company means) are
a blueprint's business, contracts (topics, versions) are code's; the three never mix.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, TypeVar

from agents.settings import parsing

PREFIX = "SOJOURN_"
_DEVELOPMENT_KEY = b"sojourn development key: loopback only"
T = TypeVar("T")
Origin = Literal["default", "environment", "run file"]


@dataclass(frozen=True)
class Row:
    """What one setting means: how its text is read, what it is for, and whether its file's content is a secret."""

    parse: Callable[[str], Any]
    doc: str
    secret: bool


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the settings: which variable, what it says, what to do."""

    variable: str
    value: str
    fix: str

    def __str__(self) -> str:
        return f"{self.variable}={self.value!r}: {self.fix}"


class SettingsError(ValueError):
    """Everything that is wrong with the settings, at once, so that one correction suffices."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


def _row(default: T, parse: Callable[[str], T], doc: str, *, secret: bool = False) -> T:
    declared: T = field(default=default, metadata={"row": Row(parse, doc, secret)})
    return declared


@dataclass(frozen=True)
class Settings:
    """Every address and size, validated; passwords and keys are named by file and read only where they are used."""

    home: Path = _row(Path(".sojourn"), parsing.folder, "folder of the embedded servers: their files, downloads, run file")
    brokers: str = _row("127.0.0.1:9092", parsing.addresses, "Kafka brokers, host:port, comma-separated")
    security_protocol: str = _row(
        "PLAINTEXT",
        parsing.one_of("PLAINTEXT", "SSL", "SASL_SSL", "SASL_PLAINTEXT"),
        "how to talk to the brokers; SASL is SCRAM-SHA-512",
    )
    allow_plaintext: bool = _row(False, parsing.yes_or_no, "permit an unencrypted connection to brokers that are not loopback")
    sasl_username: str | None = _row(None, parsing.optional_text, "SCRAM account")
    sasl_password_file: Path | None = _row(None, parsing.file, "file with the SCRAM password", secret=True)
    tls_ca_file: Path | None = _row(None, parsing.file, "file with the authorities to trust (PEM); the system's own unless given")
    tls_cert_file: Path | None = _row(None, parsing.file, "file with our certificate (PEM), for mutual TLS")
    tls_key_file: Path | None = _row(None, parsing.file, "file with our certificate's private key (PEM)", secret=True)
    control_key_file: Path | None = _row(None, parsing.file, "file with the key that signs control records (HMAC)", secret=True)
    redis_url: str = _row("redis://127.0.0.1:6379/0", parsing.redis_url, "Redis or Valkey, for the read model")
    redis_username: str | None = _row(None, parsing.optional_text, "Redis ACL account")
    redis_password_file: Path | None = _row(None, parsing.file, "file with the Redis password", secret=True)
    worker: str = _row("worker-1", parsing.name, "this worker's stable name: a restart under it aborts its own leftovers at once")
    partitions: int = _row(4, parsing.whole(1, 10_000), "partitions of each topic; later growth is a migration")
    replication: int = _row(-1, parsing.whole(-1, 9), "copies of each record; -1: the brokers' own default.replication.factor")
    mode: str = _row("wall", parsing.one_of("wall", "events"), "what moves time: the wall clock, or the events (history, demo)")
    commit_interval_ms: int = _row(200, parsing.whole(10, 60_000), "how often to commit, milliseconds: the latency of an offer")
    session_timeout_ms: int = _row(10_000, parsing.whole(1_000, 300_000), "silence after which a worker's partitions move, milliseconds")
    transaction_timeout_ms: int = _row(25_000, parsing.whole(5_000, 300_000), "how long a frozen commit may hold readers, milliseconds")
    insights_interval_ms: int = _row(30_000, parsing.whole(100, 3_600_000), "how often insights are published, milliseconds")
    cadence_interval_ms: int = _row(
        86_400_000, parsing.whole(1_000, 2_592_000_000), "how often the cadence model is fitted again, milliseconds"
    )
    learning_settling_ms: int = _row(
        60_000, parsing.whole(0, 86_400_000), "how long a proved risk lies in the log before it is learnt from, milliseconds"
    )
    http_host: str = _row("127.0.0.1", parsing.name, "address of /metrics, /healthz and /readyz; loopback unless told otherwise")
    http_port: int = _row(8464, parsing.whole(0, 65_535), "its port; 0 takes a free one")
    blueprint: Path | None = _row(None, parsing.file, "the blueprint (TOML) you believe in force: whoever is under other rules says so")
    origins: Mapping[str, Origin] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Return the settings of `env`; below it stands what `sojourn up` wrote, below that the defaults.

        >>> Settings.from_env({"SOJOURN_PARTITIONS": "8", "SOJOURN_HOME": "/nowhere"}).partitions
        8

        Raises SettingsError with every problem at once.
        """
        home = parsing.folder(env.get(f"{PREFIX}HOME") or ".sojourn")
        given = {name: ("run file", text) for name, text in run_file(home).items()}
        given |= {name: ("environment", env[variable]) for name, variable in VARIABLES.items() if env.get(variable)}
        values: dict[str, Any] = {}
        problems = list(_misspelt(env))
        for name, (_, text) in given.items():
            try:
                values[name] = ROWS[name].parse(text)
            except ValueError as error:
                problems.append(Problem(VARIABLES[name], _printable(text, ROWS[name]), str(error)))
        settings = cls(**values, origins={name: origin for name, (origin, _) in given.items()})  # type: ignore[misc]
        problems += _contradictions(settings)
        if problems:
            raise SettingsError(tuple(problems))
        return settings

    def origin(self, name: str) -> Origin:
        """Return where the setting `name` comes from."""
        return self.origins.get(name, "default")

    def control_key(self) -> bytes:
        """Return the key that signs control records; without a file a development key, which only loopback may use."""
        if self.control_key_file is not None:
            return self.control_key_file.read_bytes().strip()
        if not parsing.all_loopback(self.brokers):
            raise SettingsError(tuple(_unsigned(self)))
        return _DEVELOPMENT_KEY


ROWS: Mapping[str, Row] = {each.name: each.metadata["row"] for each in fields(Settings) if "row" in each.metadata}
VARIABLES: Mapping[str, str] = {name: PREFIX + name.upper() for name in ROWS}
RETIRED = {f"{PREFIX}MARKET_TIMEZONE": "is a rule now, not a setting: `market_zones` in the blueprint"}


def run_file(home: Path) -> dict[str, str]:
    """Return the addresses of the servers that `sojourn up` started, or nothing where none run."""
    path = home / "run.json"
    if not path.exists():
        return {}
    try:
        written = json.loads(path.read_text())
    except ValueError:
        fix = "it cannot be read: end the servers it speaks of, if they run, and delete it"
        raise SettingsError((Problem("run file", str(path), fix),)) from None
    return {name: str(written[name]) for name in ("brokers", "redis_url") if name in written}


def _printable(text: str, row: Row) -> str:
    """Return what an error may show: no password in an address, and no secret put where its file's name belongs."""
    if row.secret and not text.startswith(("/", "./", "../", "~")):
        return "..."
    return re.sub(r"//[^@/]*@", "//...@", text)


def _misspelt(env: Mapping[str, str]) -> Iterator[Problem]:
    for variable in sorted(env.keys() - set(VARIABLES.values())):
        if variable in RETIRED:
            yield Problem(variable, env[variable], RETIRED[variable])
            continue
        # Only near misses: a cluster may put variables of its own beside ours (a Kubernetes service named sojourn does).
        meant = difflib.get_close_matches(variable, VARIABLES.values(), 1, 0.9) if variable.startswith(PREFIX) else []
        if meant:
            yield Problem(variable, "...", f"is no setting; did you mean {meant[0]}?")


def _contradictions(settings: Settings) -> Iterator[Problem]:
    sasl = settings.security_protocol.startswith("SASL_")
    if not sasl and (settings.sasl_username or settings.sasl_password_file):
        fix = "credentials would not be used; set SASL_SSL (or SASL_PLAINTEXT on loopback), or unset SOJOURN_SASL_*"
        yield Problem(f"{PREFIX}SECURITY_PROTOCOL", settings.security_protocol, fix)
    if sasl and not (settings.sasl_username and settings.sasl_password_file):
        fix = "needs SOJOURN_SASL_USERNAME and SOJOURN_SASL_PASSWORD_FILE"
        yield Problem(f"{PREFIX}SECURITY_PROTOCOL", settings.security_protocol, fix)
    if bool(settings.tls_cert_file) != bool(settings.tls_key_file):
        yield Problem(
            f"{PREFIX}TLS_CERT_FILE", str(settings.tls_cert_file or ""), "a certificate and its SOJOURN_TLS_KEY_FILE belong together"
        )
    if settings.security_protocol.endswith("PLAINTEXT") and not settings.allow_plaintext and not parsing.all_loopback(settings.brokers):
        fix = "brokers that are not loopback want SOJOURN_SECURITY_PROTOCOL=SASL_SSL or SSL, or SOJOURN_ALLOW_PLAINTEXT=true"
        yield Problem(f"{PREFIX}BROKERS", settings.brokers, fix)
    yield from _unsigned(settings)


def _unsigned(settings: Settings) -> Iterator[Problem]:
    if settings.control_key_file is None and not parsing.all_loopback(settings.brokers):
        fix = "brokers that are not loopback want a key for control records: put 32 random bytes in a file and name it"
        yield Problem(f"{PREFIX}CONTROL_KEY_FILE", "", fix)
