"""`sojourn insights`: what was published, the newest under each id, as tables, data or a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from agents.kafka.producer import LogProducer
from agents.settings.security import librdkafka_security
from schemas.outputs.insights import Insight, MomentOfTruthRanked
from schemas.topics import INSIGHTS
from tests.agents.cli.conftest import Cluster
from tests.agents.tools.reports.overview.town import town

pytestmark = pytest.mark.kafka


@pytest.fixture(scope="module")
def published(cluster: Cluster) -> Sequence[Insight]:
    """Insights of a town, each published twice, the first time out of date; one was withdrawn."""
    assert "nothing was published yet" in cluster.sojourn("insights").err
    insights = town(300)
    producer = LogProducer(librdkafka_security(cluster.settings), resend=False)
    for insight in insights:
        producer.send(INSIGHTS, insight.id, b'{"type":"baseline_settled","id":"old","detector":"x","version":1,"keys":0,"count":0}')
    for insight in insights:
        producer.send(INSIGHTS, insight.id, msgspec.json.encode(insight))
    producer.send(INSIGHTS, insights[-1].id, None)
    producer.flush(30)
    return insights[:-1]


def test_data_is_the_newest_of_each(cluster: Cluster, published: Sequence[Insight]) -> None:
    documents = cluster.sojourn("insights", "--json").documents()
    assert sorted(each["id"] for each in documents) == sorted(each.id for each in published)
    assert not [each for each in documents if each["id"] == "old"]


def test_people_get_tables(cluster: Cluster, published: Sequence[Insight]) -> None:
    answer = cluster.sojourn("insights", "--weeks", "2", "--top", "5")
    assert answer.code == 0, answer
    for words in (
        "Do this first",
        "Measures by place",
        "Missed targets",
        "Moments of truth",
        "Paths",
        "/checkout",
        "payment failed",
        "friction_rate",
    ):
        assert words in answer.out
    assert any(isinstance(each, MomentOfTruthRanked) for each in published)


def test_a_page_is_written(cluster: Cluster, published: Sequence[Insight], tmp_path: Path) -> None:
    answer = cluster.sojourn("insights", "--html", str(tmp_path / "overview.html"))
    assert answer.code == 0, answer
    assert 'id="picture-heat"' in (tmp_path / "overview.html").read_text()
    assert cluster.sojourn("insights", "--html", str(tmp_path / "nowhere" / "overview.html")).code == 2
