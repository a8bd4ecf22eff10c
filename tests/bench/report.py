"""The figures of one run, what they must reach, and how they are shown."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from rich.table import Table

from agents.running.build import BUILD
from streams.engine.size_limit import SIZE_LIMIT
from tests.bench.core.age import Age
from tests.bench.core.costs import Core
from tests.bench.core.scoring import Scoring
from tests.bench.drains.jobs import Speed
from tests.bench.edges.figures import Edges
from tests.bench.live.rates import Latency
from tests.bench.live.rates import missed as missed_live
from tests.bench.live.sampled import Sampled
from tests.bench.start import Start
from tests.bench.start import in_words as start_in_words
from tests.bench.start import missed as missed_at_start

ROWS = (
    ("stock Faust: bare job", "at least once", "stock"),
    ("Sojourn's carrier: bare job", "exactly once", "bare"),
    ("Sojourn: the whole job", "exactly once", "whole"),
    ("plain librdkafka loop: bare job", "at least once", "plain"),
)
TIMES_STOCK, SHARE_OF_PLAIN = 40.0, 0.35
SHARE_OF_BARE = {"pure": 0.125, "compiled": 0.2}[BUILD]  # the whole job's events/s, of the bare job's
SCORING_US = 1.5  # processor time that weighing a customer's risk may add to an event
AGED = 1.1  # what a touchpoint of an old journey may cost, of a young one's


@dataclass(slots=True)
class Figures:
    """Events a second of each job, the runs behind each median, processor time an event, and the latency."""

    events: int
    event_bytes: int
    stock: float = 0.0
    bare: float = 0.0
    whole: float = 0.0
    plain: float = 0.0
    runs: dict[str, list[float]] = field(default_factory=dict)
    cpu_us: dict[str, float] = field(default_factory=dict)

    def note(self, job: str, speed: Speed, rates: list[float]) -> None:
        """This job was measured."""
        setattr(self, job, speed.rate)
        self.runs[job], self.cpu_us[job] = rates, speed.cpu_us

    latency: list[Latency] = field(default_factory=list)
    real: Sampled | None = None
    age: Age | None = None
    core: Core | None = None
    scoring: Scoring | None = None
    start: Start | None = None
    edges: Edges | None = None

    def missed(self) -> list[str]:
        """The bounds that this run did not reach, in words."""
        bounds = (
            (self.bare >= TIMES_STOCK * self.stock, f"bare job {self.bare / self.stock:.1f}x stock Faust, must be {TIMES_STOCK:.0f}x"),
            (self.bare >= SHARE_OF_PLAIN * self.plain, f"bare job {self.bare / self.plain:.2f} of plain, must be {SHARE_OF_PLAIN}"),
            (
                self.whole >= SHARE_OF_BARE * self.bare,
                f"whole job {self.whole / self.bare:.3f} of the bare one, {BUILD}, must be {SHARE_OF_BARE}",
            ),
            *self._bounds_of_age(),
            *self._bound_of_scoring(),
        )
        rest = (self.core.missed() if self.core else []) + (missed_at_start(self.start) if self.start else [])
        return [said for kept, said in bounds if not kept] + missed_live(self.latency) + rest + self._missed_at_edges()

    def _bounds_of_age(self) -> tuple[tuple[bool, str], ...]:
        if (age := self.age) is None:
            return ()
        return (
            (age.ratio <= AGED, f"an old journey's touchpoint costs {age.ratio:.2f} of a young one's, at most {AGED}"),
            (age.old_bytes <= SIZE_LIMIT, f"an old journey takes {age.old_bytes:,} bytes, at most {SIZE_LIMIT:,}"),
        )

    def _bound_of_scoring(self) -> tuple[tuple[bool, str], ...]:
        if (scoring := self.scoring) is None:
            return ()
        return ((scoring.scoring_us <= SCORING_US, f"scoring adds {scoring.scoring_us:.2f} us to an event, at most {SCORING_US}"),)

    def line(self) -> dict[str, object]:
        """As JSON."""
        return {**asdict(self), "missed": self.missed()}

    def table(self) -> Table:
        """As people read it."""
        title = f"{self.events:,} events of {self.event_bytes} bytes, one topic, 4 partitions, one process and the broker"
        table = Table(title=title)
        for column in ("job", "delivery", "events/s", "x stock", "of plain", "CPU us/event"):
            table.add_column(column, justify="left" if column in ("job", "delivery") else "right")
        for name, delivery, job in ROWS:
            rate = getattr(self, job)
            table.add_row(name, delivery, f"{rate:,.0f}", f"{rate / self.stock:.1f}", f"{rate / self.plain:.2f}", f"{self.cpu_us[job]:.1f}")
        return table

    def age_in_words(self) -> str:
        """One customer's life, in a line."""
        if (age := self.age) is None:
            return ""
        return (
            f"one customer, all kinds: {age.young_us:.1f} us a touchpoint after 1,000 to 5,000 of them, {age.old_us:.1f} us after "
            f"{age.touchpoints:,} (ratio {age.ratio:.2f}, bound {AGED}); {age.old_bytes:,} bytes (bound {SIZE_LIMIT:,})"
        )

    def scoring_in_words(self) -> str:
        """What scoring adds, in a line."""
        if (scoring := self.scoring) is None:
            return ""
        return (
            f"scoring adds {scoring.scoring_us:.2f} us to an event (standard error {scoring.error_us:.2f}, bound {SCORING_US}), of the "
            f"{scoring.job_us:.1f} us of the whole job; {scoring.events:,} events, a cadence model in force"
        )

    def start_in_words(self) -> str:
        """How long a start takes, in a line."""
        return start_in_words(self.start) if self.start else ""

    def edges_in_words(self) -> tuple[str, ...]:
        """What lies around the core, a line each."""
        return self.edges.in_words() if self.edges else ()

    def _missed_at_edges(self) -> list[str]:
        return self.edges.missed() if self.edges else []
