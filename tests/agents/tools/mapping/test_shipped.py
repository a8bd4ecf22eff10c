"""The mappings that are shipped are right without the files they are for: each understands rows made up after them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agents.tools.mapping.compiling import IN_FILE, IN_REHEARSAL, TOP
from agents.tools.mapping.reading import mapping_in, told
from agents.tools.mapping.ruling import TESTS, WORDS
from agents.tools.mapping.specs import CONVERSIONS, SOURCES
from agents.tools.mapping.telling import Account
from agents.tools.mapping.times import UNITS
from tests.agents.tools.mapping.trying import NOW
from tests.conftest import REPOSITORY

SHIPPED = tuple(sorted((REPOSITORY / "deploy" / "mappings").glob("*.toml")))
SHIPPED_NAMES = tuple(path.stem for path in SHIPPED)

# Rows of the same columns, made up; what they come to.
ROWS: dict[str, tuple[bytes, dict[str, int]]] = {
    "simple_shop": (
        b"user_id,event,timestamp\n1,main,2019-11-01 10:00:00.000001\n1,cart,2019-11-01 10:01:00.5\n1,payment_cash,2019-11-01 10:02:00.5\n",
        {"page_viewed": 1, "cart_updated": 1, "clicked": 1},
    ),
    "helpdesk": (
        b"case:concept:name,time:timestamp,concept:name,customer,product\n"
        b"T1,2012-10-09T14:50:17+00:00,Assign seriousness,A,P\nT1,2012-10-09T15:50:17+00:00,Resolve ticket,A,P\n"
        b"T1,2012-10-10T14:50:17+00:00,Take in charge ticket,A,P\nT1,2012-10-10T15:50:17+00:00,Wait,A,P\n",
        {"contact_opened": 2, "contact_closed": 1, "waiting_on_customer": 1},
    ),
    "bpic2012": (
        b"case_id,amount_req,timestamp,activity,lifecycle\n7,5000,2011-10-01T00:38:44.546+02:00,A_SUBMITTED,COMPLETE\n"
        b"7,5000,2011-10-01T00:39:44.546+02:00,W_Nabellen offertes,START\n7,5000,2011-10-01T00:49:44.546+02:00,A_DECLINED,COMPLETE\n",
        {"form_submitted": 1, "contact_opened": 1, "order_cancelled": 1},
    ),
    "sparkify_log": (
        b'{"page":"Help","userId":"","sessionId":3,"itemInSession":0,"ts":1541105830796,"status":200}\n'
        b'{"page":"Error","userId":"39","sessionId":4,"itemInSession":0,"ts":1541105830796,"status":404}\n',
        {"content_viewed": 1, "request_failed": 1},
    ),
    "completejourney": (
        b"household_id,basket_id,ts,store_id,items,sales_value,retail_disc,coupon_disc,coupon_match_disc\n"
        b"9,3,2017-01-01 11:53:26,3,1,0.5,0.0,0.1,0.0\n",
        {"purchase_made": 1},
    ),
    "rees46": (
        b"event_time,event_type,product_id,category_id,category_code,price,user_id,user_session\n"
        b"2019-10-01 00:00:00 UTC,view,1,2,,35.79,5,s\n2019-10-01 00:00:00 UTC,purchase,1,2,a.b,35.79,5,s\n",
        {"product_viewed": 1, "order_placed": 1},
    ),
    "cdnow": (b"sample_id,date,units,dollars\n0001,19970101,2,29.33\n", {"purchase_made": 1}),
}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_mapping_understands_its_rows(path: Path, tmp_path: Path) -> None:
    text, kinds = ROWS[path.stem]
    declared, counted = mapping_in(path), Account()
    file = tmp_path / f"{path.stem}.{declared.layout.format}"
    file.write_bytes(text)
    for each in told(declared, str(file), NOW):
        counted.take(each)
    assert declared.about
    assert (dict(counted.kinds), dict(counted.refused), counted.left_out.total()) == (kinds, {}, 0), counted.examples


def test_the_page_beside_them_names_every_word_of_the_language() -> None:
    page = (REPOSITORY / "deploy" / "mappings" / "README.md").read_text()
    words = {*IN_FILE, *IN_REHEARSAL, *TOP, *WORDS, *TESTS, *SOURCES, *CONVERSIONS, *UNITS, *SHIPPED_NAMES} - {"text"}
    assert not [word for word in words if not re.search(rf"(`|\b){re.escape(word)}(`|\b)", page)]


def test_every_file_has_its_mapping() -> None:
    assert set(SHIPPED_NAMES) == set(ROWS)
