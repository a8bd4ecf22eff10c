"""Code that the commands about blueprints share: read files and published blueprints, print what changes, put a blueprint in force."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agents.cli.terminal.errors import CliError, in_lines
from agents.cli.terminal.output import console, notices, print_json

if TYPE_CHECKING:
    from agents.published.blueprints import BlueprintStore
    from agents.settings import Settings
    from streams.blueprints.writing import Change
    from streams.rules.blueprint import Blueprint


def activate(settings: Settings, shelf: BlueprintStore, blueprint: Blueprint, why: str, wait_s: float | None, json: bool) -> None:
    """Print what changes, publish the blueprint, and print which partitions took it within `wait_s` seconds; None: only print what changes.

    Raises CliError if the brokers refuse, and typer.Exit with 1 if a partition rejected it.
    """
    from confluent_kafka import KafkaException

    from agents.cli.terminal.reach import refused_by_brokers
    from agents.cli.terminal.reception import awaited, document, end, say
    from agents.published.publish_blueprint import publish as put_in_force
    from agents.published.reception import Receptionist
    from streams.blueprints.writing import changes

    print_changes(changes(in_force(shelf), blueprint), json)
    if wait_s is None:
        return
    try:
        receptionist = Receptionist(settings)
        spoken = put_in_force(settings, blueprint, why)
    except KafkaException as error:
        fix = "nothing is in force that was not before, or all of it; try again"
        raise refused_by_brokers(error, settings, "the brokers refused", fix) from None
    word = spoken.word
    told = f"{word.name}, version {word.version} ({word.hash})" + (", again" if spoken.again else "")
    found = awaited(receptionist, spoken.offsets, wait_s, told)
    if json:
        facts = {"name": word.name, "version": word.version, "hash": word.hash, "partitions": spoken.partitions, "again": spoken.again}
        print_json(facts | document(found))
    else:
        say(found, told)
    end(found)


def read(file: Path) -> Blueprint:
    """Return the blueprint in a file. Raises CliError with all of its problems if it is none."""
    from agents.published.blueprints import read_blueprint
    from streams.blueprints.faults import BlueprintError

    try:
        return read_blueprint(file)
    except BlueprintError as error:
        wrong = in_lines(error.problems)
        raise CliError(f"{file} is no blueprint:\n  {wrong}", "correct these lines; nothing was changed") from None


def published() -> tuple[Settings, BlueprintStore]:
    """Return the settings, and all blueprints that were ever published. Raises CliError if no broker answers or the topic is missing."""
    from agents.cli.terminal.reach import reachable, settings
    from agents.kafka.admin import Admin
    from agents.published.blueprints import read_shelf
    from schemas.topics import BLUEPRINTS

    found = reachable(settings())
    with Admin(found) as admin:
        if not admin.partitions([BLUEPRINTS]):
            raise CliError(f"topic {BLUEPRINTS} does not exist", "run `sojourn topics create`")
    return found, read_shelf(found)


def in_force(shelf: BlueprintStore) -> Blueprint:
    """Return the blueprint in force: the newest, or the defaults if none was ever published."""
    return body_of(shelf, shelf.newest.version if shelf.newest else 0)


def body_of(shelf: BlueprintStore, version: int) -> Blueprint:
    """Return the blueprint of this version; 0: the defaults. Raises CliError if it is missing or cannot be read."""
    try:
        return shelf.blueprint(version)
    except (LookupError, ValueError) as error:
        raise CliError(str(error), "`sojourn blueprint versions` lists what was published") from None


def print_changes(found: list[Change], json: bool) -> None:
    """Print each change on a line; for people, also that there is none."""
    if json:
        for change in found:
            print_json(change._asdict())
        return
    for change in found:
        console().print(str(change), soft_wrap=True)
    if not found:
        notices().print("no rule differs")
