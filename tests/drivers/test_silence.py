"""Time alone: a customer says nothing more, and crosses watch, high and critical at moments that can be foretold, once each.

The moments are worked out here from the published formulas, by bisection of their own, not by the code under test.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from math import log
from pathlib import Path

import msgspec
import pytest

from agents.carrier.record import journey_key
from agents.kafka.producer import LogProducer
from agents.kafka.signing import signer
from agents.settings.security import librdkafka_security
from schemas.control import Broadcast, HistoryEnded, ModelPublished
from schemas.control.models import CadenceModel
from schemas.outputs.signals import RiskChanged
from schemas.topics import TOUCHPOINTS
from schemas.touchpoints import Touchpoint
from schemas.writing import encode, from_rfc3339
from streams.replay import Replay
from streams.state import codec
from streams.story import START, story
from tests.agents.company import Company, company, until
from tests.drivers.cases import BACK, DAY
from tests.drivers.on_kafka import body_of, changelog, published

R, ALPHA, A, B = 1.5, 10.0, 0.8, 8.0
MODEL = ModelPublished(
    name="cadence", version=1,
    cadence=CadenceModel(family="mbg_nbd", parameters=(R, ALPHA, A, B), customers=900, purchases=9000, log_likelihood=-3e4),
)  # fmt: skip
WEEKS, LEFT_LIST, HORIZON = 8, 49, 60  # eight weekly purchases, the last on day 49; then they leave our lists
WEIGHT, HALF_LIFE = 0.8, 60  # of `unsubscribed`, as shipped: the second family that makes more than `watch` of a silence
BANDS = (("watch", 0.25), ("high", 0.5), ("critical", 0.75))
BEGAN = START - BACK


def touchpoints() -> list[Touchpoint]:
    lines = [f"{7 * week}d store purchase_made till receipt=r{week} customer=c1" for week in range(WEEKS)]
    told = story("\n".join([*lines, f"{LEFT_LIST}d email unsubscribed - campaign=spring customer=c1"]))
    return [msgspec.structs.replace(each, at=each.at - BACK) for each in told]


def log_odds(at: float) -> float:
    """By the formulas: MBG/NBD's P(no purchase in 60 days), and the list they left."""
    x, t_x, age = WEEKS - 1, 7.0 * (WEEKS - 1), at / DAY - BEGAN // DAY
    gone = A / (B + x) * ((ALPHA + age) / (ALPHA + t_x)) ** (R + x)
    none = 1 - 1 / (1 + gone) * (1 - ((ALPHA + age) / (ALPHA + age + HORIZON)) ** (R + x))
    silence = min(log(none / (1 - none)), 8.0)
    faded = WEIGHT * 0.5 ** ((at - BEGAN - LEFT_LIST * DAY) / (HALF_LIFE * DAY))
    return float(silence + faded)


def foretold() -> list[tuple[str, float]]:
    """Each band and the moment (ms UTC) it begins."""
    found = []
    for band, border in BANDS:
        low, high = float(BEGAN + LEFT_LIST * DAY), float(BEGAN + 400 * DAY)
        while high - low > 1:
            middle = (low + high) / 2
            low, high = (low, middle) if log_odds(middle) >= log(border / (1 - border)) else (middle, high)
        found.append((band, high))
    return found


RISES = [  # each band, by time alone; the list that they left weighs most at first, then the silence
    ("watch", "wake", "unsubscribed"), ("high", "wake", "cadence"), ("critical", "wake", "cadence"),
]  # fmt: skip


def at_the_end(changes: list[RiskChanged]) -> list[RiskChanged]:
    """Those after the last purchase. Before it a customer of few purchases is watched between any two of them."""
    return [each for each in changes if from_rfc3339(each.at) > BEGAN + LEFT_LIST * DAY]


def rises(changes: list[RiskChanged]) -> list[tuple[str, str, str]]:
    return [(change.band, change.caused_by, change.contributions[0].signal) for change in changes]


def seconds_off(changes: list[RiskChanged]) -> float:
    """How far from the moments foretold, at most."""
    return max(abs(from_rfc3339(change.at) - moment) for change, (_, moment) in zip(changes, foretold(), strict=True)) / 1_000


def test_a_silent_customer_crosses_every_band_at_its_moment_and_once() -> None:
    """Mutants: the crossing looked for downwards only; the look ahead taken for a crossing; a look that ends after a week."""
    replay = Replay()
    replay.apply(MODEL)
    replay.run(touchpoints(), BEGAN + 300 * DAY)
    changes = at_the_end([each for each in replay.emissions if isinstance(each, RiskChanged)])
    assert rises(changes) == RISES
    assert seconds_off(changes) <= 1


def test_a_purchase_in_between_takes_the_customer_back_to_calm_at_once() -> None:
    replay = Replay()
    replay.apply(MODEL)
    (_, watch), (_, high), _ = foretold()
    back = story("0 store purchase_made till receipt=again customer=c1")[0]
    replay.run([*touchpoints(), msgspec.structs.replace(back, id="back", at=round((watch + high) / 2))])
    changes = at_the_end([each for each in replay.emissions if isinstance(each, RiskChanged)])
    assert [(each.left, each.band) for each in changes] == [("calm", "watch"), ("watch", "calm")]
    assert changes[-1].caused_by == "back"


@pytest.fixture
def killed(server_folder: Path) -> Iterator[Company]:
    """Return a company whose worker was killed between two crossings, and came back."""
    (_, watch), (_, high), (_, critical) = foretold()
    with company(server_folder / "silence", 1) as made:
        _send(made, [MODEL, *touchpoints(), HistoryEnded(until=round((watch + high) / 2))])
        _passed(made, round((watch + high) / 2))
        os.kill(made.facts("journey")["pid"], signal.SIGKILL)
        _send(made, [HistoryEnded(until=round(critical) + 30 * DAY)])
        _passed(made, round(critical) + 30 * DAY)
        made.end()
        yield made


def _passed(made: Company, moment: int) -> None:
    made.worker("--only", "journey", MODE="events", COMMIT_INTERVAL_MS="50")
    until(lambda: body_of(changelog(made)[0]).event_time >= moment and _rested(made, moment), made.log)


def _rested(made: Company, moment: int) -> bool:
    """Whether nobody waits for a moment that has passed."""
    return not any(0 < codec.stored_next_wake(state) <= moment for key, state in changelog(made)[0].items() if journey_key(key))


def _send(made: Company, events: list[Broadcast | Touchpoint]) -> None:
    signs, producer = signer(made.settings), LogProducer(librdkafka_security(made.settings), resend=False)
    for event in events:
        if isinstance(event, Touchpoint):
            producer.send(TOUCHPOINTS, event.customer, encode(event), partition=0)
        else:
            word = msgspec.json.encode(event)
            producer.send(TOUCHPOINTS, b"control", word, signs.sign(0, word), 0)
    producer.flush(30)


@pytest.mark.kafka
def test_once_each_also_when_the_worker_is_killed_between_two_crossings(killed: Company) -> None:
    """Mutant: the wake left out of the state's header, so that nobody queues it after the recovery."""
    told = [msgspec.json.decode(value, type=RiskChanged) for _, _, _, value in published(killed) if b'"risk_changed"' in value]
    changes = at_the_end(sorted(told, key=lambda change: change.at))
    assert rises(changes) == RISES
    assert seconds_off(changes) <= 1
