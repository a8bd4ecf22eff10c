"""Rules: a blueprint, validated, frozen and compiled for `decide`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from copy import copy
from typing import Any

from msgspec.structs import replace

from schemas.control.models import NO_MODELS, Models
from schemas.conventions import NO_CONVENTIONS
from schemas.durations import DAY
from schemas.masking import masker_of
from schemas.touchpoints import KINDS, kind_of
from schemas.touchpoints.base import Touchpoint
from streams.detectors import Closing, Detector, Limits, Opens
from streams.detectors.registry import registry
from streams.rules.audience.compiled import compile_audiences, compile_personas
from streams.rules.bands import borders
from streams.rules.blueprint import Blueprint
from streams.rules.catalogue import catalogue_of
from streams.rules.days_off import days_off
from streams.rules.exchange import Exchange
from streams.rules.offer_rows import goals_of
from streams.rules.risk_terms import ALONE, KNOWN, USUAL, Basis, usable, weighted
from streams.rules.stage_rows import Moves
from streams.state import Journey
from streams.state.codec import Codec
from streams.state.marks import Layout


class Rules:
    """Everything that a worker needs for a decision: detectors with their limits, offers, stages, terms of the risk.

    Lookups are by type of touchpoint, so a kind that no detector reads costs nothing. Every output carries the `fingerprint`.
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
        self.all_detectors = registry() if detectors is None else tuple(detectors)
        # The layout includes silenced detectors, so that no blueprint changes how states are stored.
        self.codec = codec or Codec(Layout(d.reads for d in self.all_detectors))
        self.layout = self.codec.layout
        self.detectors = {d.name: d for d in self.all_detectors if d.name not in blueprint.silent}
        self.limits: dict[str, Limits] = {d.name: {**d.limits, **blueprint.limits.get(d.name, {})} for d in self.detectors.values()}
        self.patterns, self.movers = self._asked(moves=False), self._asked(moves=True)
        self.weekly = tuple((self.detectors[name], self.limits[name]) for name in sorted(self.detectors) if self.detectors[name].weekly)
        self.openers = self._openers()
        self.pausers = self._by_kind((k, d) for d in self.detectors.values() for k in d.pauses)
        self.deadline_closers = self._closers(lambda d: bool(d.opened_by or d.moves) and not d.pinned)
        self.friction_closers = self._closers(lambda d: d.risk is None)
        self.churn_closers = self._closers(lambda d: d.risk is not None)
        self.followers = {name: tuple(d for d in self.detectors.values() if name in d.frictions) for name in self.detectors}
        self._compile_blueprint(blueprint)
        self.plans: dict[type[Touchpoint], Any] = {}  # kind -> its plan (streams.planning), found when the first one comes
        self.horizon_days = blueprint.horizon_days
        self._set_models(NO_MODELS)

    def _set_models(self, models: Models) -> None:
        """Set the weights of the risk: from the published models, and from the blueprint where they say nothing.

        A learnt bias of customers without a known rhythm holds for its own horizon only. Of the others the model knows any horizon.
        """
        blueprint, learnt = self.blueprint, usable(models.weights)
        self.models, self.learnt = models, learnt.weights if learnt else {}
        bias = learnt.bias if learnt and learnt.horizon_days == self.horizon_days else blueprint.bias
        off = learnt.known_bias if learnt and learnt.known_bias is not None else USUAL
        self.alone, self.known = (
            Basis(borders(blueprint.bands, each, blueprint.two_families), weighted(features, learnt))
            for each, features in ((bias, ALONE), (off, KNOWN))
        )
        self.has_features = bool(self.alone.features or (self.known.features and models.cadence))

    def _compile_blueprint(self, blueprint: Blueprint) -> None:
        """Compile what does not depend on the detectors: conventions, stages, personas, offers, days off, bots, staff, lateness."""
        self.moves, self.personas = Moves(blueprint.stages), compile_personas(blueprint.personas)
        self.offers, conventions = blueprint.offers, blueprint.conventions
        self.conventions = NO_CONVENTIONS if conventions == NO_CONVENTIONS else conventions  # one object for all: it is known at a glance
        masker_of(self.conventions)  # it raises ValueError for patterns that an older program let pass
        self.offer_rows = {offer.name: offer for offer in blueprint.offers}
        self._answered = frozenset(name for offer in blueprint.offers for name in offer.resolves)
        self.goals = goals_of(blueprint.offers)
        self.goal_kinds = frozenset(kind for kind in KINDS if kind_of(kind) in self.goals)
        self.audiences = compile_audiences(blueprint.offers, self.personas)
        self.catalogue = catalogue_of(blueprint, self.audiences)
        self.days_off, self.exchange = days_off(blueprint.days_off), Exchange(blueprint.currency, blueprint.rates)
        ours = (*blueprint.bots, *blueprint.staff)
        self._ours = frozenset(name for name in ours if not name.endswith("*"))
        self._ours_begin = tuple(name[:-1] for name in ours if name.endswith("*"))
        self.names_ours = bool(ours)
        self.forget_after_ms = round(blueprint.forget_anonymous_days * DAY)  # of silence; 0: never
        self._lateness, self._late_by_default = blueprint.lateness_ms, blueprint.lateness_ms.get("", 0)

    def with_blueprint(self, blueprint: Blueprint, fingerprint: str = "") -> Rules:
        """Return rules with the same detectors and another blueprint. A published blueprint keeps the hash under which it was published.

        >>> quiet = Rules().with_blueprint(Blueprint(silent=("rage_click",)))
        >>> "rage_click" in quiet.detectors, quiet.codec.layout_id == Rules().codec.layout_id
        (False, True)
        """
        return Rules(blueprint, self.all_detectors, fingerprint, self.codec)

    def with_models(self, models: Models) -> Rules:
        """Return the same rules with these models in force.

        >>> Rules().with_models(Models(changes=1)).models.changes
        1
        """
        rules = copy(self)
        rules._set_models(models)
        return rules

    def within(self, days: float) -> Rules:
        """Return the same rules and models for the risk of leaving within so many days."""
        if days == self.horizon_days:
            return self
        rules = copy(self)
        rules.horizon_days = days
        rules._set_models(self.models)
        return rules

    def knows(self, journey: Journey) -> bool:
        """Return whether the cadence model in force knows the rhythm of this customer: they have bought."""
        return self.models.cadence is not None and journey.cadence.count > 0

    def basis_of(self, journey: Journey) -> Basis:
        """Return what the signals of this customer are added to: where the rhythm is known, the model's own chance."""
        return self.known if self.models.cadence is not None and journey.cadence.count else self.alone

    def with_priors(self) -> Rules:
        """Return the same rules and cadence model, with the prior of every weight."""
        return self if self.models.weights is None else self.with_models(replace(self.models, weights=None))

    def is_from_customer(self, touchpoint: Touchpoint) -> bool:
        """Return whether the touchpoint is a customer's. The blueprint declares bots and our own people."""
        return not (self.is_ours(touchpoint.customer) or self.is_ours(touchpoint.source))

    def is_ours(self, name: str) -> bool:
        """Return whether this is the id or source of a bot or of our own people (declared in the blueprint).

        >>> rules = Rules(Blueprint(bots=("crawler-*",)))
        >>> rules.is_ours("crawler-7"), rules.is_ours("c7"), Rules().is_ours("crawler-7")
        (True, False, False)
        """
        return name in self._ours or name.startswith(self._ours_begin)

    def is_answered(self, detector: str) -> bool:
        """Return whether some offer is an answer to the frictions of this detector.

        >>> Rules().is_answered("payment_failed"), Rules().is_answered("rage_click")
        (True, False)
        """
        return detector in self._answered or "*" in self._answered

    def allowed_lateness(self, source: str) -> int:
        """Return how late (ms) touchpoints of this source may arrive before they count as late."""
        return self._lateness.get(source, self._late_by_default)

    @staticmethod
    def _by_kind(pairs: Iterable[tuple[type[Touchpoint], Detector]]) -> dict[type[Touchpoint], tuple[Detector, ...]]:
        """Return the detectors per kind. A detector that names `Touchpoint` itself gets every kind."""
        found: dict[type[Touchpoint], dict[str, Detector]] = defaultdict(dict)
        for declared, detector in pairs:
            for kind in KINDS if declared is Touchpoint else (declared,):
                found[kind][detector.name] = detector
        return {kind: tuple(found[kind].values()) for kind in found}

    def _asked(self, *, moves: bool) -> dict[type[Touchpoint], tuple[tuple[Detector, Limits], ...]]:
        """Return per kind the detectors that are asked about it, with their limits: at once, or when the customer has moved by it."""
        by_kind = self._by_kind((k, d) for d in self.detectors.values() if d.moves == moves for k in d.on)
        return {kind: tuple((d, self.limits[d.name]) for d in found) for kind, found in by_kind.items()}

    def _openers(self) -> dict[type[Touchpoint], tuple[tuple[Detector, Opens, Limits], ...]]:
        """Return per kind the detectors that may open a deadline, with the function that does.

        It is the detector's function for this kind, else its function for every kind.
        """
        by_kind = self._by_kind((k, d) for d in self.detectors.values() for k in d.opened_by)
        return {
            kind: tuple((d, d.opened_by.get(kind) or d.opened_by[Touchpoint], self.limits[d.name]) for d in found)
            for kind, found in by_kind.items()
        }

    def _closers(self, concerns: Callable[[Detector], bool]) -> dict[type[Touchpoint], tuple[tuple[Detector, Closing], ...]]:
        """Return per kind what it ends, of the detectors for which `concerns` holds."""
        found: dict[type[Touchpoint], list[tuple[Detector, Closing]]] = defaultdict(list)
        for detector in filter(concerns, self.detectors.values()):
            for end in detector.closed_by:
                for kind in KINDS if end.kind is Touchpoint else (end.kind,):
                    found[kind].append((detector, end))
        return {kind: tuple(ends) for kind, ends in found.items()}
