"""The invented company: what it sells, where, and by which systems its events are sent."""

from __future__ import annotations

import random

START = "2025-01-06"  # a Monday; long past, so that no event of the world is ahead of anybody's clock
SEASON = 91  # days; the table of incidents repeats after so many

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000  # ms

CATEGORIES = ("garden", "kitchen", "pets", "books", "tools", "coffee")
PRODUCTS = 12  # in each category
ARTICLES = ("prune-roses", "sharpen-knives", "house-train-a-puppy", "better-coffee")
REGIONS = ("north", "east", "south", "west")
CARRIERS = {"north": "borealis", "east": "borealis", "south": "meridian", "west": "meridian"}
ZONES = ("Europe/Berlin", "Europe/Vienna", "Europe/Madrid")
LANGUAGES = ("de", "de", "es")
SHOPS = ("store-1", "store-2", "store-3", "store-4")
QUEUES = {"delivery": "orders", "return": "orders", "refund": "orders", "payment": "billing", "invoice": "billing", "cancel": "billing"}
SERVICE_LEVEL_MS = 20_000
CURRENCY = "EUR"
FAMILIES = ("basket_change", "service_recovery", "incentive")
REACTIONS = ("persuadable", "sure_thing", "lost_cause", "sleeping_dog")

# The share of a day's visits in each local hour, and the weight of each weekday, Monday first.
HOURS = (1, 0.4, 0.2, 0.2, 0.3, 0.8, 2, 3.5, 4.5, 5, 5.5, 6, 6.5, 6, 5, 5, 5.5, 6.5, 7.5, 8.5, 9, 8, 5, 2.5)
WEEKDAYS = (1.0, 0.95, 0.95, 1.0, 1.08, 1.2, 0.95)
_TOTAL = sum(HOURS)
_UP_TO = tuple(sum(HOURS[: hour + 1]) / _TOTAL for hour in range(24))


def moment(chance: random.Random) -> int:
    """Return a moment of the day at which people are about: ms since midnight UTC. Their clocks are an hour ahead of it.

    >>> 0 <= moment(random.Random(1)) < DAY
    True
    """
    drawn = chance.random()
    hour = next(hour for hour, up_to in enumerate(_UP_TO) if drawn < up_to or hour == 23)
    return ((hour - 1) % 24) * HOUR + int(chance.random() * HOUR)


def office_moment(chance: random.Random) -> int:
    """Return a moment between 8 and 18 o'clock UTC: people answer, and people call.

    >>> 8 * HOUR <= office_moment(random.Random(1)) < 18 * HOUR
    True
    """
    return int((8 + 10 * chance.random()) * HOUR)


def price_of(category: str, number: int) -> int:
    """Return a product's price in cents.

    >>> price_of("garden", 3) == price_of("garden", 3)
    True
    """
    return 500 + (CATEGORIES.index(category) * 37 + number * 613) % 60 * 100
