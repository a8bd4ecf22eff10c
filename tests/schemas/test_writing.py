"""What leaves us: exact times and canonical JSON."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.durations import DAY
from schemas.writing import from_rfc3339, rfc3339

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST, LAST = -62_135_596_800_000, 253_402_300_799_999  # years 1 to 9999
moments = st.integers(FIRST, LAST)


@given(moments)
def test_times_agree_with_the_standard_library(ms: int) -> None:
    """Mutant caught: rounding in place of flooring, which moves times before 1970."""
    expected = EPOCH + timedelta(milliseconds=ms)
    assert rfc3339(ms) == expected.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


@given(moments)
def test_times_survive_the_way_out_and_back(ms: int) -> None:
    """Mutant caught: seconds lost to float arithmetic."""
    assert from_rfc3339(rfc3339(ms)) == ms


@given(moments.filter(lambda ms: FIRST + DAY < ms < LAST - DAY), st.integers(-23 * 60 - 59, 23 * 60 + 59))
def test_offsets_name_the_same_moment(ms: int, minutes: int) -> None:
    """Mutant caught: the offset's sign turned round."""
    there = (EPOCH + timedelta(milliseconds=ms)).astimezone(timezone(timedelta(minutes=minutes)))
    assert from_rfc3339(there.isoformat(timespec="milliseconds")) == ms


NO_TIMES = (
    "",
    "2025-10-27",
    "2025-10-27T10:00:00",
    "2025-10-27 10:00:00Z",
    "2025-02-30T10:00:00Z",
    "2025-10-27T24:00:00Z",
    "2025-10-27T23:59:60Z",
    "2025-10-27T10:00:00+0100",
    "2025-10-27T10:00:00.Z",
    "٢025-10-27T10:00:00Z",
    "0000-01-01T00:00:00Z",
    "2025-10-27T10:00:00Z\n",
    "1761555600",
)


@pytest.mark.parametrize("text", NO_TIMES)
def test_what_is_no_rfc_3339_time_is_refused(text: str) -> None:
    """Mutant caught: `match` in place of `fullmatch`, and digits that only look like digits."""
    with pytest.raises(ValueError, match=r"\S"):
        from_rfc3339(text)


@pytest.mark.parametrize("ms", [FIRST - 1, LAST + 1, 10**30])
def test_years_that_do_not_exist_are_refused(ms: int) -> None:
    """Mutant caught: OverflowError let through, which no caller expects."""
    with pytest.raises(ValueError, match=r"\S"):
        rfc3339(ms)
