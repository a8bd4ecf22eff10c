"""Stories of customers who come less, go quiet or want less: a row each, as `tests/streams/detectors/test_declaring.py` reads them."""

# ruff: noqa: E501 - a row is a story, and reads best on one line

from __future__ import annotations

from collections.abc import Sequence

from streams.state.weeks import next_monday
from streams.story import START, offset

USED, SEEN, BOUGHT = "app feature_used feature=f", "web page_viewed page=/", "web order_placed order=o"
Told = tuple[str, bool, str, str, str | None]  # detector, whether it speaks, why, the story, until when
DAY = 86_400_000


def daily(days: int, kind: str = "web page_viewed page=/", since: int = 0) -> str:
    """The same once a day, from this day on."""
    return "".join(f"{since + day}d {kind}\n" for day in range(days))


def until(text: str) -> int:
    """That long after the story's start (ms UTC)."""
    return START + offset(text)


def weeks(counts: Sequence[int], kind: str = USED) -> str:
    """So many a week, three hours apart from Monday morning on. `#` becomes a number of its own."""
    return "".join(f"{168 * week + 3 * n}h {kind.replace('#', f'{week}-{n}')}\n" for week, count in enumerate(counts) for n in range(count))


def told(*parts: str) -> str:
    """Several stories as one, in the order of time."""
    return "\n".join(sorted((line for part in parts for line in part.splitlines() if line), key=lambda line: offset(line.split()[0])))


def through(week: int) -> str:
    """Until the Wednesday after so many weeks: that Monday was asked."""
    return f"{7 * week + 2}d"


def features(counts: Sequence[int]) -> str:
    """So many different features in each four weeks, which begin on the story's second Monday."""
    return "".join(f"{7 + 28 * four + n}d app feature_used feature=f{n}\n" for four, count in enumerate(counts) for n in range(count))


def seats(counts: Sequence[int]) -> str:
    """So many seats in use, a count a week."""
    return "".join(f"{7 * week + 1}d app seats_counted used={count}\n" for week, count in enumerate(counts))


def checkouts(placed: Sequence[bool], days: float = 2, since: float = 0) -> str:
    """A checkout every so many days, and the orders that some of them became."""
    times = [since + days * n for n in range(len(placed))]
    begun = [f"{at:.3f}d web checkout_started /pay cart=k{n}\n" for n, at in enumerate(times)]
    return "".join(line + (f"{times[n] + 0.01:.3f}d web order_placed order=o{n}\n" if placed[n] else "") for n, line in enumerate(begun))


VISITS = daily(10)
DAILY = daily(120)
KEPT, LOST = [True], [False]
ASKED = (next_monday("c1", until("48d")) - START) / DAY  # days from the story's start to a Monday's question
TRIAL = f"0 web trial_started trial=t ends={until('10d')}\n"
PAID = "0 web subscription_started subscription=a value=2000\n"

ROWS: tuple[Told, ...] = (
    ("quiet_month", False, "agreed pause", VISITS + f"10d web account_paused until={until('40d')}", "47.9d"),
    ("quiet_month", True, "after the agreed pause", VISITS + f"10d web account_paused until={until('40d')}", "48d"),
    ("quiet_month", False, "a pause with no end in sight", VISITS + "10d web account_paused", "200d"),
    ("quiet_month", True, "came back from the pause early", VISITS + f"10d web account_paused until={until('90d')}\n12d web page_viewed page=/", "30d"),
    ("dormant", True, "came back early from a pause with no end in sight", VISITS + "10d web account_paused\n12d web page_viewed page=/", "43d"),
    ("dormant", False, "a pause with no end in sight", VISITS + "10d web account_paused", "200d"),
    ("quiet_week", False, "6.9 days", VISITS, "15.9d"),
    ("quiet_week", True, "7 days", VISITS, "16d"),
    ("quiet_week", False, "nine acts", daily(9), "40d"),
    ("quiet_week", True, "on three days", daily(3) + daily(3) + daily(3) + "2d web page_viewed page=/a", "9d"),
    ("quiet_week", False, "on two days", daily(2) + daily(2) + daily(2) + daily(2) + daily(2) + daily(2), "40d"),
    ("quiet_week", False, "three days, but not of one week", "".join(f"{day}d web page_viewed page=/{view}\n" for day in (0, 9, 18) for view in range(4)), "60d"),
    ("quiet_week", False, "a weekly rhythm of purchases", daily(7, "web page_viewed page=/") + "".join(f"{7 * week}d store purchase_made receipt=r{week}\n" for week in range(12)), f"{77 + 8}d"),
    ("quiet_week", True, "longer than a weekly rhythm", daily(7, "web page_viewed page=/") + "".join(f"{7 * week}d store purchase_made receipt=r{week}\n" for week in range(12)), f"{77 + 11}d"),
    ("quiet_week", False, "we wrote, they looked", VISITS + "15d email message_opened message=m", "21.9d"),
    ("quiet_week", True, "we wrote", VISITS + "15d email message_sent message=m", "16d"),
    ("quiet_week", False, "agreed pause", VISITS + f"10d web account_paused until={until('40d')}", "46.9d"),
    ("quiet_week", False, "a pause with no end in sight", VISITS + "10d web account_paused", "200d"),
    ("quiet_week", True, "came back from the pause early", VISITS + f"10d web account_paused until={until('90d')}\n" + daily(4, since=11), "30d"),
    ("trial_ended_unconverted", False, "23 hours over", TRIAL, "10.9d"),
    ("trial_ended_unconverted", True, "a day over", TRIAL, "11d"),
    ("trial_ended_unconverted", True, "ended early", TRIAL + "2d web trial_ended trial=t", "3d"),
    ("trial_ended_unconverted", False, "prolonged", TRIAL + f"9d web trial_started trial=t ends={until('20d')}", "20d"),
    ("trial_ended_unconverted", False, "taken within the day", TRIAL + "10.5d web subscription_started subscription=a", "40d"),
    ("trial_ended_unconverted", False, "taken while it ran", TRIAL + "5d web subscription_started subscription=a\n10d web trial_ended trial=t", "40d"),
    ("trial_ended_unconverted", False, "taken before an end whose beginning we missed", PAID + "9d web trial_ended trial=t", "40d"),
    ("trial_ended_unconverted", True, "a plan of long ago, beginning missed", PAID + "91d web trial_ended trial=t", "140d"),
    ("trial_ended_unconverted", True, "a plan of before the trial", PAID + f"5d web trial_started trial=t ends={until('10d')}\n10d web trial_ended trial=t", "40d"),
    ("trial_ended_unconverted", True, "a plan of before the trial, ended early", PAID + f"5d web trial_started trial=t ends={until('20d')}\n8d web trial_ended trial=t", "9.5d"),
    ("trial_ended_unconverted", False, "told as converted", TRIAL + "10d web trial_ended trial=t converted=true", "40d"),
    ("trial_ended_unconverted", True, "another was converted", TRIAL + "10d web trial_ended trial=u converted=true", "40d"),
    ("trial_ended_unconverted", False, "told as converted, beginning missed", "10d web trial_ended trial=t converted=true", "40d"),
    ("trial_ended_unconverted", False, "a plan made larger", TRIAL + "9d web subscription_upgraded subscription=a", "40d"),
    ("trial_ended_unconverted", False, "a plan renewed", TRIAL + "9d web subscription_renewed subscription=a", "40d"),
    ("trial_ended_unconverted", False, "account deleted", TRIAL + "9d web account_deleted", "40d"),
    ("downgraded", True, "a smaller plan", PAID + "60d web subscription_downgraded subscription=a value=999", None),
    ("downgraded", False, "one that costs as much", PAID + "60d web subscription_downgraded subscription=a value=2000", None),
    ("downgraded", True, "former price unknown", "0 web subscription_started subscription=a\n60d web subscription_downgraded subscription=a value=999", None),
    ("downgraded", True, "price unknown", PAID + "60d web subscription_downgraded subscription=a", None),
    ("downgraded", True, "price before unknown", "0 web subscription_downgraded subscription=a value=2000", None),
    ("downgraded", True, "another currency", PAID + "1d web order_placed order=o1 value=9 currency=EUR\n60d web subscription_downgraded subscription=a value=2000 currency=JPY", None),
    ("core_use_fell", True, "40 % less", weeks([30] * 9 + [18, 18]), through(11)),
    ("core_use_fell", False, "a little less than 40 % less", weeks([30] * 9 + [18, 19]), through(11)),
    ("core_use_fell", False, "known for nine weeks", weeks([30] * 8 + [18, 18]), through(10)),
    ("core_use_fell", False, "few, and half of them: chance", weeks([4] * 9 + [2, 2]), through(11)),
    ("core_use_fell", False, "every other week, always so", weeks([0, 40] * 5 + [0, 20]), through(12)),
    ("core_use_fell", True, "of several, what is done most", told(weeks([30] * 9 + [18, 18]), weeks([1] * 11, SEEN)), through(11)),
    ("core_use_fell", False, "of several, what is done least", told(weeks([30] * 11, SEEN), weeks([20] * 9 + [5, 5])), through(11)),
    ("core_use_fell", False, "moved to the web", told(weeks([30] * 9 + [18, 18]), weeks([10] * 9 + [25, 25], SEEN)), through(11)),
    ("core_use_fell", False, "began on the web", told(weeks([30] * 9 + [18, 18]), weeks([0] * 9 + [2, 2], SEEN)), through(11)),
    ("core_use_fell", False, "nothing at all for a week", weeks([30] * 10), through(12)),
    ("core_use_fell", False, "agreed pause", told(weeks([30] * 9 + [18, 18]), "20d web account_paused"), through(11)),
    ("core_use_fell", False, "a pause that ended a month ago", told(weeks([30] * 16 + [18, 18]), f"20d web account_paused until={until('90d')}"), through(18)),
    ("core_use_fell", True, "a pause of long ago", told(weeks([30] * 16 + [18, 18]), f"20d web account_paused until={until('27d')}"), through(18)),
    ("core_use_fell", True, "only asks for help now", told(weeks([30] * 9 + [9]), "70d call contact_opened contact=h", "75d call contact_opened contact=i"), through(11)),
    ("all_use_fell", True, "half", weeks([10] * 9 + [5] * 4), through(13)),
    ("all_use_fell", False, "a little more than half", weeks([10] * 9 + [5, 5, 5, 6]), through(13)),
    ("all_use_fell", False, "known for eleven weeks", weeks([10] * 8 + [5] * 4), through(12)),
    ("all_use_fell", False, "few, and half of them: chance", weeks([2] * 9 + [1] * 4), through(13)),
    ("all_use_fell", True, "of all together", told(weeks([5] * 9 + [1] * 4), weeks([5] * 9 + [4] * 4, SEEN)), through(13)),
    ("all_use_fell", True, "by chance a little more of another", told(weeks([10] * 9 + [1] * 4), weeks([3] * 12 + [4], SEEN)), through(13)),
    ("all_use_fell", True, "only asks for help more", told(weeks([10] * 9 + [5] * 4), weeks([1] * 9 + [7] * 4, "call contact_opened contact=h#")), through(13)),
    ("all_use_fell", False, "of one alone", told(weeks([5] * 9 + [1] * 4), weeks([5] * 13, SEEN)), through(13)),
    ("all_use_fell", False, "moved to the app", told(weeks([20] * 9 + [2] * 4, SEEN), weeks([2] * 9 + [5] * 4)), through(13)),
    ("all_use_fell", False, "nothing at all", weeks([10] * 9), through(13)),
    ("all_use_fell", False, "agreed pause", told(weeks([10] * 9 + [5] * 4), "20d web account_paused"), through(13)),
    ("weekly_decline", True, "three falls", weeks([20] * 6 + [16, 12, 8]), through(9)),
    ("weekly_decline", False, "two falls", weeks([20] * 7 + [12, 8]), through(9)),
    ("weekly_decline", True, "10 %", weeks([30] * 6 + [20, 10, 9]), through(9)),
    ("weekly_decline", False, "less than 10 %", weeks([30] * 6 + [22, 11, 10]), through(9)),
    ("weekly_decline", False, "three small falls: chance", weeks([20] * 6 + [18, 16, 14]), through(9)),
    ("weekly_decline", False, "back from a peak", weeks([10] * 6 + [40, 30, 20, 10]), through(10)),
    ("weekly_decline", False, "three weeks to compare with", weeks([20] * 4 + [16, 12, 8]), through(7)),
    ("weekly_decline", True, "four weeks to compare with", weeks([20] * 5 + [16, 12, 8]), through(8)),
    ("weekly_decline", False, "nothing is not less than nothing", told(weeks([20] * 7), "66d call contact_opened contact=h"), through(10)),
    ("weekly_decline", False, "nothing at all", weeks([20] * 6 + [16, 12, 0]), through(9)),
    ("weekly_decline", False, "agreed pause", told(weeks([20] * 6 + [16, 12, 8]), "20d web account_paused"), through(9)),
    ("stopped_doing", True, "two weeks without", told(weeks([7] * 11, SEEN), weeks([1] * 9)), through(11)),
    ("stopped_doing", False, "a week without", told(weeks([7] * 10, SEEN), weeks([1] * 9)), through(10)),
    ("stopped_doing", True, "six weeks of eight", told(weeks([7] * 11, SEEN), weeks([1, 1, 1, 1, 0, 1, 0, 1, 1])), through(11)),
    ("stopped_doing", False, "five weeks of eight", told(weeks([7] * 11, SEEN), weeks([1, 1, 1, 0, 0, 1, 0, 1, 1])), through(11)),
    ("stopped_doing", True, "four weeks to go by", told(weeks([7] * 7, SEEN), weeks([1] * 5)), through(7)),
    ("stopped_doing", False, "three weeks to go by", told(weeks([7] * 6, SEEN), weeks([1] * 4)), through(6)),
    ("stopped_doing", False, "does it again, this very Monday", told(weeks([7] * 11, SEEN), weeks([1] * 9), f"{168 * 11 - 7.9:.1f}h {USED}"), through(11)),
    ("stopped_doing", False, "moved: browses all the more", told(weeks([7] * 9 + [20, 20], SEEN), weeks([1] * 9)), through(11)),
    ("stopped_doing", False, "does nothing at all", told(weeks([7] * 9, SEEN), weeks([1] * 9)), "150d"),
    ("stopped_doing", False, "asks for help no longer", told(weeks([7] * 11, SEEN), weeks([1] * 9, "call contact_opened contact=h#")), through(11)),
    ("stopped_doing", False, "agreed pause", told(weeks([7] * 11, SEEN), weeks([1] * 9), "40d web account_paused"), through(11)),
    ("stopped_doing", False, "once a habit, stopped before we knew", told(weeks([7] * 30, SEEN), weeks([1] * 3)), through(30)),
    ("breadth_lost", True, "three of five features", told(VISITS, features([5, 5, 3])), "93d"),
    ("breadth_lost", False, "four of five features", told(VISITS, features([5, 5, 4])), "93d"),
    ("breadth_lost", False, "two of four features", told(VISITS, features([4, 4, 2])), "93d"),
    ("breadth_lost", True, "less than on average", told(VISITS, features([7, 3, 3])), "93d"),
    ("breadth_lost", False, "no feature at all", told(VISITS, features([5, 5]), daily(90, SEEN)), "93d"),
    ("breadth_lost", False, "begun within the four weeks before", told(features([6, 2]), daily(60, SEEN, since=7)), "65d"),
    ("breadth_lost", True, "whole four weeks before", told(features([6, 2]), daily(65, SEEN)), "65d"),
    ("breadth_lost", True, "four weeks that are not remembered whole do not count", told(VISITS, features([20, 20, 9])), "93d"),
    ("breadth_lost", True, "less often, and as many: seats tell", told(VISITS, seats([10, 10, 6])), "30d"),
    ("breadth_lost", False, "seven of ten seats", told(VISITS, seats([10, 10, 7])), "30d"),
    ("breadth_lost", False, "one count before", told(VISITS, seats([10, 6])), "30d"),
    ("breadth_lost", False, "two of four seats", told(VISITS, seats([4, 4, 2])), "30d"),
    ("breadth_lost", False, "agreed pause", told(VISITS, seats([10, 10, 6]), "12d web account_paused"), "30d"),
    ("checkout_ratio_fell", True, "half as many", checkouts(KEPT * 16 + [True, False] * 4), "60d"),
    ("checkout_ratio_fell", False, "five of eight", checkouts(KEPT * 16 + KEPT * 5 + LOST * 3), "60d"),
    ("checkout_ratio_fell", False, "half as many, and one that may yet be placed", checkouts(KEPT * 16 + [True, False] * 4, since=ASKED - 46.5), f"{ASKED + 1:.2f}d"),
    ("checkout_ratio_fell", True, "half as many, a day after the last", checkouts(KEPT * 16 + [True, False] * 4, since=ASKED - 47.1), f"{ASKED + 1:.2f}d"),
    ("checkout_ratio_fell", True, "eight before", checkouts(KEPT * 8 + LOST * 8), "40d"),
    ("checkout_ratio_fell", False, "seven before", checkouts(KEPT * 7 + LOST * 8), "40d"),
    ("checkout_ratio_fell", False, "every other, and then every fourth: chance", checkouts([True, False] * 8 + [True, False, False, False] * 2), "60d"),
    ("checkout_ratio_fell", True, "every other, and then none", checkouts([True, False] * 8 + LOST * 8), "60d"),
    ("checkout_ratio_fell", False, "seven within 90 days", checkouts(KEPT * 16 + LOST * 8, days=14), "340d"),
    ("checkout_ratio_fell", False, "never an order", checkouts(LOST * 24), "60d"),
    ("checkout_ratio_fell", False, "agreed pause", told(checkouts(KEPT * 16 + LOST * 8), "40d web account_paused"), "60d"),
    ("downgraded", True, "refused a larger one", "0 web expansion_refused subscription=a reason=budget", None),
)  # fmt: skip
