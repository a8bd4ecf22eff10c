"""What stands as code on the pages works: scripts are run, files are read by the program that they are for, events end as it is said."""

from __future__ import annotations

import gzip
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from agents.tools.mapping.reading import mapping_in
from agents.tools.operating.tally import tally
from schemas.inputs import read
from schemas.outputs.decisions import DecisionMade
from schemas.outputs.offers import OfferMade
from schemas.reading import Read
from streams.blueprints.reading import blueprint_from
from streams.replay import Replay
from tests.agents.cli.terminal_session import Answer, sojourn
from tests.conftest import REPOSITORY
from tests.docs.test_commands import lines
from tests.docs.written import DOCS, WRITTEN, blocks, name

BLUEPRINT, MAPPING, MONEY, EVALUATION, START = (
    DOCS / page
    for page in ("how-to/write-a-blueprint.md", "how-to/map-a-file.md", "how-to/read-money.md", "how-to/evaluate-the-risk.md", "start.md")
)
INVENTED = DOCS / "how-to" / "try-an-invented-company.md"
NAMING = DOCS / "how-to" / "name-your-events.md"
RECIPES = {f"docs/how-to/{page}.md" for page in ("add-a-friction-detector", "add-a-churn-signal", "add-an-input-format")}  # test_recipes

CONSUMER = "docs/how-to/send-the-offers.md"  # tests/agents/kafka/test_offers_consumer.py


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "deploy").symlink_to(REPOSITORY / "deploy")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typed(line: str, folder: Path) -> Answer:
    """Run a line as a person types it, with what it is told to write into a file."""
    command, _, file = line.partition(" > ")
    answer = sojourn(*shlex.split(command)[1:], home=folder)
    if file:
        Path(file).write_text(answer.out)
    return answer


def offline(page: Path) -> list[str]:
    """The page's commands that need no broker."""
    return [
        line
        for line in lines(page)
        if re.match(r"sojourn (settings|blueprint (show|check|diff)|rehearse)\b|sojourn send .*--dry-run", line)
    ]


def test_no_block_of_code_escapes() -> None:
    """Mutant: a page with a script, a file or events that no test below runs. (Shell lines are `test_commands`'.)"""
    pages = {language: {name(page) for page in WRITTEN if blocks(page, language)} for language in ("python", "toml", "csv", "sh", "text")}
    assert pages["python"] == RECIPES | {name(BLUEPRINT), CONSUMER}
    assert pages["toml"] == {name(BLUEPRINT), name(MAPPING), name(MONEY), name(EVALUATION), name(NAMING)}
    assert pages["csv"] == {name(MAPPING), name(MONEY)}
    assert pages["sh"] == {name(START), name(INVENTED)}
    assert pages["text"] == {name(BLUEPRINT), name(START)}
    assert {block.language for page in WRITTEN for block in blocks(page)} == {"", *pages}


def test_a_blueprint_is_written_checked_and_tried_as_the_page_says(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Mutants: an offer that the check refuses, or that another one beats; a script with an import that is gone."""
    show, check, diff = offline(BLUEPRINT)
    assert typed(show, folder).code == 0
    with Path("acme.toml").open("a") as file:
        file.write("\n" + blocks(BLUEPRINT, "toml")[0].text)
    assert typed(check, folder).code == 0
    assert "offers.thank_you_box" in typed(diff, folder).out
    script = blocks(BLUEPRINT, "python")[0].text
    exec(compile(script, name(BLUEPRINT), "exec"), {})  # the page's own script
    assert capsys.readouterr().out == blocks(BLUEPRINT, "text")[0].text == "offered thank_you_box\n"
    assert blueprint_from(Path("acme.toml").read_text()).offers[-1].name == "thank_you_box"


def test_event_names_are_given_a_meaning_as_the_page_says(folder: Path) -> None:
    """Mutants: a row that the check refuses; a name that a dry run does not read."""
    Path("acme.toml").write_text(blocks(NAMING, "toml")[0].text)
    properties = '{"contract_no":"k1","fee":"12,50","currency":"EUR","paid":true}'
    call = '{"type":"track","event":"planPicked","messageId":"m1","userId":"c7","timestamp":"2026-03-02T09:00:00Z","properties":%s}'
    Path("events.jsonl").write_text(call % properties)
    checked, rehearsed = (typed(line, folder) for line in offline(NAMING))
    assert (checked.code, rehearsed.code) == (0, 0), rehearsed.err
    assert "1  subscription_started" in rehearsed.out


def test_a_file_is_mapped_and_rehearsed_as_the_page_says(folder: Path) -> None:
    """Mutants: a key of the mapping renamed; a row of the example that nobody understands."""
    Path("shop.csv").write_text(blocks(MAPPING, "csv")[0].text)
    Path("shop.toml").write_text(blocks(MAPPING, "toml")[0].text)
    tried, rehearsed = (typed(line, folder) for line in offline(MAPPING))
    assert (tried.code, rehearsed.code) == (0, 0)
    assert "4 rows   understood 3   left out 1   not understood 0" in tried.out
    assert "cart_updated -> order_placed" in rehearsed.out


def test_a_german_till_is_read_as_the_page_says(folder: Path) -> None:
    """Mutants: a decimal comma that is not read; an amount that is replaced without a word."""
    Path("till.csv").write_text(blocks(MONEY, "csv")[0].text)
    Path("till.toml").write_text(blocks(MONEY, "toml")[0].text)
    [dry_run] = offline(MONEY)
    answer = typed(dry_run, folder)
    assert answer.code == 1
    assert "3 rows   understood 3   left out 0   not understood 0" in answer.out
    assert "1  amount not read, and unknown now: value" in answer.out
    assert "line 4: unread_amount: value: 'auf Rechnung' is no number" in answer.out


def test_rates_are_written_as_the_page_says() -> None:
    """Mutant: a key of the blueprint renamed."""
    assert blueprint_from(blocks(MONEY, "toml")[1].text).rates == {"USD": 0.92, "JPY": 0.0061}


def test_an_evaluation_is_declared_as_the_page_says(folder: Path) -> None:
    """Mutant: a key of `[evaluation]` renamed."""
    (folder / "shop.toml").write_text(blocks(MAPPING, "toml")[0].text + "\n" + blocks(EVALUATION, "toml")[0].text)
    assert mapping_in(folder / "shop.toml").evaluation is not None


def test_the_first_events_lead_to_the_first_offer(folder: Path) -> None:
    """Mutants: events that are rejected; a default offer that no longer answers a declined payment; another line of totals."""
    subprocess.run(["bash", "-euc", blocks(START, "sh")[0].text], cwd=folder, check=True)
    found = [read(line, logged_at=4_000_000_000_000) for line in (folder / "events.jsonl").read_bytes().splitlines()]
    emissions = Replay().run([each.touchpoint for each in found if isinstance(each, Read)]).emissions
    assert len(found) == 2
    assert [(made.offer, made.channel) for made in emissions if isinstance(made, OfferMade)] == [("payment_help", "web")]
    [decision] = [made for made in emissions if isinstance(made, DecisionMade)]
    assert {lost.reason for lost in decision.candidates if lost.offer == "delivery_apology"} == {"not_applicable"}
    assert blocks(START, "text")[0].text == f"sent {tally(2, {'forwarded': 2}, {'applied': 2}, {}, {}).words()}\n"


def test_the_invented_company_is_made_and_rehearsed(folder: Path) -> None:
    """The page's own commands, over fewer days and customers. Mutant: events that a rehearsal does not read."""
    make, rehearse = lines(INVENTED)[:2]
    made, shown = typed(f"{make} --days 3 --customers 40", folder), typed(rehearse, folder)
    assert (made.code, shown.code) == (0, 0), made.err + shown.err
    assert "not understood 0" in shown.out
    assert (folder / "truth.jsonl").stat().st_size > 0


def test_commands_that_need_no_broker_run(folder: Path) -> None:
    """Every one of them on all pages; those of two pages with their files are above. Mutant: a command that begins to want a broker."""
    (folder / "shop.csv.gz").write_bytes(gzip.compress(blocks(MAPPING, "csv")[0].text.encode()))
    (folder / "shop.toml").write_text(blocks(MAPPING, "toml")[0].text)
    rest = {line for page in WRITTEN if page not in (BLUEPRINT, MAPPING, MONEY, NAMING, INVENTED) for line in offline(page)}
    answers = {line: typed(line, folder) for line in sorted(rest)}
    assert len(answers) == 3
    assert {line: answer.err for line, answer in answers.items() if answer.code} == {}
    assert "SOJOURN_BROKERS" in answers["sojourn settings"].out
