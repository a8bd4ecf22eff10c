"""How commands fail: with a cause, a fix and an exit code. Only this module prints them."""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PROBLEMS_FOUND = 1  # exit code
CANNOT = 2  # exit code


class CliError(Exception):
    """A command cannot do what was asked. It carries the cause, the fix and the exit code.

    `code` is 1 if the command ran and found problems, and 2 if it was used wrongly or could not reach something.
    """

    def __init__(self, cause: str, fix: str = "", code: int = CANNOT) -> None:
        super().__init__(cause)
        self.cause, self.fix, self.code = cause, fix, code


@contextmanager
def shown() -> Iterator[None]:
    """Context manager: print what a command raises on standard error, and exit with its code. No traceback reaches the terminal."""
    try:
        yield
    except CliError as error:
        end_with(error)
    except Exception as error:
        end_with(_explain(error))


def end_with(error: CliError) -> None:
    """Print the cause and the fix, and exit with the error's code."""
    from agents.tools.reports.terminal import Terminal, styled

    with suppress(OSError, ValueError):  # standard error may be closed, or on a full disk: the code still says how it ended
        console = Terminal(stderr=True)
        for words, style, told in (("error: ", "bold red", error.cause), ("fix:   ", "bold green", error.fix)):
            first, *others = told.split("\n")
            if told:
                console.print(styled((words, style), first), soft_wrap=True)
            for line in others:
                console.print(line, soft_wrap=True)
    raise SystemExit(error.code) from None


def in_lines(problems: Iterable[object]) -> str:
    """Return problems as the lines of a cause. A line feed in a text that one of them quotes begins no line of its own.

    >>> in_lines(["no key 'a\\nb'", "no value"])
    "no key 'a\\\\nb'\\n  no value"
    """
    from schemas.characters import visible

    return "\n  ".join(visible(str(each)) for each in problems)


def _explain(error: Exception) -> CliError:
    from agents.settings import SettingsError
    from agents.tools.embedded.children import ServerError

    if isinstance(error, SettingsError):
        wrong = in_lines(error.problems)
        return CliError(f"the settings are not usable:\n  {wrong}", "`sojourn settings` lists every setting")
    if isinstance(error, ServerError):
        return CliError(str(error), "`sojourn down` clears what is left; then try again")
    return _explain_refusal(error) or _explain_defect(error)


def _explain_refusal(error: Exception) -> CliError | None:
    """Return the cause and the fix if a broker refused us (an account, a certificate or a right), or if a topic could not be read on."""
    from confluent_kafka import KafkaException

    from agents.cli.terminal.environment import settings
    from agents.kafka.reader import StalledError
    from agents.kafka.refused import refusal

    if isinstance(error, StalledError):
        return CliError(error.cause, error.fix)
    found = refusal(error, settings()) if isinstance(error, KafkaException) else None
    return CliError(*found) if found else None


def _explain_defect(error: Exception) -> CliError:
    where = _save_traceback(error)
    details = f"the details are in {where}" if where else "its details could not be written to a file"
    return CliError(f"{type(error).__name__}: {error}", f"this is a defect of ours; {details}")


def _save_traceback(error: Exception) -> Path | None:
    """Write the traceback to a new file and return its path; None if no file can be written."""
    with suppress(OSError), tempfile.NamedTemporaryFile("w", prefix="sojourn-defect-", suffix=".txt", delete=False) as page:
        page.writelines(traceback.format_exception(error))
        page.flush()
        return Path(page.name)
    return None
