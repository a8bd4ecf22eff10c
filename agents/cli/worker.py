"""Run the worker: ingest, journey, serving, insights and learning, each in a process of its own, until it is told to stop.

A role that gives up is started again; nothing is lost by that. Ctrl-C, or SIGTERM, ends all of them in order. With `--only`, one
role runs in this process: what Kubernetes wants. With `--without`, a role is left out. Other commands find the processes under the
home folder, in `workers/`.

Example: `sojourn worker --only journey`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from agents.running.roles import ROLES, Role

if TYPE_CHECKING:
    from agents.settings import Settings


def command(
    only: Annotated[Role | None, typer.Option(help="Run this role alone, in this process.")] = None,
    without: Annotated[list[str] | None, typer.Option(metavar="role", help="Leave this role out; can be given several times.")] = None,
    http_port: Annotated[int | None, typer.Option(help="Port of /metrics; SOJOURN_HTTP_PORT unless given, 0 takes a free one.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Write the log as JSON, one document a line.")] = False,
    rebuild: Annotated[bool, typer.Option(help="Empty the read model and fill it again; wants `--only serving`.")] = False,
    failpoint: Annotated[str, typer.Option(hidden=True)] = "",
) -> None:
    """Run the worker until it is told to stop."""
    from agents.cli.terminal.reach import settings
    from agents.observing.logs import set_up
    from agents.running.supervisor import port_of, supervise

    if rebuild and only != "serving":
        _refuse_rebuild()
    if without:
        _check_left_out(set(without), only)
    found = settings()
    if http_port is not None:
        found = found.model_copy(update={"http_port": http_port})
    _check_start(found, only)
    set_up(only or "worker", as_json=json, worker=found.worker)
    if only is None:
        only = _role_of_child(supervise(found, _preload, without or ()))
        found = found.model_copy(update={"http_port": port_of(only, found.http_port)})
        set_up(only, as_json=json, worker=found.worker)
    from agents.app import run_role

    run_role(found, only, failpoint=failpoint, rebuild=rebuild)


def _check_start(found: Settings, only: Role | None) -> None:
    """Raises SettingsError if the home cannot be written, or a role that signs or checks control records has no key."""
    from agents.settings.home import check_home

    check_home(found)
    if only not in ("ingest", "serving"):
        found.control_keys()


def _refuse_rebuild() -> None:
    from agents.cli.terminal.errors import CliError

    fix = "write `sojourn worker --only serving --rebuild`, beside the worker or without it"
    raise CliError("--rebuild is about the read model", fix)


def _check_left_out(left_out: set[str], only: Role | None) -> None:
    from agents.cli.terminal.errors import CliError

    if unknown := left_out - set(ROLES):
        raise CliError(f"--without {min(unknown)}: there is no such role", f"the roles are {', '.join(ROLES)}")
    if only or left_out == set(ROLES):
        raise CliError("--without leaves nothing to choose from", "give `--only` alone, or leave at least one role to run")


def _role_of_child(ended: int | Role) -> Role:
    """Return the role that this child process must run. The parent gets an exit code instead, and exits with it."""
    if isinstance(ended, int):
        raise typer.Exit(ended)
    return ended


def _preload() -> None:
    from agents.app import preload

    preload()
