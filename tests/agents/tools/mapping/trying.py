"""What the tests of mappings share: a mapping and a few rows, and what becomes of them."""

from __future__ import annotations

from pathlib import Path

from agents.tools.mapping.compiling import compiled
from agents.tools.mapping.reading import told
from agents.tools.mapping.rows import Outcome
from agents.tools.mapping.telling import Account

NOW = 1_767_600_000_000  # 2026-01-05 08:00 UTC

SHOP = """
[fields]
id = "{@file}-{@line}"
customer = "{who}"
at = { column = "when", zone = "UTC" }

[[touchpoint]]
when = { what = "seen" }
kind = "page_viewed"
page = "/{page}"

[[touchpoint]]
when = { what = "paid" }
kind = "order_placed"
order = "{page}"
value = { column = "sum", times = 100 }

[[touchpoint]]
when = { what = "ping" }
leave_out = "a machine's"
"""
HEADER = b"who,what,page,sum,when\n"


def outcomes(folder: Path, mapping: str, text: bytes, name: str = "shop.csv") -> list[tuple[int, Outcome]]:
    """What each row of the file is, with its line."""
    path = folder / name
    path.write_bytes(text)
    return [(row.number, outcome) for row, outcome in told(compiled(mapping), str(path), NOW)]


def account(folder: Path, mapping: str, text: bytes, name: str = "shop.csv") -> Account:
    """The account of the file."""
    path, counted = folder / name, Account()
    path.write_bytes(text)
    for each in told(compiled(mapping), str(path), NOW):
        counted.take(each)
    return counted
