"""The checks that pydantic-core does by itself accept and refuse what the sentences say."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from shared.values import Day, Key, LowerWord, Said, Text, iso_day

BLANKS = "".join(chr(code) for code in range(0x110000) if chr(code).isspace())
Rule = Callable[[str], str]


def the_key(text: str) -> str:
    return "" if len(text) <= 1_000 else "at most 1000 characters"


def no_nul(text: str) -> str:
    return "must not hold a NUL character" if "\0" in text else ""


def not_blank(text: str) -> str:
    return "" if text.strip() else "must not be empty"


def one_word(text: str) -> str:
    first, rest = unicodedata.normalize("NFC", text)[:1], unicodedata.normalize("NFC", text)[1:]
    letters = first.isalpha() and all(one.isalnum() or one in "_-" for one in rest)
    return "" if letters and text == text.lower() else "must be one lower-case word"


def refusal(kind: Any, value: Any, *, as_json: bool) -> str:
    """The first sentence against a value; empty where it is taken as it is."""
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    try:
        found = adapter.validate_json(to_json(value)) if as_json else adapter.validate_python(value)
    except ValidationError as error:
        [fault] = error.errors()
        return fault["msg"].removeprefix("Value error, ").removeprefix("String should have ")
    assert found == value
    return ""


texts = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(BLANKS + "\0a-_9Ạđ")),
    max_size=12,
)


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize(
    ("kind", "rules"),
    [(Key, [the_key, no_nul, not_blank]), (Text, [no_nul]), (Said, [no_nul, not_blank])],
    ids=["Key", "Text", "Said"],
)
@given(text=texts)
def test_a_text_is_refused_with_the_first_sentence_against_it(
    kind: Any, rules: list[Rule], as_json: bool, text: str
) -> None:
    first = next((said for rule in rules if (said := rule(text))), "")
    assert refusal(kind, text, as_json=as_json) == first


@pytest.mark.parametrize("blank", BLANKS)
def test_every_kind_of_space_alone_is_empty(blank: str) -> None:
    assert refusal(Key, blank, as_json=True) == "must not be empty"


@pytest.mark.parametrize(("kind", "most"), [(Key, 1_000), (LowerWord, 1_000), (Text, 100_000)])
def test_a_text_has_a_longest_length(kind: Any, most: int) -> None:
    assert refusal(kind, "a" * most, as_json=True) == ""
    assert refusal(kind, "a" * (most + 1), as_json=True) == f"at most {most} characters"


@given(text=st.text(st.sampled_from("aZz9_- ợỢđĐ\u0302ªⅷßµ٣²"), max_size=4) | texts)
def test_a_lower_case_word_may_be_of_any_script(text: str) -> None:
    said = refusal(LowerWord, text, as_json=True)
    assert said == refusal(LowerWord, text, as_json=False)
    if text.isascii() or text.isalpha():
        assert said == one_word(text)


@pytest.mark.parametrize(
    "value",
    [
        "2019-03-04", "0001-01-01", "9999-12-31", "2020-02-29", "2019-02-29", "2019-13-01",
        "0000-01-01", "2019-3-4", "20190304", "2019-03-04T00:00:00", "2019-03-04 ", " 2019-03-04",
        "2019-03-04\n", "1551744000", "86400", "-86400", "+86400", "٢٠١٩-03-04", "", 86400, 0,
        86400.0, True, None, [],
    ],
)  # fmt: skip
def test_a_day_is_taken_as_iso_day_takes_it(value: Any) -> None:
    try:
        expected: date | None = iso_day(value)
    except ValueError:
        expected = None
    adapter: TypeAdapter[date] = TypeAdapter(Day)
    for validate, given_as in (
        (adapter.validate_json, to_json(value)),
        (adapter.validate_python, value),
    ):
        if expected is None:
            with pytest.raises(ValidationError, match="a date must be written YYYY-MM-DD"):
                validate(given_as)
        else:
            assert validate(given_as) == expected


def test_a_day_in_python_is_a_date_and_no_moment() -> None:
    adapter: TypeAdapter[date] = TypeAdapter(Day)
    assert adapter.validate_python(date(2019, 3, 4)) == date(2019, 3, 4)
    with pytest.raises(ValidationError):
        adapter.validate_python(datetime(2019, 3, 4))
    assert adapter.dump_json(date(2019, 3, 4)) == b'"2019-03-04"'
