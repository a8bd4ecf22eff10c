"""A help desk: customers who ask again, and tickets that were opened again, are those of a direct count."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from schemas.outputs.signals import FrictionOpened, FrictionRepeated
from tests.real.rehearsed import Played, played

pytestmark = pytest.mark.data

OVER = ["Resolve ticket", "Closed"]
BOOKKEEPING = ["RESOLVED", "VERIFIED", "DUPLICATE", "INVALID"]
WEEK = pd.Timedelta(days=7)


@pytest.fixture
def file(shared_folder: Path) -> Path:
    return shared_folder / "helpdesk" / "helpdesk.csv.gz"


@pytest.fixture
def desk(file: Path) -> Played:
    return played("helpdesk", file)


@pytest.fixture
def steps(file: Path) -> pd.DataFrame:
    """Every step in the order of time, with the step before it in its ticket: a ticket is a `case:concept:name`."""
    names = {"case:concept:name": "ticket", "concept:name": "step", "time:timestamp": "at"}
    found = pd.read_csv(file).rename(columns=names)
    found = found.assign(at=pd.to_datetime(found["at"], utc=True)).sort_values("at", kind="stable")
    return found.assign(before=found.groupby("ticket")["step"].shift())


@pytest.fixture
def reopened(steps: pd.DataFrame) -> pd.DataFrame:
    """A reopening: the step before had ended the ticket, and this one neither ends it again nor keeps the books."""
    return steps[steps["before"].isin(OVER) & ~steps["step"].isin(OVER + BOOKKEEPING)]


def test_every_row_is_accounted_for(desk: Played, steps: pd.DataFrame) -> None:
    assert desk.account.rows == len(steps) == 21_348
    assert not desk.account.refused
    assert not desk.account.repeated


def test_tickets_and_reopenings_are_those_of_a_direct_count(desk: Played, steps: pd.DataFrame, reopened: pd.DataFrame) -> None:
    opened = [each for each in desk.rehearsal.touchpoints if each.place == "opened"]
    again = [each for each in desk.rehearsal.touchpoints if each.place == "reopened"]
    assert len(opened) == steps["ticket"].nunique() == 4_580
    assert len(again) == len(reopened) == 161
    assert {each.customer for each in again} == set(reopened["customer"])


def test_repeat_contacts_are_those_of_a_direct_count(desk: Played, steps: pd.DataFrame, reopened: pd.DataFrame) -> None:
    """A contact (a ticket opened or opened again) with another ticket of the same customer for the same product within the 7 days before.

    Each is claimed once: a friction point, or one more of a friction point that is still open.
    """
    contacts = pd.concat([steps[steps["before"].isna()], reopened]).sort_index(kind="stable").sort_values("at", kind="stable")
    counted = 0
    for _, mine in contacts.groupby(["customer", "product"]):
        for place, (at, ticket) in enumerate(zip(mine["at"], mine["ticket"], strict=True)):
            earlier = mine.iloc[:place]
            counted += bool(((at - earlier["at"] <= WEEK) & (earlier["ticket"] != ticket)).any())
    found = desk.rehearsal.found
    assert found.opened["repeat_contact"] + found.repeated["repeat_contact"] == counted == 1_221
    claims = [each for each in desk.rehearsal.replay.emissions if isinstance(each, FrictionOpened | FrictionRepeated)]
    assert len({each.caused_by for each in claims if each.detector == "repeat_contact"}) == counted
