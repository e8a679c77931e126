"""What a service answers, as it stands on the bus."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json, to_json

from shared.answers import Done, No, read_answer, write_answer
from shared.language.refusals import RANK
from shared.refused import Refused
from shared.regime import read_regime
from shared.values import Level, Portion
from suite.conftest import BAC_NINH


def test_done_and_answers_are_read_as_they_were_written() -> None:
    done = Done("planning", version=3, position=812)
    assert read_answer(write_answer(done)) == done
    assert read_answer(write_answer({"rows": [], "done": 1})) == {"rows": [], "done": 1}


def test_a_refusal_is_raised_where_it_is_read() -> None:
    with pytest.raises(Refused) as refused:
        read_answer(write_answer(No("unknown-cadre", {"cadre": "cb-1"})))
    assert (refused.value.code, refused.value.detail) == ("unknown-cadre", {"cadre": "cb-1"})


@pytest.mark.parametrize("code", RANK)
def test_every_refusal_says_what_to_do_in_both_languages(code: str) -> None:
    reason = from_json(write_answer(No(code, {"cadre": "cb-1"})))["refused"]["reason"]
    assert reason.keys() == {"vi", "en"}
    assert reason["vi"] != reason["en"]
    assert not reason["vi"].isascii()
    for sentence in reason.values():
        assert "cb-1" in sentence


_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
    st.dates(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.sampled_from([*Level, *Portion]),
    st.just(read_regime((BAC_NINH / "regime.yaml").read_text())),
    st.just(Done("visits", 1, 2)),
)
_CONTENTS = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.sampled_from(Level), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(_CONTENTS)
def test_whatever_an_answer_holds_is_written_as_pydantic_writes_it(content: Any) -> None:
    assert from_json(write_answer({"of": content})) == from_json(
        to_json({"answer": {"of": content}})
    )
