"""Stories of customers who come less, go quiet or want less: a row each, as `tests/streams/test_detectors.py` reads them."""

# ruff: noqa: E501 - a row is a story, and reads best on one line

from __future__ import annotations

from streams.story import START, offset

Told = tuple[str, bool, str, str, str | None]  # detector, whether it speaks, why, the story, until when
DAY = 86_400_000


def daily(days: int, kind: str = "web page_viewed page=/", since: int = 0) -> str:
    """The same once a day, from this day on."""
    return "".join(f"{since + day}d {kind}\n" for day in range(days))


def until(text: str) -> int:
    """That long after the story's start (ms UTC)."""
    return START + offset(text)


VISITS = daily(10)
TRIAL = f"0 web trial_started trial=t ends={until('10d')}\n"
PAID = "0 web subscription_started subscription=a value=2000\n"

ROWS: tuple[Told, ...] = (
    ("quiet_month", False, "agreed pause", VISITS + f"10d web account_paused until={until('40d')}", "47.9d"),
    ("quiet_month", True, "after the agreed pause", VISITS + f"10d web account_paused until={until('40d')}", "48d"),
    ("quiet_month", False, "a pause with no end in sight", VISITS + "10d web account_paused", "200d"),
    ("quiet_month", True, "came back from the pause early", VISITS + f"10d web account_paused until={until('90d')}\n12d web page_viewed page=/", "30d"),
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
    ("trial_ended_unconverted", False, "told as converted", TRIAL + "10d web trial_ended trial=t converted=true", "40d"),
    ("trial_ended_unconverted", True, "another was converted", TRIAL + "10d web trial_ended trial=u converted=true", "40d"),
    ("trial_ended_unconverted", False, "told as converted, beginning missed", "10d web trial_ended trial=t converted=true", "40d"),
    ("trial_ended_unconverted", False, "a plan made larger", TRIAL + "9d web subscription_upgraded subscription=a", "40d"),
    ("trial_ended_unconverted", False, "a plan renewed", TRIAL + "9d web subscription_renewed subscription=a", "40d"),
    ("trial_ended_unconverted", False, "account deleted", TRIAL + "9d web account_deleted", "40d"),
    ("downgraded", True, "a smaller plan", PAID + "60d web subscription_downgraded subscription=a value=999", None),
    ("downgraded", False, "one that costs as much", PAID + "60d web subscription_downgraded subscription=a value=2000", None),
    ("downgraded", True, "price unknown", PAID + "60d web subscription_downgraded subscription=a", None),
    ("downgraded", True, "refused a larger one", "0 web expansion_refused subscription=a reason=budget", None),
)  # fmt: skip
