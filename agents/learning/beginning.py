"""Builds the learning role. It begins with the shipped prior weights, under the rules that were published last."""

from __future__ import annotations

from agents.learning.adopting import Adopting
from agents.learning.role import GROUP, Learning
from agents.learning.trials import Trials
from agents.learning.weights import shipped
from agents.published.blueprints import read_shelf
from agents.running.leader import Leader
from agents.settings import Settings
from schemas.topics import PROOFS
from streams.risk.labels import proved_within
from streams.rules import Rules
from streams.rules.in_force import UnknownRulesError


def learning(settings: Settings) -> Learning:
    """Return the role, not yet started."""
    defaults = Rules()

    def begin() -> Adopting:
        return adopting(in_force(settings, defaults), settings.learning_settling_ms)

    return Learning(settings, Leader(settings, GROUP, PROOFS), begin)


def adopting(rules: Rules, settling_ms: int) -> Adopting:
    """Return what learns the weights under these rules, from the shipped priors on. `settling_ms` is how long a proof waits first."""
    horizon = proved_within(rules).horizon_days
    return Adopting(Trials(shipped(), rules.blueprint.bias, horizon), horizon, settling_ms)


def in_force(settings: Settings, defaults: Rules) -> Rules:
    """Return the rules that were published last, or the defaults. Raises UnknownRulesError if they cannot be found or read."""
    shelf = read_shelf(settings)
    if (newest := shelf.newest) is None:
        return defaults
    try:
        return defaults.with_blueprint(shelf.blueprint(newest.version), newest.hash)
    except (LookupError, ValueError) as error:
        raise UnknownRulesError(str(error)) from error
