"""Planted secrets go through a real worker, and are found in no topic, no Redis key, no page of metrics, no log, no story."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from redis import Redis

from agents.serving.view import PREFIX
from schemas.control.signing import SIGNATURE
from schemas.topics import INTERACTIONS, TOPICS, TOUCHPOINTS
from tests.agents.cli.terminal_session import sojourn
from tests.agents.company import Company, company, until
from tests.schemas.masking.planted import base64url, jwt

pytestmark = pytest.mark.kafka

ROLES = ("journey", "ingest", "serving", "insights")
SECRETS = (base64url(1, 24), jwt(3), "5f2c9a8b7d6e5f4a", "mia.unique@example.org", "4915112345678901", "MATRIXSECRET", "QUERYSECRET")
FORMS = ("/reset/{}", "/mail/{}/done", "/cart;jsessionid={}", "/pay?token={}", "/pay#{}")
CUSTOMERS = ("front", "direct")


def native(customer: str, now: int) -> list[str]:
    """Page views and clicks of a customer, with each secret in each form that hides it."""
    paths = [form.format(secret) for secret in SECRETS for form in FORMS[3 if secret.isupper() else 0 :]]
    made = []
    for number, path in enumerate(paths):
        common = {"id": f"{customer}-{number}", "customer": customer, "at": now + number * 1_000, "channel": "web", "place": path}
        made.append(common | {"kind": "page_viewed", "page": path, "came_from": path})
        made.append(common | {"kind": "clicked", "id": f"{customer}-c{number}", "target": path, "page": path})
    return [json.dumps(each) for each in made]


def segment(now: int) -> list[str]:
    """The same through an SDK: the address of the page, the referrer, and the name of a screen."""
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now / 1000))
    context = [
        {"page": {"url": f"https://shop.example/a/{secret}", "referrer": f"https://shop.example/b/{secret}"}} for secret in SECRETS[:5]
    ]
    pages: list[dict[str, object]] = [{"type": "page", "properties": {}, "context": each} for each in context]
    screens: list[dict[str, object]] = [{"type": "screen", "name": f"Reset {secret}"} for secret in SECRETS[:5]]
    calls = [*pages, *screens]
    return [json.dumps(call | {"messageId": f"s{number}", "userId": "front", "timestamp": at}) for number, call in enumerate(calls)]


def applied(made: Company) -> bool:
    """Whether the read model shows all of both customers."""
    with Redis.from_url(made.settings.redis_url) as redis:
        views = {name: json.loads(redis.get(PREFIX + name) or "{}") for name in CUSTOMERS}
    wanted = {"front": len(native("front", 0)) + len(segment(0)), "direct": len(native("direct", 0))}
    return {name: view.get("touchpoints") for name, view in views.items()} == wanted


def kept(made: Company) -> dict[str, bytes]:
    """All that is kept or shown anywhere, by where. What the senders wrote themselves is left out."""
    found = {}
    for topic in TOPICS:
        rows = made.records(topic.name) if topic.name != INTERACTIONS else []
        rows = [row for row in rows if topic.name != TOUCHPOINTS or row[1] != b"direct" or SIGNATURE in dict(row[3])]
        found[topic.name] = repr([(row[1], row[2], row[3]) for row in rows]).encode()
    with Redis.from_url(made.settings.redis_url) as redis:
        found["redis"] = repr([(key, redis.dump(key)) for key in redis.keys("*")]).encode()
        found["redis views"] = repr(redis.mget([key for key in redis.keys("*") if redis.type(key) == b"string"])).encode()
    found |= {f"{role} {page}": made.ask(role, page)[1] for role in ROLES for page in ("/metrics", "/readyz")}
    return found | {"log": made.log().encode()}


def test_no_secret_is_kept_or_shown_anywhere(server_folder: Path) -> None:
    """Mutants caught: `accept` without `mask`; a known customer's touchpoint passes as it came; `explain` shows it as it was sent."""
    with company(server_folder / "secrets", 2) as made:
        made.worker(HTTP_PORT="0", INSIGHTS_INTERVAL_MS="1000")
        until(lambda: made.ready(*ROLES), made.log)
        now = int(time.time() * 1000) - 600_000
        env = {name.removeprefix("SOJOURN_"): text for name, text in made.variables.items() if name != "SOJOURN_HOME"}
        for name, lines, words in (("front", native("front", now) + segment(now), ()), ("direct", native("direct", now), ("--direct",))):
            (made.home / f"{name}.jsonl").write_text("\n".join(lines) + "\n")
            said = sojourn("send", str(made.home / f"{name}.jsonl"), *words, home=made.home, stdin=b"", **env)
            assert said.code == 0, said.err
        until(lambda: applied(made), made.log)
        found = kept(made)
        for name in CUSTOMERS:
            for words in (("--all",), ("--every",), ("--json",)):
                found[f"explain {name} {words}"] = sojourn("explain", name, *words, home=made.home, stdin=b"", **env).out.encode()
        assert b"/reset/*" in found[TOUCHPOINTS]
        assert b"/reset/*" in found["explain direct ('--json',)"]
        assert all(b"journey_masked_total" in found[f"{role} /metrics"] for role in ("ingest", "journey"))
        assert not [(where, secret) for where, text in found.items() for secret in SECRETS if secret.encode() in text]
