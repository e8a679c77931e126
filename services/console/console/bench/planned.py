"""What planning records in the year of a national data set: regime, units, roster, plans."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from console.bench.nation import Person, Told, Year, unit_key
from shared.regime import Regime

_TOPICS = ("Sinh hoạt chi đoàn", "Thanh niên khởi nghiệp", "Phát triển đoàn viên", "Hè tình nguyện")
_FIRST = "cb-000000"


def enacted(year: Year, regime: Regime) -> Told:
    """The year's regime."""
    stream = f"regime/{year.number}"
    return Told(
        service="planning",
        stream=stream,
        version=1,
        topic="planning.regime-enacted.v1",
        partition=stream,
        names=(),
        heard=(("visits", stream), ("appraisal", stream)),
        actor=_FIRST,
        on=year.day(1, 2),
        content={"regime": regime.model_dump(mode="json")},
    )


def unit(year: Year, province: int, number: int, level: str) -> Told:
    """One base unit."""
    key = unit_key(province, number)
    return Told(
        service="planning",
        stream=f"unit/{key}",
        version=1,
        topic="planning.unit-registered.v1",
        partition=key,
        names=(),
        heard=(("visits", f"unit/{key}"),),
        actor=_FIRST,
        on=year.day(1, 2),
        content={
            "unit": key,
            "name": f"Cơ sở {key}",
            "level": level,
            "parent": "",
            "code": f"{number:05}",
            "from": None,
            "to": None,
        },
    )


def appointed(year: Year, one: Person) -> Iterator[Told]:
    """A cadre, in charge of two units."""
    since = year.day(1, 2)
    yield _filed(
        one,
        "planning.cadre-appointed.v1",
        since,
        {
            "cadre": one.key,
            "name": f"Cán bộ {one.key[3:]}",
            "department": one.department,
            "position": "",
            "role": one.role,
            "duty": "union",
            "employment": "civil_servant",
            "from": "2015-09-01",
            "to": None,
        },
    )
    for number in one.units[:2]:
        its = unit_key(one.province, number)
        content = {"cadre": one.key, "unit": its, "from": year.day(1, 1), "to": None}
        yield _filed(one, "planning.unit-assigned.v1", since, content)


def leave(year: Year, one: Person, month: int) -> Told:
    """Three days of sick leave."""
    key, first = year.id("nv"), year.day(month, 25)
    content = {
        "cadre": one.key,
        "leave": key,
        "kind": "sick",
        "from": first,
        "to": year.day(month, 27),
        "recorded_on": first,
        "year": year.number,
    }
    return _filed(one, "planning.leave-recorded.v1", first, content, (f"leave/{key}",))


def _filed(
    one: Person, topic: str, on: str, content: dict[str, Any], names: tuple[str, ...] = ()
) -> Told:
    stream = f"cadre/{one.key}"
    one.filed += 1
    heard = (("visits", stream), ("appraisal", stream))
    return Told("planning", stream, one.filed, topic, one.key, names, heard, one.judge, on, content)


def plan(year: Year, one: Person, month: int) -> Iterator[Told]:
    """The plan of the quarter that begins with the month: drafted, submitted, approved."""
    quarter = f"{year.number}-Q{(month + 2) // 3}"
    stream = f"plan/{year.number}/{quarter}/{one.key}"
    heard = (("visits", stream), ("appraisal", f"year/{year.number}/{one.key}"))
    whose = {"cadre": one.key, "year": year.number, "quarter": quarter}
    drafted, approved = year.day(month, 4), year.day(month, 10)
    lines = [year.id("dk") for _ in range(4 + (year.dice.random() < 0.25))]

    def fact(version: int, kind: str, content: dict[str, Any], *names: str) -> Told:
        topic, whole = f"planning.{kind}.v1", {**whose, **content}
        return Told(
            "planning", stream, version, topic, one.key, names, heard, one.judge, drafted, whole
        )

    for version, line in enumerate(lines, 1):
        day = year.dice.randrange(5, 24)
        content = {
            "line": line,
            "unit": unit_key(one.province, one.units[day % 3]),
            "kind": "thematic" if day % 2 else "regular",
            "from": year.day(month + day % 3, day),
            "to": year.day(month + day % 3, day + 4),
            "topic": _TOPICS[day % 4],
        }
        yield fact(version, "line-drafted", content, f"line/{line}")
    yield fact(len(lines) + 1, "plan-submitted", {"lines": lines, "on": drafted})
    yield fact(len(lines) + 2, "plan-approved", {"lines": lines, "by": one.judge, "on": approved})
