"""Denials: recorded, the same within a minute once, and not without end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.denials import denials
from shared.language.rights import AccessDenied, RecordDenial
from shared.values import utc_text
from spec import given

NOON = datetime(2026, 3, 5, 5, tzinfo=UTC)


def said(seconds: float = 0, **more: Any) -> dict[str, Any]:
    content = {
        "asker": "cb-an",
        "office": "",
        "account": "an",
        "for": "",
        "what": "assess",
        "about": "cb-anh",
        "code": "not-permitted",
        "on": date(2026, 3, 5),
        "moment": utc_text(NOON + timedelta(seconds=seconds)),
    }
    return {**content, **more}


def denied(seconds: float = 0, **more: Any) -> AccessDenied:
    return AccessDenied(**said(seconds, **more))


def none(streams: object) -> None:
    return None


def test_a_denial_is_recorded_as_it_was() -> None:
    given(denials, none).when(RecordDenial(**said())).then(denied())


def test_the_same_within_a_minute_is_recorded_once() -> None:
    before = given(denials, none, denied())
    before.when(RecordDenial(**said(59.9))).then()
    before.when(RecordDenial(**said(60))).then(denied(60))
    before.when(RecordDenial(**said(1, about="cb-ai"))).then(denied(1, about="cb-ai"))
    before.when(RecordDenial(**said(1, code="own-act"))).then(denied(1, code="own-act"))
    other = {"for": "cb-binh"}
    before.when(RecordDenial(**said(1, **other))).then(denied(1, **other))


def test_asking_does_not_fill_a_ledger() -> None:
    many = [denied(n / 10, about=f"cb-{n}") for n in range(100)]
    given(denials, none, *many).when(RecordDenial(**said(11))).then()
    given(denials, none, *many).when(RecordDenial(**said(61))).then(denied(61))


def test_a_clock_that_was_put_back_hides_nothing_for_longer_than_it_repeats() -> None:
    given(denials, none, denied(600)).when(RecordDenial(**said(0, about="x"))).then(
        denied(0, about="x")
    )
