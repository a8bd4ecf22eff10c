"""CDNOW through the stream: 39 weeks to learn from, 39 in which who comes again. The published trap stands beside our score."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from agents.tools.evaluating.chapters import Chapter
from agents.tools.evaluating.evaluation import evaluated
from agents.tools.evaluating.history import history_of
from agents.tools.evaluating.naive import TRAP
from agents.tools.mapping.declared import Horizons
from agents.tools.mapping.reading import mapping_in
from tests.real.rehearsed import MAPPINGS

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def chapter(shared_folder: Path) -> Chapter:
    declared = mapping_in(MAPPINGS / "cdnow.toml")
    history, account = history_of(declared, str(shared_folder / "cdnow" / "cdnow_sample_2357.csv"), int(time.time() * 1000))
    assert (account.rows, account.refused.total()) == (6_919, 0)
    assert isinstance(declared.evaluation, Horizons)
    [made] = evaluated(history, declared.evaluation)
    return made


def test_the_score_orders_all_customers_and_the_trap_orders_backwards(chapter: Chapter) -> None:
    """2,357 customers. P(alive) of BG/NBD as published: .316, for those who bought once are its surest customers."""
    rows = {row.name: row.figures for row in chapter.comparison.rows}
    assert (rows["ours"].examples, rows["ours"].left) == (2_357, 1_673)
    assert rows["ours"].auc >= 0.772
    assert rows["ours"].slope is not None
    assert 0.8 <= rows["ours"].slope <= 1.25
    assert rows[TRAP].auc == pytest.approx(0.316, abs=0.005)


def test_nobody_who_bought_once_is_surely_alive(chapter: Chapter) -> None:
    """1,411 of them, of whom four in five never come back within the 39 weeks: each has a risk well above that of one who is."""
    once = [
        risk for risk, seldom in zip(chapter.answers.ours, chapter.answers.naive["minus the number of visits"], strict=True) if seldom >= -1
    ]
    assert len(once) >= 1_411
    assert min(once) > 0.15


def test_the_model_alone_means_what_it_says_and_ranks_below_a_rule_of_thumb(chapter: Chapter) -> None:
    """So what a rule knows was learnt, before the cut: no horizon of 39 weeks had passed, and risks are proved within 60 days.

    Mutant caught: `proved_within` that leaves a long horizon as it is; nothing is learnt then."""
    rows = {row.name: row.figures for row in chapter.comparison.rows}
    alone, rule = rows["ours, by shipped priors"], rows["days since the latest visit"]
    assert alone.slope == pytest.approx(1.0, abs=0.05)
    assert alone.auc < rule.auc < rows["ours"].auc
    assert any("adopted on 1997-0" in line for line in chapter.reached)
    assert any(line.startswith("AUC +0.0") and line.endswith("not beyond doubt") for line in chapter.remarks)
