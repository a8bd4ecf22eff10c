"""Progress on standard error while a command works. It is shown only on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from agents.cli.terminal.output import notices

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn


@contextmanager
def waiting(words: str) -> Iterator[Callable[[str], None]]:
    """Show `words` and a spinner while the block runs. Yield a function that changes the words."""
    from agents.tools.reports.terminal import styled

    with notices().status(styled(words)) as status:
        yield lambda said: status.update(styled(said))


@contextmanager
def bars(*columns: ProgressColumn) -> Iterator[Progress]:
    """Show progress bars with these columns while the block runs, and remove them. Nothing is printed where there is no terminal."""
    from rich.progress import Progress

    terminal = notices()
    with Progress(*columns, console=terminal, transient=True, disable=not terminal.is_interactive) as shown:
        yield shown


@contextmanager
def starting_servers() -> Iterator[Callable[[str, int], None]]:
    """Show that the servers are starting, while the block runs. Yield a callback that shows how much of Kafka has been fetched."""
    fetched = 0
    with waiting("Starting Kafka and Valkey") as say:

        def fetch(name: str, arrived: int) -> None:
            nonlocal fetched
            fetched += arrived
            say(f"Fetching Apache Kafka, once: {fetched / 1e6:.1f} of about 45 MB ({name})")

        yield fetch
