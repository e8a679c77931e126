"""What a service answers, as it stands on the bus."""

from __future__ import annotations

import pytest
from pydantic_core import from_json

from shared.answers import Done, No, read_answer, write_answer
from shared.language.refusals import RANK
from shared.refused import Refused


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
