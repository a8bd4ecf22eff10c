"""The topic catalogue: one row a topic. Creation, checks and the page of topics are derived from these rows.

>>> topic("journey.offers.v1").readers
('marketing automation',)
>>> topic(topic("journey.touchpoints.v1").name).configs["message.timestamp.type"]
'LogAppendTime'
"""

from __future__ import annotations

from schemas.topic import Topic

# The names of the topics are written here and nowhere else.
INTERACTIONS = "interactions.v1"
TOUCHPOINTS = "journey.touchpoints.v1"
REJECTIONS = "journey.rejections.v1"
TRANSITIONS = "journey.transitions.v1"
FRICTIONS = "journey.frictions.v1"
RISKS = "journey.risks.v1"
PROOFS = "journey.proofs.v1"
DECISIONS = "journey.decisions.v1"
OFFERS = "journey.offers.v1"
BLUEPRINTS = "journey.blueprints.v1"
MODELS = "journey.models.v1"
INSIGHTS = "journey.insights.v1"
INGEST_CHANGELOG = "sojourn-ingest-progress-changelog"
JOURNEY_CHANGELOG = "sojourn-journey-journeys-changelog"

_TRANSITIONS = (
    "JourneysMerged", "JourneysUnlinked", "LinkRefused", "StageEntered", "PhaseEntered", "RungEntered", "MotiveInferred", "TierEntered",
    "PersonaEntered", "PersonaLeft", "GapMeasured", "SacrificeMeasured",
)  # fmt: skip
_INSIGHTS = (
    "PlaceMeasured", "ChannelMeasured", "TargetMissed", "MomentOfTruthRanked", "PathTaken", "SurgeRaised", "StepBlocked",
    "BaselineSettled", "TiersSettled", "MotiveFollowed", "PurchasesMeasured", "PurchasesUnpriced",
    "NamesCrowded",
)  # fmt: skip
TOPICS: tuple[Topic, ...] = (
    Topic(
        name=INTERACTIONS,
        records=("any accepted format",),
        key="any",
        writers=("producers",),
        readers=("ingest",),
        days=7,
        boundary=True,
        by_broker_time=True,
        why="read once; kept a week to look back at what was sent",
    ),
    Topic(
        name=TOUCHPOINTS,
        records=("Touchpoint", "Control"),
        key="customer",
        writers=("ingest", "journey", "clock", "insights", "learning", "operators", "producers"),
        readers=("journey",),
        days=400,
        boundary=True,
        by_broker_time=True,
        why="the log is the whole truth: replay and backtest need more than a year of it",
    ),
    Topic(
        name=REJECTIONS,
        records=("Rejection",),
        key="topic-partition-offset of the input",
        writers=("ingest", "journey"),
        readers=("operators",),
        days=7,
        boundary=True,
        why="original bytes of unknown content: kept short for privacy",
    ),
    Topic(
        name=TRANSITIONS,
        records=_TRANSITIONS,
        key="customer",
        writers=("journey",),
        readers=("subscribers",),
        days=90,
        as_many_as=TOUCHPOINTS,
        boundary=True,
    ),
    Topic(
        name=FRICTIONS,
        records=("FrictionOpened", "FrictionRepeated", "FrictionClosed", "SignalRetracted", "ReviewSuspected"),
        key="customer",
        writers=("journey",),
        readers=("subscribers",),
        days=90,
        as_many_as=TOUCHPOINTS,
        boundary=True,
    ),
    Topic(
        name=RISKS,
        records=("ChurnSignalRaised", "RiskChanged"),
        key="customer",
        writers=("journey",),
        readers=("subscribers",),
        days=90,
        as_many_as=TOUCHPOINTS,
        boundary=True,
    ),
    Topic(
        name=PROOFS,
        records=("RiskStated", "RiskProved"),
        key="customer",
        writers=("journey",),
        readers=("learning", "auditors"),
        days=400,
        as_many_as=TOUCHPOINTS,
        boundary=True,
        why="weights are learnt from it, over several horizons",
    ),
    Topic(
        name=DECISIONS,
        records=("DecisionMade", "OutcomeUnmatched"),
        key="customer",
        writers=("journey",),
        readers=("auditors",),
        days=400,
        as_many_as=TOUCHPOINTS,
        boundary=True,
        why="audits and the evaluation of other rules look back over more than a year",
    ),
    Topic(
        name=OFFERS,
        records=("OfferMade", "OfferWithdrawn"),
        key="customer",
        writers=("journey",),
        readers=("marketing automation",),
        days=90,
        as_many_as=TOUCHPOINTS,
        boundary=True,
    ),
    Topic(
        name=BLUEPRINTS,
        records=("Blueprint", "RulesPublished"),
        key="hash of the blueprint, or its version",
        boundary=True,
        writers=("operators",),
        readers=("journey", "serving", "insights"),
    ),
    Topic(
        name=MODELS,
        records=("ModelPublished",),
        key="name and version of the model",
        boundary=True,
        writers=("learning", "operators"),
        readers=("learning", "operators"),
    ),
    Topic(
        name=INSIGHTS,
        key="what it is about",
        boundary=True,
        records=_INSIGHTS,
        writers=("insights",),
        readers=("insights", "console", "subscribers"),
    ),
    Topic(
        name=INGEST_CHANGELOG,
        records=("partition record",),
        key="partition record",
        writers=("ingest",),
        readers=("ingest",),
        as_many_as=INTERACTIONS,
    ),
    Topic(
        name=JOURNEY_CHANGELOG,
        records=("Journey", "partition record"),
        key="customer, or the partition record",
        writers=("journey",),
        readers=("journey", "insights", "learning"),
        as_many_as=TOUCHPOINTS,
    ),
)

_BY_NAME = {row.name: row for row in TOPICS}


def topic(name: str) -> Topic:
    """Return the catalogue's row of this name. A KeyError names the topics that there are."""
    if name not in _BY_NAME:
        raise KeyError(f"no topic {name!r} in the catalogue; there are {', '.join(_BY_NAME)}")
    return _BY_NAME[name]
