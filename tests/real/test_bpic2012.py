"""Loan applications over web, post and telephone. More call-backs go with fewer cancellations here: a call alone is no friction."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pandas as pd
import pytest

from agents.tools.mapping.rehearsing import Rehearsal, rehearsed
from schemas.outputs.signals import FrictionOpened
from schemas.touchpoints import Touchpoint
from schemas.touchpoints.service import ContactClosed, ContactOpened
from tests.real.rehearsed import Played, played

pytestmark = pytest.mark.data

CALLED = ["W_Afhandelen leads", "W_Completeren aanvraag", "W_Nabellen offertes", "W_Nabellen incomplete dossiers"]
CALLED_BACK = ("W_Nabellen offertes", "W_Nabellen incomplete dossiers")


@pytest.fixture
def file(shared_folder: Path) -> Path:
    return shared_folder / "bpic2012" / "bpic2012_dev.csv.gz"


@pytest.fixture
def lender(file: Path) -> Played:
    return played("bpic2012", file)


@pytest.fixture
def log(file: Path) -> pd.DataFrame:
    return pd.read_csv(file)


def _frictions(rehearsal: Rehearsal) -> list[FrictionOpened]:
    return [each for each in rehearsal.replay.emissions if isinstance(each, FrictionOpened)]


def _calls(lender: Played, places: tuple[str, ...] = CALLED_BACK) -> list[Touchpoint]:
    return [each for each in lender.rehearsal.touchpoints if each.channel == "call" and each.place in places]


def test_every_row_is_accounted_for(lender: Played, log: pd.DataFrame) -> None:
    assert lender.account.rows == len(log) == 150_256
    assert not lender.account.refused
    assert not lender.account.repeated
    assert len(lender.rehearsal.replay.journeys) == log["case_id"].nunique() == 7_455


def test_an_application_is_one_journey_over_its_web_post_and_telephone(lender: Played, log: pd.DataFrame) -> None:
    """Submitted applications, sent offers and calls are those of the log; and so are the applications that touched all three."""
    kinds = lender.account.kinds
    activity, began = log["activity"], log["activity"].isin(CALLED) & (log["lifecycle"] == "START")
    assert kinds["contact_opened"] == began.sum() == 36_563
    assert kinds["message_sent"] == (activity == "O_SENT").sum() == 3_904
    assert kinds["subscription_started"] == (activity == "A_ACTIVATED").sum() == 1_336
    families = [activity == "A_SUBMITTED", activity == "O_SENT", began]
    everywhere = set.intersection(*(set(log.loc[one, "case_id"]) for one in families))
    journeys = lender.rehearsal.replay.journeys.values()
    assert sum({"web", "post", "call"} <= journey.channels.keys() for journey in journeys) == len(everywhere)


def test_the_funnel_is_that_of_the_log(lender: Played, log: pd.DataFrame) -> None:
    reached = log[log["activity"].isin(lender.declared.funnel)].groupby("activity")["case_id"].nunique()
    assert list(lender.rehearsal.reached) == [int(reached[step]) for step in lender.declared.funnel]
    assert list(lender.rehearsal.reached) == [7_455, 4_143, 2_886, 2_836, 1_856, 1_336]


def test_call_backs_alone_raise_no_friction(lender: Played) -> None:
    """The calls by themselves, and in the whole log: no friction cites nothing but calls.

    Catches the mutant `a contact is friction`: the same calls, had nobody promised them, do raise some.
    """
    calls = _calls(lender)
    assert len(calls) > 40_000
    assert _frictions(rehearsed(calls)) == []
    ids = {each.id for each in _calls(lender, tuple(CALLED))}
    assert not [each for each in _frictions(lender.rehearsal) if set(each.evidence) <= ids]
    unasked = [msgspec.structs.replace(each, follow_up_promised=False) for each in calls if isinstance(each, ContactOpened | ContactClosed)]
    assert {each.detector for each in _frictions(rehearsed(unasked))} == {"immediate_callback"}
