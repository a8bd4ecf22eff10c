"""Accounts, programmes, trials, consent, business accounts: how customers join, change and leave."""

from __future__ import annotations

from agents.world.company import CURRENCY, DAY, HOUR, LANGUAGES, ZONES
from agents.world.pen import MINUTE, Pen


def introduce(pen: Pen) -> None:
    """Tell of a customer what the customer database knows: it is sent once, when they join or the world begins."""
    person = pen.person
    pen.take("", "crm", 1_000)
    reached = [*(["email"] if person.consent or person.index % 3 else []), *(["app", "push"] if person.system else [])]
    pen.say("profile_changed", zone=ZONES[person.home], language=LANGUAGES[person.home], reached_by=reached)
    pen.say("consent_changed", pen.now + 1_000, purpose="marketing", state="granted" if person.consent else "denied")
    if person.segment == "business":
        pen.say("main_contact_set", pen.now + 2_000, contact_person=f"u-{person.index}")
        pen.say("contract_ends", pen.now + 3_000, contract=f"n{person.index}", ends=pen.start + (30 + person.index % 300) * DAY,
                renews_itself=person.index % 2 == 0)  # fmt: skip


def join(pen: Pen) -> None:
    """Create an account, and get started with it, or not."""
    pen.now = pen.start + 9 * HOUR + int(9 * HOUR * pen.chance.random())
    introduce(pen)
    pen.take("web", "web", 400, 5_000)
    began = pen.now = pen.now + 5_000
    pen.say("account_created", account=f"q{pen.person.index}", plan="free", place="/account/join")
    pen.say("expectation_set", pen.now + 3 * MINUTE, dimension="delivery", expected=4, wanted=5, low=1, high=5, place="/account/join")
    if pen.chooses(0.2):
        pen.later("trial", began + DAY)
    if pen.chooses(0.8):
        at = began + int((0.01 + 4 * pen.chance.random()) * DAY)
        pen.say("milestone_reached", at, milestone="first_list", place="/account")
        pen.say("feature_used", at + 1_000, feature="lists", core=True, place="/account")
    else:
        pen.friction("onboarding_stalled", began + 7 * DAY, "/account/join")


def start_trial(pen: Pen) -> None:
    """Try the delivery pass for two weeks."""
    pen.take("web", "web", 400, 5_000)
    person, number, ends = pen.person, f"y{pen.person.index}", pen.now + 14 * DAY
    pen.say("trial_started", trial=number, ends=ends, plan="pass", place="/account")
    converts = pen.chooses(0.3 + 0.4 * person.satisfaction)
    pen.say("trial_ended", ends, trial=number, converted=converts, place="/account")
    if converts:
        pen.later("pass_begins", ends + MINUTE)


def begin_pass(pen: Pen) -> None:
    """Begin the delivery pass."""
    pen.take("web", "web", 400, 5_000)
    pen.person.plan = True
    pen.say(
        "subscription_started",
        subscription=f"a{pen.person.index}",
        plan="pass",
        value=999,
        currency=CURRENCY,
        period_days=28,
        place="/account",
    )


def change_something(pen: Pen) -> None:
    """Change something about the account: it happens to few on a day."""
    person, drawn = pen.person, pen.chance.random()
    pen.take("web", "web", 400, 5_000)
    if drawn < 0.25 and not person.loyal:
        person.loyal = True
        pen.say("loyalty_joined", programme="leaf", tier="green", place="/account")
    elif drawn < 0.45 and person.plan:
        larger = pen.chooses(person.satisfaction)
        kind, plan, value = ("subscription_upgraded", "pass-plus", 1_499) if larger else ("subscription_downgraded", "pass-lite", 599)
        pen.say(kind, subscription=f"a{person.index}", plan=plan, value=value, currency=CURRENCY, place="/account")
    elif drawn < 0.60:
        person.consent = pen.chooses(0.4)
        pen.say("consent_changed", purpose="marketing", state="granted" if person.consent else "withdrawn", place="/account")
    elif drawn < 0.70:
        person.paused_until = pen.day + 14
        pen.say("account_paused", until=pen.now + 14 * DAY, place="/account")
    elif drawn < 0.80 and person.system:
        pen.take("app", "app", 900, 5_000)
        pen.say("push_disabled", device=f"d{person.index}", place="settings")
    elif drawn < 0.90 and person.ids:
        pen.take("", "crm", 1_000)
        pen.say("identity_linked", other=person.ids[-1])
    else:
        pen.say("password_reset", done=True, origin=f"n-{person.index % 40}", place="/account")


def tend_business(pen: Pen) -> None:
    """Tell of a business account once a week: seats, meetings, people who change."""
    person = pen.person
    pen.now = pen.start + 9 * HOUR
    pen.take("", "account-desk", 60_000)
    used = max(1, int(20 * (0.3 + 0.6 * person.satisfaction) + 3 * pen.chance.random()))
    pen.say("seats_counted", used=used, bought=20)
    drawn = pen.chance.random()
    if drawn < 0.05:
        pen.say("quota_reached", pen.now + HOUR, quota="storage", used_percent=100)
    elif drawn < 0.15:
        kind = "review_meeting_held" if pen.chooses(0.3 + 0.6 * person.satisfaction) else "review_meeting_missed"
        pen.say(kind, pen.now + 2 * HOUR, meeting=pen.number("g"))
    elif drawn < 0.17:
        pen.say("champion_changed", pen.now + 3 * HOUR, left=True)
    elif drawn < 0.19:
        pen.say("expansion_refused", pen.now + 3 * HOUR, reason="budget")


def leave(pen: Pen) -> None:
    """Leave. Most just stay away; some say so."""
    person, drawn = pen.person, pen.chance.random()
    person.left = pen.day
    pen.now = pen.start + 9 * HOUR + int(10 * HOUR * pen.chance.random())
    pen.take("web", "web", 400, 5_000)
    person.how = "faded"
    if person.plan and drawn < 0.5:
        person.how = "cancelled"
        pen.say("subscription_cancelled", subscription=f"a{person.index}", reason="service", place="/account")
    elif drawn < 0.10:
        person.how = "deleted"
        pen.say("account_deleted", account=f"q{person.index}", place="/account")
        if pen.chooses(0.3):
            pen.say("erasure_requested", pen.now + HOUR, request=pen.number("x"), place="/account")
    elif drawn < 0.25 and person.system:
        person.how = "uninstalled"
        pen.take("app", "app", 900, 5_000)
        pen.say("app_uninstalled", app_version="7.4.0", device=f"d{person.index}", place="settings")
    elif drawn < 0.4 and person.loyal:
        person.how = "left_programme"
        pen.say("loyalty_left", programme="leaf", place="/account")
    person.plan = False
