"""Letters to customers: the weekly newsletter, a campaign's code, a loyalty letter to everybody."""

from __future__ import annotations

from agents.world.incidents import rows_on
from agents.world.pen import DAY, HOUR, MINUTE, Pen


def letters(pen: Pen) -> None:
    """Send today's letters to this customer."""
    person, rows = pen.person, rows_on(pen.day)
    if "letter" in rows:
        _letter(pen, "loyalty", promotional=False)
    if person.consent and ("coupon" in rows or pen.day % 7 == 1) and person.index % 10:
        _letter(pen, "spring" if "coupon" in rows else "newsletter", promotional=True)


def _letter(pen: Pen, campaign: str, *, promotional: bool) -> None:
    message, chance = pen.number("n"), pen.chance
    pen.take("email", "mailer", 3_000, 60_000)
    pen.now = pen.start + 6 * HOUR + int(HOUR * chance.random())
    about = {"message": message, "campaign": campaign, "place": campaign}
    pen.say("message_sent", promotional=promotional, **about)
    if chance.random() < 0.004:
        pen.say("message_bounced", pen.now + 20_000, hard=chance.random() < 0.5, **about)
        return
    pen.say("message_delivered", pen.now + 30_000, **about)
    if chance.random() > 0.2 + 0.3 * pen.person.satisfaction:
        return
    opened = pen.now + int((0.1 + 20 * chance.random() ** 2) * HOUR)
    pen.say("message_opened", opened, by_machine=chance.random() < 0.15, **about)
    drawn = chance.random()
    if drawn < 0.22:
        pen.say("message_clicked", opened + MINUTE, target="shop-now", **about)
    elif drawn < 0.24 * (1.4 - pen.person.satisfaction) and promotional:
        pen.person.consent = False
        pen.say("unsubscribed", opened + MINUTE, list="newsletter", message=message, campaign=campaign, place=campaign)
    elif drawn > 0.9985:
        pen.say("marked_as_spam", opened + MINUTE, message=message, campaign=campaign, place=campaign)


__all__ = ["DAY", "letters"]
