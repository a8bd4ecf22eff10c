"""`sojourn rejections names`: the event names that came in and mean nothing yet."""

from __future__ import annotations

from agents.cli.terminal.output import AsJson, console, notices, print_document, print_json, print_table


def names(json: AsJson = False) -> None:
    """List the unknown event names that came in, by count, each with a `[[names]]` row for the blueprint.

    Example: `sojourn rejections names`
    """
    from agents.cli.terminal.reach import reachable, settings, with_topics
    from agents.tools.operating.unknown_names import unknown_names
    from schemas.topics import REJECTIONS

    found = unknown_names(with_topics(reachable(settings()), REJECTIONS))
    if json:
        for each in found:
            print_json({"name": each.name, "count": each.count, "nearest": each.nearest, "row": each.row})
        return
    if not found:
        notices().print("every event name that came in is known")
        return
    print_table("Unknown names", ("count", "name", "nearest kind"), [(f"{each.count:,}", each.name, each.nearest) for each in found])
    console().print("rows for your blueprint; complete them, then `sojourn blueprint check` and `publish`:", style="dim")
    for each in found:
        print_document(f"\n{each.row}")
