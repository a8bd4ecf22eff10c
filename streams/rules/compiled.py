"""Rules: a blueprint, validated, frozen and compiled for `decide`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from copy import copy

from msgspec.structs import replace

from schemas.models import NO_MODELS, Models
from schemas.touchpoints import KINDS
from schemas.touchpoints.base import Touchpoint
from streams.detectors import Closing, Detector, Limits, Opens
from streams.detectors.registry import registry
from streams.rules.audience.compiled import audiences, compiled
from streams.rules.bands import borders
from streams.rules.blueprint import Blueprint
from streams.rules.days_off import days_off
from streams.rules.risk_terms import weighted_terms
from streams.rules.stage_rows import Moves
from streams.state.codec import Codec
from streams.state.marks import Layout


class Rules:
    """What a worker judges by: which detectors each kind wakes, with which limits, and what offers there are.

    Lookups are by touchpoint type, so that a touchpoint nobody watches costs nothing. `fingerprint` rides on every output.
    """

    def __init__(
        self,
        blueprint: Blueprint | None = None,
        detectors: Iterable[Detector] | None = None,
        fingerprint: str = "",
        codec: Codec | None = None,
    ) -> None:
        self.blueprint = blueprint = (blueprint or Blueprint()).exact()
        self.fingerprint = fingerprint or blueprint.fingerprint()
        self.known = registry() if detectors is None else tuple(detectors)
        self.codec = codec or Codec(Layout(d.reads for d in self.known))  # of silenced ones too: no blueprint changes how states are stored
        self.layout = self.codec.layout
        self.detectors = {d.name: d for d in self.known if d.name not in blueprint.silent}
        self.limits: dict[str, Limits] = {d.name: {**d.limits, **blueprint.limits.get(d.name, {})} for d in self.detectors.values()}
        woken = self._by_kind((k, d) for d in self.detectors.values() for k in d.on)
        self.patterns = {kind: tuple((d, self.limits[d.name]) for d in found) for kind, found in woken.items()}
        self.weekly = tuple((self.detectors[name], self.limits[name]) for name in sorted(self.detectors) if self.detectors[name].weekly)
        self.openers = self._openers()
        self.pausers = self._by_kind((k, d) for d in self.detectors.values() for k in d.pauses)
        self.settles = self._closers(lambda d: bool(d.opened_by) and not d.pinned)
        self.resolves = self._closers(lambda d: d.risk is None)
        self.relieves = self._closers(lambda d: d.risk is not None)
        self.followers: dict[str, tuple[Detector, ...]] = {
            name: tuple(d for d in self.detectors.values() if name in d.frictions) for name in self.detectors
        }
        self._declared(blueprint)
        self._judge(NO_MODELS)

    def _judge(self, models: Models) -> None:
        """What the risk is weighed by: the published models, and what they leave to the blueprint."""
        blueprint, learnt = self.blueprint, models.weights
        self.models, self.features = models, weighted_terms(models)
        self.borders = borders(blueprint.bands, learnt.bias if learnt else blueprint.bias, blueprint.two_families)

    def _declared(self, blueprint: Blueprint) -> None:
        """What the company says of its stages, personas, offers, days off and people, whatever the detectors are."""
        self.moves, self.personas = Moves(blueprint.stages), compiled(blueprint.personas)
        self.offers = blueprint.offers
        self.audiences = audiences(blueprint.offers, self.personas)
        self.days_off = days_off(blueprint.days_off)
        ours = (*blueprint.bots, *blueprint.staff)
        self._ours = frozenset(name for name in ours if not name.endswith("*"))
        self._ours_begin = tuple(name[:-1] for name in ours if name.endswith("*"))
        self._lateness, self._late_by_default = blueprint.lateness_ms, blueprint.lateness_ms.get("", 0)

    def under(self, blueprint: Blueprint, fingerprint: str = "") -> Rules:
        """The same detectors judging by another blueprint; one that was published keeps the hash it was published under.

        >>> quiet = Rules().under(Blueprint(silent=("rage_click",)))
        >>> "rage_click" in quiet.detectors, quiet.codec.layout_id == Rules().codec.layout_id
        (False, True)
        """
        return Rules(blueprint, self.known, fingerprint, self.codec)

    def judging_by(self, models: Models) -> Rules:
        """The same rules with these models in force.

        >>> Rules().judging_by(Models(changes=1)).models.changes
        1
        """
        rules = copy(self)
        rules._judge(models)
        return rules

    def by_priors(self) -> Rules:
        """The same rules and cadence model, with every weight as shipped."""
        return self if self.models.weights is None else self.judging_by(replace(self.models, weights=None))

    def of_customers(self, touchpoint: Touchpoint) -> bool:
        """Whether this is a customer's touchpoint, and not a bot's or one of our own people's (declared in the blueprint)."""
        if not self._ours and not self._ours_begin:
            return True
        return not (self.ours(touchpoint.customer) or self.ours(touchpoint.source))

    def ours(self, name: str) -> bool:
        """Whether this is a bot, or one of our own people (declared in the blueprint).

        >>> rules = Rules(Blueprint(bots=("crawler-*",)))
        >>> rules.ours("crawler-7"), rules.ours("c7"), Rules().ours("crawler-7")
        (True, False, False)
        """
        return name in self._ours or name.startswith(self._ours_begin)

    def lateness_of(self, source: str) -> int:
        """How late (ms) touchpoints of this source may be before they count as late."""
        return self._lateness.get(source, self._late_by_default)

    @staticmethod
    def _by_kind(pairs: Iterable[tuple[type[Touchpoint], Detector]]) -> dict[type[Touchpoint], tuple[Detector, ...]]:
        """Detectors per kind; a detector that names `Touchpoint` itself watches every kind."""
        found: dict[type[Touchpoint], dict[str, Detector]] = defaultdict(dict)
        for declared, detector in pairs:
            for kind in KINDS if declared is Touchpoint else (declared,):
                found[kind][detector.name] = detector
        return {kind: tuple(found[kind].values()) for kind in found}

    def _openers(self) -> dict[type[Touchpoint], tuple[tuple[Detector, Opens, Limits], ...]]:
        """Who may begin to wait when a kind arrives, by which function: the kind's own, else the one for every kind."""
        by_kind = self._by_kind((k, d) for d in self.detectors.values() for k in d.opened_by)
        return {
            kind: tuple((d, d.opened_by.get(kind) or d.opened_by[Touchpoint], self.limits[d.name]) for d in found)
            for kind, found in by_kind.items()
        }

    def _closers(self, concerns: Callable[[Detector], bool]) -> dict[type[Touchpoint], tuple[tuple[Detector, Closing], ...]]:
        """What each kind ends: matters it settles, frictions it resolves, risk it relieves."""
        found: dict[type[Touchpoint], list[tuple[Detector, Closing]]] = defaultdict(list)
        for detector in filter(concerns, self.detectors.values()):
            for end in detector.closed_by:
                for kind in KINDS if end.kind is Touchpoint else (end.kind,):
                    found[kind].append((detector, end))
        return {kind: tuple(ends) for kind, ends in found.items()}
