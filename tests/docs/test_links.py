"""Links between pages lead somewhere, and every page can be reached."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.docs.written import DOCS, PAGES, links, name, prose

_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings have on the pages of a repository.

    >>> "read-on" in anchors(REPOSITORY / "README.md")
    True
    """
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(prose(page)))
    return {heading.strip().replace(" ", "-") for heading in plain}


def faults(page: Path) -> list[str]:
    """Links of a page that lead nowhere."""
    wrong = []
    for link in links(page):
        if link.startswith(("https://", "http://")):
            continue
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            wrong.append(link)
    return wrong


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """Mutants: a page renamed; a heading renamed that another page points to."""
    assert faults(page) == []


def test_a_broken_link_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# One heading\n")
    page = tmp_path / "page.md"
    page.write_text("[a](other.md) [b](other.md#one-heading) [c](gone.md) [d](other.md#none)\n")
    assert faults(page) == ["gone.md", "other.md#none"]


def test_every_page_is_listed() -> None:
    """Mutant: a page that nobody can find. `docs/README.md` lists them all."""
    listed = {(DOCS / link.partition("#")[0]).resolve() for link in links(DOCS / "README.md")}
    assert [name(page) for page in PAGES if page not in listed and page.name != "README.md"] == []
    assert "docs/README.md#reference" in links(REPOSITORY / "README.md")
