"""What visits records in the year of a national data set: diary, reports, difficulties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from console.bench.nation import LEVELS, Person, Told, Year, unit_key

_SECTIONS = {
    "contribution_to_cadre": "Nắm chắc tình hình cơ sở, hiểu việc của chi đoàn",
    "contribution_to_unit_work": "Ba chi đoàn sinh hoạt đều trở lại",
    "difficulties": "Thiếu nơi sinh hoạt",
}


class _Stream:
    """One stream while its facts are told; they are all heard in the cadre's year."""

    def __init__(self, year: Year, one: Person, name: str, version: int = 0) -> None:
        self._one = one
        self._name = name
        self._version = version
        self._whose = {"cadre": one.key, "year": year.number}
        self._heard = (("appraisal", f"year/{year.number}/{one.key}"),)

    def fact(self, kind: str, actor: str, on: str, content: dict[str, Any], *names: str) -> Told:
        self._version += 1
        return Told(
            service="visits",
            stream=self._name,
            version=self._version,
            topic=f"visits.{kind}.v1",
            partition=self._one.key,
            names=names,
            heard=self._heard,
            actor=actor,
            on=on,
            content={**self._whose, **content},
        )


def visit(year: Year, one: Person, month: int) -> Iterator[Told]:
    """A visit, logged and confirmed; every second is thematic and has its product report."""
    dice = year.dice.getrandbits(24)
    key, thematic = year.id("lv"), bool(dice & 1)
    number = one.units[dice // 2 % 3]
    first = 1 + dice // 8 % 22
    last = first + dice // 256 % 3
    logged, confirmed = year.day(month, last + 1), year.day(month, last + 3)
    diary = _Stream(year, one, f"diary/{year.number}/{one.key}", one.logged)
    one.logged += 2
    content = {
        "visit": key,
        "unit": unit_key(one.province, number),
        "level": LEVELS[number],
        "kind": "thematic" if thematic else "regular",
        "line": "",
        "from": year.day(month, first),
        "to": year.day(month, last),
        "portion": "full",
        "evidence": "travel_order",
        "evidence_no": f"{dice % 997}-CL/TĐTN",
        "logged_on": logged,
    }
    yield diary.fact("visit-logged", one.key, logged, content, f"visit/{key}")
    content = {"visit": key, "confirmed_by": one.judge, "confirmed_on": confirmed}
    yield diary.fact("visit-confirmed", one.judge, confirmed, content)
    if thematic:
        yield from _product(year, one, key, logged, confirmed)


def _product(year: Year, one: Person, visit: str, on: str, accepted: str) -> Iterator[Told]:
    key = year.id("sp")
    product = _Stream(year, one, f"product/{key}")
    text = "Khảo sát sinh hoạt chi đoàn, có danh sách kèm theo"
    content = {"product": key, "visit": visit, "submitted_on": on, "text": text}
    yield product.fact("product-submitted", one.key, on, content)
    content = {"product": key, "visit": visit, "accepted_by": one.judge, "accepted_on": accepted}
    yield product.fact("product-accepted", one.judge, accepted, content)


def report(year: Year, one: Person, month: int) -> Iterator[Told]:
    """The outcome report of the quarter that ends with the month."""
    key, on = year.id("bc"), year.day(month, 28)
    stream = _Stream(year, one, f"report/{key}")
    period = f"{year.number}-Q{month // 3}"
    content = {"report": key, "period": period, "submitted_on": on, "sections": _SECTIONS}
    yield stream.fact("report-submitted", one.key, on, content)
    content = {"report": key, "accepted_by": one.judge, "accepted_on": on}
    yield stream.fact("report-accepted", one.judge, on, content)


def difficulty(year: Year, one: Person, month: int) -> Iterator[Told]:
    """A difficulty: raised, escalated, answered."""
    key = year.id("kk")
    stream = _Stream(year, one, f"difficulty/{key}")
    raised, answered = year.day(month, 5), year.day(month, 20)
    content = {
        "difficulty": key,
        "period": f"{year.number}-Q{(month + 2) // 3}",
        "unit": unit_key(one.province, one.units[0]),
        "text": "Chi đoàn thiếu nơi sinh hoạt",
        "raised_on": raised,
    }
    yield stream.fact("difficulty-raised", one.key, raised, content)
    content = {"difficulty": key, "escalated_to": "Ban Thường vụ", "escalated_on": raised}
    yield stream.fact("difficulty-escalated", one.judge, raised, content)
    answer = "Bố trí tại nhà văn hóa thôn"
    content = {"difficulty": key, "answer": answer, "answered_on": answered}
    yield stream.fact("difficulty-answered", one.judge, answered, content)
