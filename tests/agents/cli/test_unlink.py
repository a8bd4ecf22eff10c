"""`sojourn unlink` with a real worker: the forwarding ends at its record, and who is not forwarded is told so."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from agents.kafka.partitioning import partition_of
from agents.kafka.producer import LogProducer
from agents.published.publish_unlink import address_of
from agents.settings.security import librdkafka_security
from schemas.outputs.transitions import JourneysUnlinked
from schemas.topics import TOUCHPOINTS, TRANSITIONS
from schemas.writing import encode
from streams.rules import Rules
from streams.story import story
from tests.agents.cli.terminal_session import Answer, sojourn
from tests.agents.company import Company, company, until
from tests.drivers.on_kafka import body_of, changelog

pytestmark = pytest.mark.kafka
JOINED = """
0  web page_viewed /a page=/a customer=c50
1m web identity_linked customer=c50 other=b50
"""


def send(made: Company, text: str) -> None:
    producer = LogProducer(librdkafka_security(made.settings), resend=True)
    for each in story(text):
        producer.send(TOUCHPOINTS, each.customer, encode(each))
    producer.flush(30)


def unlink(made: Company, *words: str) -> Answer:
    ours = {name.removeprefix("SOJOURN_"): text for name, text in made.variables.items() if name != "SOJOURN_HOME"}
    return sojourn("unlink", *words, home=made.home, stdin=b"", **ours)


def pages(made: Company, customer: str) -> int:
    """How many page views the id's committed journey remembers."""
    rows = changelog(made)[partition_of(customer.encode(), made.settings.partitions)]
    state = rows.get(b"s" + customer.encode())
    return Rules().codec.decode(state, body_of(rows).layouts).kinds.get("page_viewed", 0) if state else 0


def test_nothing_more_goes_there_after_the_command(server_folder: Path) -> None:
    """Mutants: sent into the partition of the other id; not signed for its partition; told as done although nothing is forwarded."""
    with company(server_folder / "unlinked", 2) as made:
        made.worker("--only", "journey")
        send(made, JOINED)
        until(lambda: pages(made, "b50") == 1, made.log)
        wrong = unlink(made, "b50", "c50")
        assert (wrong.code, "the touchpoints of b50 do not go to c50: they stay where they are" in wrong.err) == (2, True), wrong.err

        answer = unlink(made, "c50", "b50", "--why", "a wrong alias")
        assert (answer.code, "c50 goes to b50 no more: taken by partition" in answer.err) == (0, True), answer.err
        assert "what was handed over stays with b50" in answer.err
        told = [msgspec.json.decode(value or b"") for _, key, value, *_ in made.records(TRANSITIONS) if key == b"c50"]
        [unlinked] = [each for each in told if each["type"] == JourneysUnlinked.__struct_config__.tag]
        assert (unlinked["other"], unlinked["why"]) == ("b50", "a wrong alias")

        send(made, "9m web page_viewed /b page=/b customer=c50 id=later")
        until(lambda: pages(made, "c50") == 1, made.log)
        assert pages(made, "b50") == 1
        address = address_of(made.settings, "c50")
        assert address is not None
        assert address.to == ""
        assert unlink(made, "c50", "b50").code == 2
