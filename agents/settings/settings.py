"""The settings: addresses and sizes. This is the only module that interprets the environment.

Each setting is one row below. Its variable is `SOJOURN_` and the field's name in capitals. Rules (what a company means) belong in
a blueprint. Contracts (topics, versions) belong in code. The three never mix.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self, get_args

from pydantic import Field, PrivateAttr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from agents.settings import parsing
from agents.settings.embedded_servers import run_file
from agents.settings.parsing import SettingsError, Variable, all_loopback
from schemas.problems import Problem

__all__ = ["ROWS", "VARIABLES", "Settings", "SettingsError"]

PREFIX = "SOJOURN_"
Origin = Literal["default", "environment", "run file"]


class Row(NamedTuple):
    """A setting's description, and whether the content of its file is a secret."""

    doc: str
    secret: bool


class Settings(BaseSettings):
    """All settings, validated. Passwords and keys are given as file names, and read only where they are used."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True)

    home: parsing.Folder = Field(default=Path(".sojourn"), description="folder of the embedded servers: their files, downloads, run file")
    brokers: parsing.Addresses = Field(default="127.0.0.1:9092", description="Kafka brokers, host:port, comma-separated")
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_SSL", "SASL_PLAINTEXT"] = Field(
        default="PLAINTEXT", description="how to talk to the brokers; SASL is SCRAM-SHA-512"
    )
    allow_plaintext: parsing.YesOrNo = Field(default=False, description="permit an unencrypted connection to brokers that are not loopback")
    sasl_username: str | None = Field(default=None, description="SCRAM account")
    sasl_password_file: parsing.SecretFile = Field(default=None, description="file with the SCRAM password")
    tls_ca_file: parsing.File = Field(default=None, description="file with the authorities to trust (PEM); the system's own unless given")
    tls_cert_file: parsing.File = Field(default=None, description="file with our certificate (PEM), for mutual TLS")
    tls_key_file: parsing.SecretFile = Field(default=None, description="file with our certificate's private key (PEM)")
    control_key_file: parsing.KeyFile = Field(default=None, description="file with the key that signs control records, 16 bytes or more")
    control_key_other_file: parsing.KeyFile = Field(default=None, description="file with a second key that is accepted while keys change")
    redis_url: parsing.RedisUrl = Field(default="redis://127.0.0.1:6379/0", description="Redis or Valkey, for the read model")
    redis_username: str | None = Field(default=None, description="Redis ACL account")
    redis_password_file: parsing.SecretFile = Field(default=None, description="file with the Redis password")
    worker: parsing.Name = Field(
        default="worker-1", description="this worker's stable name: a restart under it aborts its own leftovers at once"
    )
    partitions: int = Field(default=4, ge=1, le=10_000, description="partitions of each topic; later growth is a migration")
    replication: int = Field(default=-1, ge=-1, le=9, description="copies of each record; -1: the brokers' own default.replication.factor")
    mode: Literal["wall", "events"] = Field(default="wall", description="what moves time: the wall clock, or the events (history, demo)")
    commit_interval_ms: int = Field(default=200, ge=10, le=60_000, description="at most between commits, milliseconds; decisions go sooner")
    session_timeout_ms: int = Field(
        default=7_000, ge=1_000, le=300_000, description="silence after which a worker's partitions move, milliseconds"
    )
    transaction_timeout_ms: int = Field(
        default=25_000, ge=5_000, le=300_000, description="how long a frozen commit may hold readers, milliseconds"
    )
    insights_interval_ms: int = Field(default=30_000, ge=100, le=3_600_000, description="how often insights are published, milliseconds")
    names_interval_ms: int = Field(default=30_000, ge=100, le=3_600_000, description="how often new event names are read, milliseconds")
    cadence_interval_ms: int = Field(
        default=86_400_000, ge=1_000, le=2_592_000_000, description="how often the cadence model is fitted again, milliseconds"
    )
    learning_settling_ms: int = Field(
        default=60_000, ge=0, le=86_400_000, description="how long a proved risk lies in the log before it is learnt from, milliseconds"
    )
    http_host: parsing.Name = Field(default="127.0.0.1", description="address of /metrics, /healthz and /readyz; loopback by default")
    http_port: int = Field(default=8464, ge=0, le=65_535, description="its port; 0 takes a free one")
    blueprint: parsing.File = Field(
        default=None, description="the blueprint (TOML) you believe in force: whoever is under other rules says so"
    )
    _origins: Mapping[str, Origin] = PrivateAttr(default_factory=dict)

    @classmethod
    def settings_customise_sources(cls, *_: Any, **sources: Any) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return only the source of arguments. `Settings()` then has the defaults, and only `from_env` reads an environment."""
        return (sources["init_settings"],)

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Return the settings of `env`. What `env` does not set comes from the run file of `sojourn up`, or from the defaults.

        >>> Settings.from_env({"SOJOURN_PARTITIONS": "8", "SOJOURN_HOME": "/nowhere"}).partitions
        8

        Raises SettingsError with every problem at once.
        """
        written = run_file(Path(env.get(f"{PREFIX}HOME") or ".sojourn").expanduser())
        spoken = Environment(cls, env)()
        if spoken.get("brokers", written.get("brokers")) != written.get("brokers"):
            written.pop("control_key_file", None)  # that key is for the servers of `sojourn up` alone
        settings, misfits = cls._checked({**written, **spoken})
        if problems := [*parsing.misspelt(env, VARIABLES.values()), *misfits, *_contradictions(settings)]:
            raise SettingsError(problems)
        settings._origins = {**dict.fromkeys(written, "run file"), **dict.fromkeys(spoken, "environment")}
        return settings

    @classmethod
    def _checked(cls, given: Mapping[str, Any]) -> tuple[Self, list[Problem[Variable]]]:
        """Return the settings, and a problem for each value that does not fit. The default replaces such a value."""
        try:
            return cls(**given), []
        except ValidationError as error:
            wrong = {str(each["loc"][0]): each for each in error.errors()}
        texts = {name: Variable(VARIABLES[name], parsing.shown(str(given[name]), secret=ROWS[name].secret)) for name in wrong}
        problems = [Problem(texts[name], _cause(name, each)) for name, each in wrong.items()]
        return cls(**{name: value for name, value in given.items() if name not in wrong}), problems

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with the settings in `update`. All values are checked again. Raises SettingsError.

        >>> Settings().model_copy(update={"http_port": 0}).http_port
        0
        """
        settings, misfits = self._checked({**dict(self), **(update or {})})
        if misfits:
            raise SettingsError(misfits)
        return super().model_copy(update=dict(settings), deep=deep)

    def origin(self, name: str) -> Origin:
        """Return where the setting `name` comes from."""
        return self._origins.get(name, "default")

    def control_keys(self) -> tuple[bytes, ...]:
        """Return the keys of control records: the first signs, all are accepted. Raises SettingsError if there is none."""
        if self.control_key_file is None:
            raise SettingsError([_unsigned(self)])
        files = {"control_key_file": self.control_key_file, "control_key_other_file": self.control_key_other_file}
        return tuple(parsing.read_secret(VARIABLES[name], path, parsing.SHORTEST_KEY) for name, path in files.items() if path)


class Environment(EnvSettingsSource):
    """A source of settings that reads a mapping, not the environment of this process. An empty text counts as not given."""

    def __init__(self, settings: type[BaseSettings], env: Mapping[str, str]) -> None:
        super().__init__(settings)
        self.env_vars = {variable.lower(): env[variable] for variable in VARIABLES.values() if env.get(variable)}


ROWS = {name: Row(str(field.description), parsing.SECRET in field.metadata) for name, field in Settings.model_fields.items()}
VARIABLES = {name: PREFIX + name.upper() for name in ROWS}


def _cause(name: str, error: ErrorDetails) -> str:
    """Return what is wrong, and what to write instead. Pydantic's own message would name types."""
    field = Settings.model_fields[name]
    if error["type"] == "value_error":  # raised by a parser of `agents.settings.parsing`
        return str(error["ctx"]["error"])
    if error["type"] == "string_pattern_mismatch":
        return "use 1 to 100 letters, digits, dots, dashes or underscores"
    if error["type"] == "literal_error":
        return f"must be one of {', '.join(get_args(field.annotation))}"
    low, high = field.metadata
    return f"must be a whole number from {low.ge} to {high.le}"


def _contradictions(settings: Settings) -> Iterator[Problem[Variable]]:
    protocol = Variable(f"{PREFIX}SECURITY_PROTOCOL", settings.security_protocol)
    sasl = settings.security_protocol.startswith("SASL_")
    if not sasl and (settings.sasl_username or settings.sasl_password_file):
        fix = "set SASL_SSL (or SASL_PLAINTEXT on loopback), or unset SOJOURN_SASL_*"
        yield Problem(protocol, "credentials would not be used", fix)
    if sasl and not (settings.sasl_username and settings.sasl_password_file):
        yield Problem(protocol, "needs SOJOURN_SASL_USERNAME and SOJOURN_SASL_PASSWORD_FILE")
    if bool(settings.tls_cert_file) != bool(settings.tls_key_file):
        certificate = Variable(f"{PREFIX}TLS_CERT_FILE", str(settings.tls_cert_file or ""))
        yield Problem(certificate, "a certificate and its SOJOURN_TLS_KEY_FILE belong together")
    if settings.security_protocol.endswith("PLAINTEXT") and not settings.allow_plaintext and not all_loopback(settings.brokers):
        fix = "brokers that are not loopback want SOJOURN_SECURITY_PROTOCOL=SASL_SSL or SSL, or SOJOURN_ALLOW_PLAINTEXT=true"
        yield Problem(Variable(f"{PREFIX}BROKERS", settings.brokers), fix)
    if settings.control_key_other_file and settings.control_key_file is None:
        other = Variable(f"{PREFIX}CONTROL_KEY_OTHER_FILE", str(settings.control_key_other_file))
        yield Problem(other, "a second key needs a first one", "set SOJOURN_CONTROL_KEY_FILE to the key that signs")
    if settings.control_key_file is None and not all_loopback(settings.brokers):
        yield _unsigned(settings)


def _unsigned(settings: Settings) -> Problem[Variable]:
    where = Variable(f"{PREFIX}CONTROL_KEY_FILE", "")
    fix = "put 32 random bytes in a file, in hexadecimal, and name it"
    if all_loopback(settings.brokers):
        fix = f"{fix}; or use the servers of `sojourn up`, which makes a key (SOJOURN_HOME is {settings.home})"
    return Problem(where, f"control records for {settings.brokers} need a key", fix)
