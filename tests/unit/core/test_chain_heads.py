"""The heads of all chains as one text."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.record.chain_heads import ChainHead, genesis, heads_in, heads_text

HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)


@settings(deadline=None)  # a machine that is busy with other tests may be slow
@given(st.lists(st.builds(ChainHead, HASHES, st.integers(1, 10**9), HASHES), unique_by=lambda head: head.genesis))
def test_it_reads_back_and_the_order_makes_no_difference(heads: list[ChainHead]) -> None:
    text = heads_text(heads)
    assert text == heads_text(reversed(heads))
    assert sorted(heads_in(text), key=lambda head: head.genesis) == sorted(heads, key=lambda head: head.genesis)


@pytest.mark.parametrize("text", ["", "bevaka heads 2\n", "bevaka heads 1\na b\n", "bevaka heads 1\na b c\n"])
def test_another_text_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        heads_in(text)


def test_a_chain_begins_with_the_hash_of_its_key() -> None:
    assert genesis("county") == hashlib.sha256(b"county").hexdigest()
