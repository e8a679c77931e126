"""Reading in one pass takes nothing else, and says nothing else, than reading step by step."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict
from pydantic import ValidationError
from pydantic_core import from_json, to_json

from contracts.samples import SAMPLES
from shared.decoding import NotPlain
from shared.entries import read_entry, write_state
from shared.language import FACTS
from shared.reading import READERS, UnknownFact, read_stored

from .making import THEN

HEAD = {"actor": "cb-1", "command": "cmd-1", "recorded_at": THEN, "cause": "planning:7"}
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 2**70),
    st.sampled_from([0.5, 2019.0, 86400.0, 1e300]),
    st.sampled_from(["", " ", "\0", "x", "2019-03-05", "86400", "2019", "2019-Q1", "morning"]),
    st.text(max_size=3),
    st.just([]),
    st.just({}),
    st.just(["x", "x"]),
)


def plainly(topic: str, state: bytes) -> Any:
    """The fact, or what is wrong with it, by the word's own plain Pydantic."""
    try:
        body = from_json(state)
        if not isinstance(body, dict):
            raise ValueError("not a JSON object")
        for name in HEAD:
            body[name]
        return FACTS[topic].model_validate(body["fact"])
    except ValidationError as error:
        return error.errors(include_url=False, include_context=False)
    except (ValueError, KeyError) as error:
        return repr(error)


def quickly(topic: str, state: bytes) -> Any:
    try:
        return read_stored(topic, state).fact
    except ValidationError as error:
        return error.errors(include_url=False, include_context=False)
    except (ValueError, KeyError) as error:
        return repr(error)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container inside a JSON value with every key in it."""
    keys = range(len(value)) if isinstance(value, list) else value
    if not isinstance(value, list | dict):
        return []
    return [(value, key) for key in keys] + [one for key in keys for one in places(value[key])]


@st.composite
def changed(draw: st.DrawFn, topic: str) -> dict[str, Any]:
    """A sample's content with one or two places in it changed, gone or doubled."""
    body = {**HEAD, "fact": copy.deepcopy(SAMPLES[topic].model_dump(mode="json"))}
    for _ in range(draw(st.integers(1, 2))):
        found = places(body)
        container, key = draw(st.sampled_from(found))
        match draw(st.sampled_from(["change", "drop", "add"])):
            case "drop":
                del container[key]
            case "add" if isinstance(container, dict):
                container[draw(st.text(max_size=3))] = copy.deepcopy(draw(LEAVES))
            case _:
                container[key] = copy.deepcopy(draw(LEAVES))
    return body


@pytest.mark.parametrize("topic", FACTS)
def test_every_fact_is_read_in_one_pass_as_plain_pydantic_reads_it(topic: str) -> None:
    state = write_state(SAMPLES[topic], *HEAD.values())
    read = READERS[topic].quick(state)
    assert asdict(read) == {**HEAD, "fact": SAMPLES[topic]}
    assert type(read.fact) is FACTS[topic]
    again = plainly(topic, state)
    assert read.fact.model_fields_set == again.model_fields_set
    assert repr(read.fact) == repr(again)
    assert pickle.loads(pickle.dumps(read.fact)) == read.fact.model_copy() == again  # noqa: S301


@pytest.mark.parametrize("topic", FACTS)
@given(data=st.data())
def test_a_changed_fact_is_read_or_refused_as_plain_pydantic_does(
    topic: str, data: st.DataObject
) -> None:
    state = to_json(data.draw(changed(topic)))
    assert quickly(topic, state) == plainly(topic, state)


PLAIN = {topic: plain for topic in FACTS if (plain := READERS[topic].plain) is not None}
JUDGED_BY_PYDANTIC = {
    "planning.regime-enacted.v1",
    "planning.regime-amended.v1",
    "visits.evidence-attached.v1",
    "appraisal.input-issued.v1",
    "appraisal.input-reissued.v1",
    "parking.fact-parked.v1",
}


def test_every_fact_of_plain_values_has_a_plain_reading() -> None:
    assert set(FACTS) - set(PLAIN) == JUDGED_BY_PYDANTIC


@pytest.mark.parametrize("topic", PLAIN)
def test_a_plain_reading_has_the_fields_of_its_word_and_stays_as_it_is(topic: str) -> None:
    read = PLAIN[topic](write_state(SAMPLES[topic], *HEAD.values())).fact
    assert asdict(read) == SAMPLES[topic].__dict__
    with pytest.raises(AttributeError):
        setattr(read, next(iter(asdict(read))), "cb-9")


@pytest.mark.parametrize("topic", PLAIN)
@given(data=st.data())
def test_what_is_read_plainly_is_what_plain_pydantic_believes(
    topic: str, data: st.DataObject
) -> None:
    state = to_json(data.draw(changed(topic)))
    try:
        read = PLAIN[topic](state).fact
    except NotPlain:
        return
    believed = plainly(topic, state)
    assert isinstance(believed, FACTS[topic])
    assert asdict(read) == believed.__dict__


@pytest.mark.parametrize("text", ["", " ", "\t", "\x85", "\u2003", "\u3000 ", "a\0"])
@pytest.mark.parametrize("field", ["visit", "cadre", "unit", "kind", "evidence"])
def test_blanks_and_nuls_are_never_read_plainly(field: str, text: str) -> None:
    topic = "visits.visit-logged.v1"
    content = {**SAMPLES[topic].model_dump(mode="json"), field: text}
    with pytest.raises(NotPlain):
        PLAIN[topic](to_json({**HEAD, "fact": content}))


@given(state=st.binary(max_size=40), cut=st.integers(0, 200))
def test_broken_bytes_are_refused_as_before(state: bytes, cut: int) -> None:
    topic = "visits.visit-logged.v1"
    whole = write_state(SAMPLES[topic], *HEAD.values())
    for broken in (state, whole[:cut], whole[:cut] + state + whole[cut:]):
        assert quickly(topic, broken) == plainly(topic, broken)


@pytest.mark.parametrize("topic", FACTS)
def test_text_that_somebody_wrote_for_bytes_is_read_all_the_same(topic: str) -> None:
    state = write_state(SAMPLES[topic], *HEAD.values())
    written: Any = state.decode()
    assert asdict(read_stored(topic, written)) == asdict(read_stored(topic, state))


def test_of_a_member_written_twice_both_ways_take_the_last() -> None:
    topic = "planning.cadre-departed.v1"
    twice = b'{"cadre":"cb-1","cadre":"cb-2","to":"2019-01-01","to":"2019-01-02"}'
    state = write_state(twice, *HEAD.values())
    assert quickly(topic, state) == plainly(topic, state)
    both = state[:-1] + b"," + write_state(SAMPLES[topic], *HEAD.values())[1:]
    assert quickly(topic, both) == plainly(topic, both) == SAMPLES[topic]


def test_a_type_name_without_a_word_is_an_unknown_fact() -> None:
    with pytest.raises(UnknownFact, match=r"planning\.cadre-promoted\.v9"):
        read_stored("planning.cadre-promoted.v9", b"{}")
    assert "planning.cadre-promoted.v9" not in READERS


FIRST = b'"actor":"a","command":"c"'
THEN_ALSO = b'"recorded_at":"t","cause":""'
PLACES = {
    "canonical": b"{%b,%b,$}",
    "first": b"{$,%b,%b}",
    "amid": b"{%b,$,%b}",
    "space behind": b"{%b,%b,$} ",
    "twice": b'{%b,%b,"fact":{"to":1},$}',
    "in another member too": b'{%b,%b,"x":{"y":1,"fact":{}},$}',
    "in a text too": rb'{"x":"a,\"fact\":{}",%b,%b,$}',
}


@pytest.mark.parametrize("place", PLACES)
def test_the_text_of_a_fact_is_found_wherever_it_stands(place: str) -> None:
    text = b'{"cadre":"cb-1","to":"2019-01-02","rank":"fact"}'
    state = (PLACES[place] % (FIRST, THEN_ALSO)).replace(b"$", b'"fact":' + text)
    entry = read_entry(7, "cadre/cb-1", 1, "planning.cadre-departed.v1", state)
    assert entry.text == text
