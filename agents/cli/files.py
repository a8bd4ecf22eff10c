"""Write the files that ship with Sojourn into a folder: mappings of public files, blueprints to begin with, the lock of what workers need.

They go to `deploy/` in that folder, so that the commands of the documents run there as they are written. A file that you have changed is
left alone, and the command says so.

Example: `sojourn files .`
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agents.cli.terminal.errors import CliError, in_lines
from agents.cli.terminal.output import AsJson, console, print_json


def command(
    folder: Annotated[str, typer.Argument(help="The folder to write into; it is made if it is not there.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files that differ from the shipped ones.")] = False,
    json: AsJson = False,
) -> None:
    """Exit 0 when all are written; 2, and nothing written, when a file there differs."""
    from agents.tools.operating.shipped import changed, write_out

    target = Path(folder)
    if target.exists() and not target.is_dir():
        raise CliError(f"{folder} is a file", "name a folder")
    if not overwrite and (differ := changed(target)):
        raise CliError(f"these files differ from the shipped ones:\n  {in_lines(differ)}", "move them away, or add --overwrite")
    try:
        written = write_out(target)
    except OSError as error:
        raise CliError(f"{error.filename} cannot be written ({error.strerror})", "name a folder that you may write to") from None
    for each in written:
        if json:
            print_json({"file": str(each)})
        else:
            console().print(str(each), soft_wrap=True)
