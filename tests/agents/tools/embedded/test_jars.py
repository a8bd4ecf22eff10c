"""What is downloaded is what we know, or nothing is started with it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from agents.tools.embedded import jars
from agents.tools.embedded.children import ServerError


@pytest.fixture
def one_jar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have a class path of one known jar."""
    checksums = tmp_path / "known.sha256"
    checksums.write_text(f"{sha256(b'whole').hexdigest()}  kafka.jar\n")
    monkeypatch.setattr(jars, "CHECKSUMS", checksums)
    return tmp_path / "cache" / "maven" / "kafka.jar"


def _arriving(jar: Path, monkeypatch: pytest.MonkeyPatch, *contents: bytes) -> list[bytes]:
    """Have each download bring the next of `contents`, as the real one does only where the file is missing."""
    left = list(contents)

    def resolved(cache: Path, progress: jars.Progress | None) -> list[Path]:
        if not jar.exists():
            jar.parent.mkdir(parents=True, exist_ok=True)
            jar.write_bytes(left.pop(0))
        return [jar]

    monkeypatch.setattr(jars, "resolved", resolved)
    return left


def test_a_known_jar_is_fetched_once(one_jar: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = _arriving(one_jar, monkeypatch, b"whole", b"never asked for")
    cache = one_jar.parent.parent
    assert jars.class_path(cache) == jars.class_path(cache) == [one_jar]
    assert left == [b"never asked for"]


def test_half_a_jar_is_fetched_again(one_jar: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _arriving(one_jar, monkeypatch, b"who", b"whole")
    assert jars.class_path(one_jar.parent.parent) == [one_jar]
    assert one_jar.read_bytes() == b"whole"


def test_a_jar_that_stays_wrong_is_refused_and_not_remembered(one_jar: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _arriving(one_jar, monkeypatch, b"evil", b"evil", b"whole")
    with pytest.raises(ServerError, match=r"not the files .* that we know: kafka\.jar"):
        jars.class_path(one_jar.parent.parent)
    assert jars.class_path(one_jar.parent.parent) == [one_jar]


def test_no_network_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(cache: Path, progress: jars.Progress | None) -> list[Path]:
        raise ConnectionError("no route")

    monkeypatch.setattr(jars, "resolved", unreachable)
    with pytest.raises(ServerError, match=r"could not be fetched \(ConnectionError: no route\); is the network there"):
        jars.class_path(tmp_path)


def test_every_jar_of_the_real_class_path_is_known() -> None:
    names = [line.split()[1] for line in jars.CHECKSUMS.read_text().splitlines()]
    assert f"kafka_2.13-{jars.KAFKA_VERSION}.jar" in names
    assert len(names) == len(set(names)) == 46
