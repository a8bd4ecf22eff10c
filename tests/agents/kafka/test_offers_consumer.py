"""The consumer of docs/how-to/send-the-offers.md, run as it stands there, against a real broker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from agents.kafka.producer import LogProducer
from agents.kafka.reader import LogReader
from agents.settings import Settings
from agents.settings.security import librdkafka_security
from schemas.outputs.offers import OfferMade, OfferWithdrawn
from schemas.topics import INTERACTIONS, OFFERS
from tests.docs.written import DOCS, blocks

pytestmark = pytest.mark.kafka
EXAMPLE = json.loads(OfferMade.examples[0])
WITHDRAWN = json.loads(OfferWithdrawn.examples[0])


def offer(id: str, hours: float) -> dict[str, object]:
    """Return an offer that ends so many hours from now."""
    ends = datetime.now(UTC) + timedelta(hours=hours)
    return {**EXAMPLE, "id": id, "valid_until": ends.isoformat(timespec="milliseconds").replace("+00:00", "Z")}


def test_the_consumer_of_the_contract_sends_what_is_valid_once_and_reports_it(settings: Settings) -> None:
    """Two copies, one that has ended, one withdrawn, one to send.

    Mutants caught, in the page: the withdrawal not read; `valid_until` not looked at; the report without the offer's id.
    """
    producer = LogProducer(librdkafka_security(settings), resend=False)
    records = [offer("good", 5), offer("good", 5), offer("ended", -1), offer("gone", 5), {**WITHDRAWN, "made": "gone"}]
    for record in records:
        producer.send(OFFERS, "c7", json.dumps(record).encode())
    producer.flush(30)
    [program] = [block.text for block in blocks(DOCS / "how-to" / "send-the-offers.md", "python")]
    environment = {**os.environ, "BROKERS": settings.brokers, "WAIT": "15"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.splitlines() == [f"send c7 {EXAMPLE['channel']} {EXAMPLE['text']}"]
    with LogReader(settings, INTERACTIONS, beginning=True) as reader:
        reports = [json.loads(message.value() or b"{}") for message in reader.until_end()]
    assert [(r["kind"], r["offer"]) for r in reports if r.get("source") == "mailer"] == [("offer_delivered", "good")]
