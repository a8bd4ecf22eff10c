"""Settings are read in one place, refused all at once, and never weaken a connection silently."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from agents.serving.redis import connect
from agents.settings import ROWS, VARIABLES, Settings, SettingsError
from agents.settings.security import checked, kafka_python_security, librdkafka_security
from agents.tools.embedded.servers import key_file


def _secret(folder: Path, name: str, text: str = "correct horse") -> str:
    path = folder / name
    path.write_text(text + "\n")
    return str(path)


def _problems(env: dict[str, str]) -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(env)
    return {problem.where.name: f"{problem.what}; {problem.fix}".removesuffix("; ") for problem in caught.value.problems}


def test_no_environment_gives_complete_loopback_defaults(tmp_path: Path) -> None:
    settings = Settings.from_env({"SOJOURN_HOME": str(tmp_path)})
    assert settings.brokers == "127.0.0.1:9092"
    assert settings.origin("brokers") == "default"
    assert settings.origin("home") == "environment"


def test_every_error_is_told_at_once_with_variable_value_and_fix(tmp_path: Path) -> None:
    env = {
        "SOJOURN_HOME": str(tmp_path),
        "SOJOURN_BROKERS": "nonsense",
        "SOJOURN_PARTITIONS": "many",
        "SOJOURN_MODE": "sideways",
        "SOJOURN_ALLOW_PLAINTEXT": "perhaps",
        "SOJOURN_COMMIT_INTERVAL_MS": "1",
        "SOJOURN_MARKET_TIMEZONE": "Mars/Olympus",
        "SOJOURN_CONTROL_KEY_FILE": "/no/such/key",
        "SOJOURN_REDIS_URL": "http://somewhere",
        "SOJOURN_WORKER": "a b",
    }
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(env)
    assert {problem.where.name for problem in caught.value.problems} == set(env) - {"SOJOURN_HOME"}
    assert all(problem.where.value == env[problem.where.name] and problem.what for problem in caught.value.problems)
    assert "SOJOURN_PARTITIONS='many': must be a whole number from 1 to 10000" in str(caught.value)


def test_a_misspelt_variable_is_named_with_the_one_that_was_meant() -> None:
    assert _problems({"SOJOURN_BROKER": "kafka:9092"}) == {"SOJOURN_BROKER": "is no setting; did you mean SOJOURN_BROKERS?"}
    assert "SASL_PASSWORD_FILE" in _problems({"SOJOURN_SASL_PASSWORD_FIL": "hunter2"})["SOJOURN_SASL_PASSWORD_FIL"]


def test_a_misspelt_variable_may_hold_a_secret_so_its_value_is_not_printed() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"SOJOURN_SASL_PASSWORD_FIL": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_a_password_in_a_url_is_refused_without_being_printed() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"SOJOURN_REDIS_URL": "redis://me:hunter2@cache:6379"})
    assert "SOJOURN_REDIS_PASSWORD_FILE" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_secret_given_in_place_of_its_file_is_not_printed() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"SOJOURN_SASL_PASSWORD_FILE": "hunter2"})
    assert "must name a file that can be read" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_plaintext_to_another_machine_needs_a_word_and_a_signing_key() -> None:
    problems = _problems({"SOJOURN_BROKERS": "kafka:9092"})
    assert "SOJOURN_ALLOW_PLAINTEXT" in problems["SOJOURN_BROKERS"]
    assert "SOJOURN_CONTROL_KEY_FILE" in problems


def test_credentials_never_travel_by_a_protocol_that_does_not_ask_for_them(tmp_path: Path) -> None:
    env = {"SOJOURN_SASL_USERNAME": "worker", "SOJOURN_SASL_PASSWORD_FILE": _secret(tmp_path, "password")}
    assert "SASL_SSL" in _problems(env)["SOJOURN_SECURITY_PROTOCOL"]
    assert "SOJOURN_SECURITY_PROTOCOL" in _problems({"SOJOURN_SECURITY_PROTOCOL": "SASL_SSL"})


def test_a_certificate_without_its_key_is_refused(tmp_path: Path) -> None:
    assert "SOJOURN_TLS_CERT_FILE" in _problems({"SOJOURN_TLS_CERT_FILE": _secret(tmp_path, "cert")})


@pytest.mark.parametrize("name", ["CONTROL_KEY_FILE", "SASL_PASSWORD_FILE", "REDIS_PASSWORD_FILE"])
@pytest.mark.parametrize("text", ["", " \n\t"])
def test_an_empty_secret_file_is_refused(name: str, text: str, tmp_path: Path) -> None:
    assert _problems({f"SOJOURN_{name}": _secret(tmp_path, "key", text)})[f"SOJOURN_{name}"] == "names an empty file"


def test_a_key_that_could_be_guessed_is_refused_without_being_printed(tmp_path: Path) -> None:
    """Catches the mutants that take any key that is not empty, and that count the blanks around it."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"SOJOURN_CONTROL_KEY_FILE": _secret(tmp_path, "key", "fifteen.letters ")})
    assert "SOJOURN_CONTROL_KEY_FILE" in str(caught.value)
    assert "fewer than 16 bytes" in str(caught.value)
    assert "fifteen" not in str(caught.value)
    long_enough = Settings.from_env({"SOJOURN_CONTROL_KEY_FILE": _secret(tmp_path, "key", "sixteen.letters.")})
    assert long_enough.control_keys() == (b"sixteen.letters.",)


def test_a_secret_file_that_was_emptied_after_the_start_is_refused_where_it_is_used(tmp_path: Path) -> None:
    """Catches the mutant that reads the file without a look at it: control records signed with an empty key."""
    env = {
        "SOJOURN_BROKERS": "127.0.0.1:1",
        "SOJOURN_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
        "SOJOURN_SASL_USERNAME": "worker",
        "SOJOURN_SASL_PASSWORD_FILE": _secret(tmp_path, "password"),
        "SOJOURN_REDIS_PASSWORD_FILE": _secret(tmp_path, "redis"),
        "SOJOURN_CONTROL_KEY_FILE": _secret(tmp_path, "key", "0123456789abcdef"),
    }
    settings = Settings.from_env(env)
    for name in ("password", "redis", "key"):
        _secret(tmp_path, name, "")
    for use, variable in ((Settings.control_keys, "CONTROL_KEY"), (librdkafka_security, "SASL_PASSWORD"), (connect, "REDIS_PASSWORD")):
        with pytest.raises(SettingsError, match=f"SOJOURN_{variable}_FILE=.*names an empty file"):
            use(settings)


def test_a_second_key_is_accepted_and_checked_like_the_first(tmp_path: Path) -> None:
    """Mutants: a second key of any length; a second key that signs; a second key alone, with which nothing could be signed."""
    first, other = _secret(tmp_path, "first", "0123456789abcdef"), _secret(tmp_path, "other", "fedcba9876543210")
    env = {"SOJOURN_CONTROL_KEY_FILE": first, "SOJOURN_CONTROL_KEY_OTHER_FILE": other}
    assert Settings.from_env(env).control_keys() == (b"0123456789abcdef", b"fedcba9876543210")
    short = env | {"SOJOURN_CONTROL_KEY_OTHER_FILE": _secret(tmp_path, "short", "fifteen.letters")}
    assert "fewer than 16 bytes" in _problems(short)["SOJOURN_CONTROL_KEY_OTHER_FILE"]
    alone = {"SOJOURN_HOME": str(tmp_path), "SOJOURN_CONTROL_KEY_OTHER_FILE": other}
    assert "SOJOURN_CONTROL_KEY_FILE" in _problems(alone)["SOJOURN_CONTROL_KEY_OTHER_FILE"]


def test_only_the_servers_of_sojourn_up_come_with_a_key(tmp_path: Path) -> None:
    """A tunnel or a proxy may answer on loopback as well. Mutants: a key for every loopback address; that of `up` for another broker."""
    key = key_file(tmp_path)
    (tmp_path / "run.json").write_text(json.dumps({"brokers": "127.0.0.1:29092", "control_key_file": str(key)}))
    home = {"SOJOURN_HOME": str(tmp_path)}
    for ours in (home, home | {"SOJOURN_BROKERS": "127.0.0.1:29092"}):
        assert Settings.from_env(ours).control_keys() == (key.read_bytes().strip(),)
    for other in (home | {"SOJOURN_BROKERS": "127.0.0.1:9092"}, {"SOJOURN_HOME": str(tmp_path / "elsewhere")}):
        with pytest.raises(SettingsError, match=r"SOJOURN_CONTROL_KEY_FILE='': .* or use the servers of `sojourn up`"):
            Settings.from_env(other).control_keys()


def test_every_home_has_a_key_of_its_own_that_stays(tmp_path: Path) -> None:
    """Mutants: a key that stands in the source; a new one at each start, with which a replay of the log would refuse its own records."""
    first, again, other = key_file(tmp_path / "a"), key_file(tmp_path / "a"), key_file(tmp_path / "b")
    assert first == again
    assert len({path.read_text() for path in (first, again, other)}) == 2
    assert first.stat().st_mode & 0o077 == 0, "nobody else on this machine may read it"


def test_running_embedded_servers_are_found_and_the_environment_wins_over_them(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps({"brokers": "127.0.0.1:29092", "redis_url": "redis://127.0.0.1:26379/0"}))
    env = {"SOJOURN_HOME": str(tmp_path), "SOJOURN_REDIS_URL": "redis://127.0.0.1:1/0"}
    settings = Settings.from_env(env)
    assert (settings.brokers, settings.origin("brokers")) == ("127.0.0.1:29092", "run file")
    assert (settings.redis_url, settings.origin("redis_url")) == ("redis://127.0.0.1:1/0", "environment")


def test_sasl_over_tls_reaches_both_client_libraries_alike(tmp_path: Path) -> None:
    settings = Settings.from_env(
        {
            "SOJOURN_BROKERS": "kafka:9093",
            "SOJOURN_SECURITY_PROTOCOL": "SASL_SSL",
            "SOJOURN_SASL_USERNAME": "worker",
            "SOJOURN_SASL_PASSWORD_FILE": _secret(tmp_path, "password"),
            "SOJOURN_TLS_CA_FILE": _secret(tmp_path, "ca"),
            "SOJOURN_CONTROL_KEY_FILE": _secret(tmp_path, "key", "0123456789abcdef"),
        }
    )
    ours = librdkafka_security(settings)
    assert (ours["security.protocol"], ours["sasl.mechanism"], ours["sasl.password"]) == ("SASL_SSL", "SCRAM-SHA-512", "correct horse")
    theirs = kafka_python_security(settings)
    assert (theirs["security_protocol"], theirs["sasl_plain_password"]) == ("SASL_SSL", "correct horse")
    assert theirs["ssl_cafile"] == ours["ssl.ca.location"]


def test_properties_that_lost_their_protocol_are_refused() -> None:
    """Catches the mutant that drops `security.protocol` (librdkafka then speaks plaintext without a word)."""
    with pytest.raises(PermissionError, match="PLAINTEXT where SASL_SSL"):
        checked({"sasl.password": "x"}, Settings(security_protocol="SASL_SSL"))
    with pytest.raises(PermissionError, match="do not belong together"):
        checked({"sasl.password": "x"}, Settings())


def test_every_setting_is_documented_under_its_own_variable() -> None:
    assert all(row.doc for row in ROWS.values())
    assert all(variable == "SOJOURN_" + name.upper() for name, variable in VARIABLES.items())


def test_only_from_env_reads_an_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches the mutant without `settings_customise_sources`: pydantic-settings reads the process's own environment by itself."""
    monkeypatch.setenv("SOJOURN_PARTITIONS", "8")
    assert Settings().partitions == 4
    assert Settings.from_env({"SOJOURN_HOME": "/nowhere"}).partitions == 4


def test_a_variable_in_small_letters_or_without_text_is_none_of_ours() -> None:
    """Catches the mutant that takes a variable by its small letters alone, as pydantic-settings does."""
    settings = Settings.from_env({"SOJOURN_HOME": "/nowhere", "sojourn_partitions": "8", "SOJOURN_REPLICATION": ""})
    assert (settings.partitions, settings.replication, settings.origin("replication")) == (4, -1, "default")


def test_settings_are_frozen_and_a_changed_copy_is_checked(tmp_path: Path) -> None:
    """Catches the mutant with pydantic's own `model_copy`, which checks nothing."""
    settings = Settings.from_env({"SOJOURN_HOME": str(tmp_path), "SOJOURN_PARTITIONS": "8"})
    with pytest.raises(ValidationError, match="frozen"):
        settings.partitions = 9  # type: ignore[misc]
    changed = settings.model_copy(update={"http_port": 0})
    assert (changed.http_port, changed.partitions, changed.origin("partitions")) == (0, 8, "environment")
    with pytest.raises(SettingsError, match="SOJOURN_HTTP_PORT='99999': must be a whole number from 0 to 65535"):
        settings.model_copy(update={"http_port": 99_999})


def test_settings_made_in_code_print_no_secret_when_they_are_refused() -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(sasl_password_file=Path("hunter2"))
    assert "hunter2" not in str(caught.value)
