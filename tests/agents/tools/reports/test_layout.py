"""A browser lays the pages out on a telephone and on a wide screen: nothing is cut off, and names do not lie on each other."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from agents.tools.demo.findings import Findings
from agents.tools.demo.grocer.page import page as report
from agents.tools.demo.grocer.sent import summed
from agents.tools.demo.measured import Measured
from agents.tools.demo.story import Story
from agents.tools.evaluating.evaluation import evaluated
from agents.tools.evaluating.history import of_lines
from agents.tools.evaluating.page import page as of_scores
from agents.tools.mapping.declared import Horizons
from agents.tools.reports.overview.gathering import overview
from agents.tools.reports.overview.page import page
from schemas.outputs.insights import PathTaken, PlaceMeasured
from streams.replay import Replay
from streams.rules import Rules
from streams.rules.blueprint import Blueprint
from streams.totals import all_insights
from tests.agents.tools.evaluating.shop import CUT, history, purchases
from tests.agents.tools.reports.overview.broken import BEGUN, DAY, WEEKS, planted
from tests.agents.tools.reports.overview.town import town

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MEASURE = """
<iframe id=page style="border:0;width:{width}px;height:9000px" srcdoc="{page}"></iframe><script>
onload = () => {{
  const found = document.getElementById("page").contentDocument, cut = [], over = [];
  for (const each of found.querySelectorAll("section, figure, dd, .name, .value, h2, h3, p"))
    if (each.scrollWidth > each.clientWidth + 1) cut.push(each.className + " " + each.textContent.slice(0, 60));
  for (const group of found.querySelectorAll(".ends, .along, .up, .ways ol")) {{
    const boxes = [...group.children].map(each => each.getBoundingClientRect()).filter(each => each.width);
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach(b => {{
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
        over.push(group.className + " " + group.textContent.slice(0, 60));
    }}));
  }}
  for (const row of found.querySelectorAll(".heat tr")) if (row.clientHeight > 130) cut.push(row.textContent);
  const wide = found.documentElement.scrollWidth, drawn = found.querySelectorAll("figure svg, figure .track, figure td").length;
  document.body.innerHTML = "<pre></pre>";
  document.querySelector("pre").textContent = JSON.stringify({{wide, cut, over, drawn}});
}};
</script>
"""


FOCUS = """
<iframe id=page style="border:0;width:1200px;height:9000px" srcdoc="{page}"></iframe><script>
onload = () => {{
  const found = document.getElementById("page").contentDocument, figure = found.querySelector("figure:has(.keys)");
  const marks = [...figure.querySelectorAll(".mark")], name = each => [...each.classList].find(one => /^s[0-9]/.test(one));
  const opacity = each => found.defaultView.getComputedStyle(each).opacity, before = marks.map(opacity);
  const key = figure.querySelectorAll(".keys li")[1];
  key.focus();
  const reached = [...key.classList].find(one => /^k[0-9]/.test(one)).replace("k", "s");
  const after = marks.map(each => [name(each), opacity(each)]), own = marks.filter(each => name(each) == reached).length;
  document.body.innerHTML = "<pre></pre>";
  document.querySelector("pre").textContent = JSON.stringify({{before, after, reached, own}});
}};
</script>
"""


def of_the_town() -> str:
    """The page of the town, whose busiest place has a long name."""
    long = "/checkout-of-the-shop-for-tents-and-outdoor-equipment"
    told = [
        replace(each, place=long) if isinstance(each, PlaceMeasured) and each.place == "/checkout"
        else replace(each, end=long) if isinstance(each, PathTaken) and each.end == "/checkout"
        else each
        for each in town(300)
    ]  # fmt: skip
    return page(overview(told))


def of_the_broken_button() -> str:
    """The page of eleven weeks, in one of which a button breaks."""
    rules = Rules(Blueprint(holdout=0.0))
    replay = Replay(rules).run(planted().touchpoints(), BEGUN + 7 * WEEKS * DAY)
    return page(overview(all_insights(replay.partition.aggregates.rows, rules.blueprint)))


def of_stores() -> str:
    """The report of a year in which signals name their stores."""
    found, sent = Findings(), summed(of_lines([]))
    for number in range(20 * 53):
        store, day = f"store-number-{number % 20}", (date(2017, 1, 2) + timedelta(weeks=number // 20)).isoformat()
        sent.visits[store, day] = 20
        found.placed[store, day] = number % 7
    return report(found, sent, found.figures(0), Measured(sent=1), Story("c1", []))


def run(made: str, folder: Path) -> dict[str, Any]:
    """What the script of this page has found in a browser."""
    file = folder / "measure.html"
    file.write_text(made)
    shown = subprocess.run(
        [str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}/browser",
         "--window-size=1600,1200", "--virtual-time-budget=8000", "--dump-dom", file.as_uri()],
        capture_output=True, text=True, timeout=240, check=True,
    ).stdout  # fmt: skip
    (told,) = re.findall(r"<pre>(.*?)</pre>", shown, re.DOTALL)
    found = json.loads(unescape(told))
    assert isinstance(found, dict)
    return found


if BROWSER is not None:  # a machine that has only Python and make has none, and a skip would be no news there

    @pytest.mark.parametrize("width", [390, 1440])
    @pytest.mark.parametrize("shown", [of_the_town, of_the_broken_button, of_stores], ids=["town", "button", "stores"])
    def test_nothing_is_cut_off_or_lies_on_another(shown: Callable[[], str], width: int, tmp_path: Path) -> None:
        """Mutants caught: a table of fixed width outside of what scrolls; names of a flow without room; every week named on a telephone."""
        found = run(MEASURE.format(width=width, page=escape(shown())), tmp_path)
        assert found["drawn"] > 15
        assert (found["wide"], found["cut"], found["over"]) == (width, [], [])

    def test_a_name_that_is_reached_shows_its_series_alone(tmp_path: Path) -> None:
        """Mutants caught: no rule for the keyboard; the classes of a name and of its series differ."""
        made = of_scores("a shop", evaluated(history(purchases()), Horizons(CUT, (30,))))
        shown = run(FOCUS.format(page=escape(made)), tmp_path)
        assert shown["before"] == ["1"] * len(shown["before"])
        assert len(shown["after"]) > 3
        assert [opacity for name, opacity in shown["after"] if name == shown["reached"]] == ["1"] * shown["own"]
        assert {opacity for name, opacity in shown["after"] if name != shown["reached"]} == {"0.08"}
