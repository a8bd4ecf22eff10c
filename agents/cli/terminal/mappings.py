"""Code that commands with mappings share: read a mapping, print all of its errors with their lines, print the counts of a file's rows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from agents.cli.terminal.errors import CliError, in_lines

if TYPE_CHECKING:
    from agents.tools.mapping.declared import Declared
    from agents.tools.mapping.rows import Refused
    from agents.tools.mapping.telling import Account
    from agents.tools.reports.terminal import Terminal


def now_ms() -> int:
    """Return this machine's time (ms UTC). Times after it count as lying in the future."""
    return int(time.time() * 1000)


def named(path: str, what: str) -> str:
    """Return `path` if there is such a file, or if it is `-`. Raises CliError if not; `what` says what to name."""
    if path != "-" and not Path(path).is_file():
        raise CliError(f"there is no file {path}", f"name {what}")
    return path


@contextmanager
def usable(mapping: str) -> Iterator[None]:
    """Context manager: turn the errors of a mapping or its file into one CliError."""
    from agents.tools.mapping.desk import MappingError
    from agents.tools.mapping.opening import UnreadableFileError

    try:
        yield
    except MappingError as error:
        wrong = in_lines(error.problems)
        raise CliError(f"{mapping} cannot be used:\n  {wrong}", "correct these lines; `--dry-run` tries it without sending") from None
    except UnreadableFileError as error:
        raise CliError(str(error), error.fix) from None


def mapping(path: str) -> Declared:
    """Return the mapping in this file. Raises CliError with all of its errors."""
    from agents.tools.mapping.reading import mapping_in

    named(path, "a mapping; `sojourn files .` writes some to begin with into deploy/mappings")
    with usable(path):
        return mapping_in(Path(path))


def no_mapping() -> Declared:
    """Return the mapping of a file that needs none: each of its lines is an event as it is sent."""
    from agents.tools.mapping.declared import Declared
    from agents.tools.mapping.rows import Layout

    return Declared("events as they are sent", Layout("jsonl"), lambda _: 0, ())


def print_account(console: Terminal, account: Account, declared: Declared) -> None:
    """Print the outcomes of a file's rows, for people."""
    told = account.document()
    console.print(
        f"{account.rows:,} rows   understood {account.understood:,}   left out {account.left_out.total():,}"
        f"   not understood {account.refused.total():,}"
    )
    if account.customers:
        console.print(f"{len(account.customers):,} customers, {told['first']} to {told['last']}")
    _print_counts(console, "", told["kinds"])
    _print_counts(console, "left out: ", told["left_out"])
    _print_counts(console, "not understood: ", told["reasons"])
    _print_examples(console, account.examples)
    _print_counts(console, "amount not read, and unknown now: ", told["unread_amounts"])
    _print_examples(console, account.unread_examples)
    for remark in remarks(account, declared):
        console.print(f"note: {remark}", soft_wrap=True)


def _print_examples(console: Terminal, examples: list[tuple[int, Refused]]) -> None:
    for line, refused in examples:
        console.print(f"    line {line}: {refused.reason}: {refused.words}", soft_wrap=True)


def _print_counts(console: Terminal, words: str, counts: dict[str, int]) -> None:
    for name, count in counts.items():
        console.print(f"  {count:>9,}  {words}{name}", soft_wrap=True)


def remarks(account: Account, declared: Declared) -> list[str]:
    """Return remarks about what may be a mistake, though it can be meant."""
    found = [f"{remark}: no row has it" for remark in account.never_seen(declared)]
    if account.ahead:
        found.append(f"{account.ahead:,} times lie ahead of now and will be set back: is `zone` or `format` right?")
    if account.repeated:
        found.append(f"{account.repeated:,} touchpoints repeat the id of another and will count once: does `id` name enough columns?")
    if account.backwards:
        found.append(f'{account.backwards:,} rows are older than one before them: [file] order = "time" puts them in order')
    return found
