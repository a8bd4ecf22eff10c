"""A rejection carries all that is needed to find, judge and read its original again."""

from base64 import b64decode
from hashlib import sha256

import msgspec
import pytest

from schemas.outputs.rejections import Rejection


@pytest.mark.parametrize("text", Rejection.examples)
def test_examples_decode_and_agree_with_themselves(text: str) -> None:
    rejection = msgspec.json.decode(text, type=Rejection)
    original = b64decode(rejection.value or "")
    assert rejection.id == f"{rejection.topic}-{rejection.partition}-{rejection.offset}"
    assert (rejection.value_length, rejection.value_sha256) == (len(original), sha256(original).hexdigest())
    assert msgspec.json.decode(msgspec.json.encode(rejection), type=Rejection) == rejection
