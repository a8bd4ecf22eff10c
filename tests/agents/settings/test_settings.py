"""Settings are read in one place, refused all at once, and never weaken a connection silently."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agents.settings import ROWS, VARIABLES, Settings, SettingsError
from agents.settings.security import checked, kafka_python_security, librdkafka_security


def _secret(folder: Path, name: str, text: str = "correct horse") -> str:
    path = folder / name
    path.write_text(text + "\n")
    return str(path)


def _problems(env: dict[str, str]) -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(env)
    return {problem.variable: problem.fix for problem in caught.value.problems}


def test_no_environment_gives_complete_loopback_defaults(tmp_path: Path) -> None:
    settings = Settings.from_env({"SOJOURN_HOME": str(tmp_path)})
    assert settings.brokers == "127.0.0.1:9092"
    assert settings.control_key()
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
    assert {problem.variable for problem in caught.value.problems} == set(env) - {"SOJOURN_HOME"}
    assert all(problem.value == env[problem.variable] and problem.fix for problem in caught.value.problems)
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


def test_an_empty_secret_file_is_refused(tmp_path: Path) -> None:
    assert _problems({"SOJOURN_CONTROL_KEY_FILE": _secret(tmp_path, "key", "")}) == {"SOJOURN_CONTROL_KEY_FILE": "names an empty file"}


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
            "SOJOURN_CONTROL_KEY_FILE": _secret(tmp_path, "key"),
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
