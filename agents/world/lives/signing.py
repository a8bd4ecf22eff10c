"""Signing in: most visitors are unknown before it."""

from __future__ import annotations

from agents.world.incidents import touched
from agents.world.lives.walking import Visit


def sign_in(visit: Visit, *, at_checkout: bool) -> bool:
    """Sign in, if the site does not know the customer yet. Return whether they are in."""
    pen = visit.pen
    if pen.customer == pen.person.id:
        return True
    visit.view("/account/sign-in", "sign_in", usual=8)
    row = touched(pen.day, pen.hour(), "sign_in_hang")
    if row and pen.chooses(row.share):
        pen.wait(20, 70)
        pen.friction("stopped_here", place=visit.at_page, by=row.name)
        visit.leave()
        return False
    if not _gets_in(visit):
        visit.leave()
        return False
    before, pen.customer = pen.customer, pen.person.id
    pen.say("signed_in", anonymous=before, method="password" if pen.chooses(0.7) else "link", place=visit.at_page)
    pen.wait(1, 3)
    return True


def _gets_in(visit: Visit) -> bool:
    """Type the password. Some mistype it, some have forgotten it, some give up."""
    pen, drawn, known = visit.pen, visit.pen.chance.random(), visit.pen.person.id
    if drawn > 0.06:
        return True
    fails = 3 + int(drawn * 50) if drawn < 0.02 else 1
    origin = f"n-{pen.person.index % 40}"
    before, pen.customer = pen.customer, known  # the account's name is typed, so the sender knows whose account it is
    for number in range(fails):
        pen.say("sign_in_failed", reason="password", origin=origin, place=visit.at_page)
        if number == 2:
            pen.friction("sign_in_loop", place=visit.at_page)
        pen.wait(8, 25)
    if fails >= 3:
        pen.say("password_reset", done=False, origin=origin, place=visit.at_page)
        pen.wait(60, 200)
        if pen.chooses(0.7):
            pen.say("password_reset", done=True, origin=origin, place=visit.at_page)
            pen.wait(6, 12)
    pen.customer = before
    return fails < 3 or pen.chooses(0.6)
