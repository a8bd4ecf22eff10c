"""Files from somebody whom nobody knows: lines without an end, deep tables, patterns that never end. Each is a problem of the file."""

from __future__ import annotations

import gzip
import tracemalloc
from collections import Counter
from pathlib import Path
from time import process_time

import pytest

from agents.published.blueprints import read_blueprint
from agents.settings import Settings
from agents.settings.files import LARGEST
from agents.tools.mapping.compiling import compiled
from agents.tools.mapping.desk import MappingError
from agents.tools.mapping.events import told_events
from agents.tools.mapping.opening import KEPT, MAX_LINE, TOO_LONG, LongLine, UnreadableFileError, unpacked
from agents.tools.mapping.reading import mapping_in, told
from agents.tools.mapping.rows import Refused, Understood
from agents.tools.mapping.ruling import matches
from agents.tools.operating import feeding
from agents.tools.operating.feeding import lines
from schemas.conventions import NO_CONVENTIONS
from schemas.masking.patterns import misfit_of
from streams.blueprints.faults import BlueprintError

NOW = 1_800_000_000_000
SLOWEST = 10  # seconds of processor time; without the bounds it would be minutes and more
MAPPING = """
[file]
format = "{format}"
order = "as_is"
{encoding}
[fields]
id = "{{id}}"
customer = "{{who}}"
at = {{ column = "at", format = "ms" }}
[[touchpoint]]
kind = "page_viewed"
page = "/x"
"""
LONG = "x" * (3 * MAX_LINE)
CSV = f"id,who,at\ne1,c1,1761555600000\ne2,{LONG},1\ne3,c3,1761555600000\n"
SPREAD = "id,who,at\ne1,c1,1761555600000\n" + 'e2,"' + '\n","' * (MAX_LINE // 4 + 9) + 'x"\ne3,c3,1761555600000\n'
JSONL = f'{{"id":"e1","who":"c1","at":1761555600000}}\n{{"who":"{LONG}"}}\n{{"id":"e3","who":"c3","at":1761555600000}}\n'
EVENTS = '{"kind":"page_viewed","id":"e1","customer":"c1","at":1761555600000,"page":"/"}\n'
BOMBS = {
    "deep": "a = " + "[" * 5_000,
    "deep and whole": "a = " + "[" * 40 + "]" * 40,
    "deep tables": "a." * 50 + "a = 1",
    "a long key": "a." * 20_000 + "a = 1",
    "a long header": "[" + "a." * 20_000 + "a]",
    "digits": f"a = {'9' * 6_000}",
    "no date": "a = 2026-02-31",
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("text", "format", "encoding"),
    [(CSV, "csv", ""), (SPREAD, "csv", ""), (JSONL, "jsonl", ""), (CSV, "csv", "cp1252"), (CSV, "csv", "utf-16")],
    ids=["csv", "a record of many lines", "jsonl", "cp1252", "utf-16"],
)
def test_a_row_without_an_end_is_refused_and_the_others_go_on(text: str, format: str, encoding: str, packed: bool, tmp_path: Path) -> None:
    """Mutants caught: lines as the file gives them; its rest taken for a row; no limit of a record; `_Decoded` as a generator."""
    file = tmp_path / ("f.gz" if packed else "f")
    raw = text.encode(encoding or "utf-8")
    file.write_bytes(gzip.compress(raw, 1) if packed else raw)
    declared = compiled(MAPPING.format(format=format, encoding=f'encoding = "{encoding}"' if encoding else ""))
    outcomes = list(told(declared, str(file), NOW))
    kept = [outcome.touchpoint.id for _, outcome in outcomes if isinstance(outcome, Understood)]
    refused = [(row.number, outcome) for row, outcome in outcomes if isinstance(outcome, Refused)]
    assert kept == ["e1", "e3"]
    assert refused[0] == (2 if format == "jsonl" else 3, Refused("too_large", TOO_LONG))
    assert all(len(row.text) <= KEPT for row, _ in outcomes)
    assert len(refused) == 1 or text == SPREAD


@pytest.mark.parametrize("encoding", ["", "cp1252"])
def test_a_line_of_a_hundred_megabytes_takes_no_memory(encoding: str, tmp_path: Path) -> None:
    """Mutants caught: `readline` without a limit; a text that is held until its line ends."""
    file = tmp_path / "f.gz"
    with gzip.open(file, "wb", 1) as out:
        for _ in range(100):
            out.write(b"x" * 1_000_000)
        out.write(f"\n{EVENTS}".encode())
    tracemalloc.start()
    with unpacked(str(file), encoding) as opened:
        found = list(opened)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [type(each) for each in found] == [LongLine, bytes]
    assert most < 20_000_000


def test_events_as_they_are_sent_go_on_behind_a_long_line(tmp_path: Path) -> None:
    """Mutant caught: the beginning of a long line is read as an event."""
    file = tmp_path / "f"
    file.write_text(f'{{"kind":"{LONG}"}}\n{EVENTS}')
    refused, understood = told_events(str(file), NOW, NO_CONVENTIONS, Counter())
    assert (refused[0].number, refused[1]) == (1, Refused("too_large", TOO_LONG))
    assert isinstance(understood[1], Understood)


def test_a_long_line_is_not_sent_and_the_others_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutant caught: the beginning of a long line is sent."""
    made: list[bytes] = []

    class Producer:
        def send(self, topic: str, key: bytes, value: bytes, headers: object, delivered: object) -> None:
            made.append(value)

        def flush(self, _: float) -> None: ...

    monkeypatch.setattr(feeding, "_producer", lambda _: Producer())
    (tmp_path / "f").write_text(f"{EVENTS}{LONG}\n{EVENTS}")
    sent = feeding.feed(Settings(), "t", lines(str(tmp_path / "f")), lambda *_: None)
    assert made == [EVENTS.strip().encode()] * 2
    assert sent.unsent == [f"line 2: {TOO_LONG}"]


def test_a_header_without_an_end_is_no_header(tmp_path: Path) -> None:
    """Mutant caught: the beginning of a header names the columns."""
    (tmp_path / "f").write_text(f"id,who,at,{LONG}\n")
    with pytest.raises(UnreadableFileError, match=TOO_LONG):
        list(told(compiled(MAPPING.format(format="csv", encoding="")), str(tmp_path / "f"), NOW))


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=list(BOMBS))
def test_a_text_that_is_no_toml_is_a_problem_of_the_file(bomb: str, tmp_path: Path) -> None:
    """Mutants caught: no RecursionError or ValueError is caught; no limit of depth, or of the parts of a key."""
    file, begun = tmp_path / "f.toml", process_time()
    file.write_text(f"\n{bomb}\n")
    with pytest.raises(BlueprintError) as refused:
        read_blueprint(file)
    assert "this is not TOML: " in str(refused.value)
    with pytest.raises(MappingError, match="this is no TOML: "):
        mapping_in(file)
    assert process_time() - begun < SLOWEST


def test_a_file_that_never_ends_is_too_large(tmp_path: Path) -> None:
    """Mutant caught: the whole file is read."""
    (tmp_path / "large").write_bytes(b"#" * (LARGEST + 1))
    for file in (tmp_path / "large", Path("/dev/zero")):
        with pytest.raises(BlueprintError, match="larger than 1024 KiB"):
            read_blueprint(file)
        with pytest.raises(MappingError, match="larger than 1024 KiB"):
            mapping_in(file)
    (tmp_path / "latin").write_bytes("a = 'ä'".encode("latin-1"))
    with pytest.raises(MappingError, match="it cannot be read"):
        mapping_in(tmp_path / "latin")


@pytest.mark.parametrize("pattern", ["^(a+)+$", "(?:a|aa)" * 40 + "b", "(a|)" * 40 + "b", "a*a*a*a*b", "(", "a" * 2_000])
def test_a_condition_whose_pattern_may_be_slow_is_refused(pattern: str) -> None:
    """Mutants caught: `matches` compiles any pattern; alternatives of groups are not counted; a pattern of any length."""
    with pytest.raises(MappingError, match="`matches`: "):
        compiled(f"{MAPPING.format(format='csv', encoding='')}when = {{ who = {{ matches = '{pattern}' }} }}\n")


@pytest.mark.parametrize("pattern", ["refund", "a*b", ".*.*b", "a?a?a?a*a*b", "a*a*a*b", "(a|aa)(a|aa)(a|aa)a*a*b"])
def test_a_condition_is_soon_decided_on_every_cell(pattern: str) -> None:
    """Mutant caught: the whole cell is looked at."""
    assert misfit_of(pattern) is None
    asked, begun = matches(pattern), process_time()
    assert not asked("a" * 1_000_000)
    assert process_time() - begun < SLOWEST


def test_a_condition_looks_at_the_beginning_of_a_long_cell() -> None:
    """Mutant caught: the first 128 characters for every pattern."""
    assert matches("refund")("x" * 4_090 + "refund")
    assert not matches("refund")("x" * 4_096 + "refund")
    assert matches("re.*und")("x" * 1_018 + "refund")
