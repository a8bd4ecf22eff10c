"""A music service's raw log: errors, help and the way down are recognised, and people's names stay where they are."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec
import pandas as pd
import pytest

from schemas.outputs.signals import ChurnSignalRaised
from tests.real.rehearsed import Played, played

pytestmark = pytest.mark.data


@pytest.fixture
def file(shared_folder: Path) -> Path:
    return shared_folder / "sparkify_log" / "events_2018-11.jsonl.gz"


@pytest.fixture
def music(file: Path) -> Played:
    return played("sparkify_log", file)


@pytest.fixture
def log(file: Path) -> pd.DataFrame:
    return pd.read_json(file, lines=True, dtype={"userId": str})


def test_error_help_and_the_way_down_are_recognised(music: Played, log: pd.DataFrame) -> None:
    pages = log["page"].value_counts()
    seen = Counter((each.__struct_config__.tag, each.place) for each in music.rehearsal.touchpoints)
    assert seen["request_failed", "Error"] == pages["Error"] == 9
    assert seen["content_viewed", "Help"] == pages["Help"] == 47
    assert seen["page_viewed", "Downgrade"] == pages["Downgrade"] == 60
    assert seen["subscription_downgraded", "Submit Downgrade"] == pages["Submit Downgrade"] == 1
    assert seen["subscription_upgraded", "Submit Upgrade"] == pages["Submit Upgrade"] == 8
    assert seen["feature_used", "NextSong"] == pages["NextSong"] == 6_820
    assert music.account.understood == len(log) == 8_056
    assert not music.account.repeated


def test_who_looks_at_the_way_down_raises_a_churn_signal(music: Played, log: pd.DataFrame) -> None:
    looked = set(log.loc[log["page"] == "Downgrade", "userId"])
    raised = {
        each.customer
        for each in music.rehearsal.replay.emissions
        if isinstance(each, ChurnSignalRaised) and each.detector == "cancel_intent"
    }
    assert raised == looked


def test_customers_are_accounts_and_signed_out_sessions(music: Played, log: pd.DataFrame) -> None:
    out = log["userId"] == ""
    expected = set(log.loc[~out, "userId"]) | {f"anon:{session}" for session in log.loc[out, "sessionId"]}
    assert music.account.customers == expected


def test_names_and_places_of_people_are_not_read(music: Played, log: pd.DataFrame) -> None:
    """No column with them is named, and no field of any touchpoint holds a family name or a town."""
    assert not {"firstName", "lastName", "gender", "location", "userAgent", "artist", "song"} & set(music.declared.columns)
    names = set(log["lastName"].dropna()) | set(log["location"].dropna())
    texts = {str(text) for each in music.rehearsal.touchpoints for text in msgspec.structs.asdict(each).values()}
    assert not names & texts
