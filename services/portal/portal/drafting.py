"""A report's first draft (dự thảo báo cáo), of what was logged: nobody types a thing twice.

Under the heading about difficulties stand those that were raised; under every other one the
visits of the period, where and when they were and on what. What came of them only their cadre
can say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from portal.language import Language, Said, day

_NONE = Said("Không phát sinh khó khăn, vướng mắc.", "No difficulties arose.")
_ANSWERED = Said("trả lời", "answered")
_ON = Said("nội dung", "topic")
_RESULT = Said("kết quả:", "result:")


def draft(
    headings: Iterable[str],
    visits: Iterable[Mapping[str, str]],
    difficulties: Iterable[Mapping[str, Any]],
    units: Mapping[str, str],
    topics: Mapping[str, str],
    kinds: Mapping[str, str],
    language: Language,
) -> dict[str, str]:
    """A text for each heading; ``topics`` by plan line."""
    went = "\n".join(_visit(one, units, topics, kinds, language) for one in visits)
    raised = "\n".join(_difficulty(one, units, language) for one in difficulties)
    return {
        heading: (raised or _NONE.to(language)) if about_difficulties(heading) else went
        for heading in headings
    }


def about_difficulties(heading: str) -> bool:
    """Whether a heading is the one about difficulties, whatever the regime calls it."""
    plain = heading.casefold()
    return any(word in plain for word in ("difficult", "obstacle", "kho_khan", "khó khăn"))


def _visit(
    one: Mapping[str, str],
    units: Mapping[str, str],
    topics: Mapping[str, str],
    kinds: Mapping[str, str],
    language: Language,
) -> str:
    days = day(one["from"])
    if one["to"] != one["from"]:
        days += f"–{day(one['to'])}"
    said = [days, units.get(one["unit"], one["unit"]), kinds.get(one["kind"], one["kind"])]
    if topic := topics.get(one["line"]):
        said.append(f"{_ON.to(language)}: {topic}")
    return f"- {'; '.join(said)}; {_RESULT.to(language)} "


def _difficulty(one: Mapping[str, Any], units: Mapping[str, str], language: Language) -> str:
    said = f"- {units.get(one['unit'], one['unit'])}: {one['text']}"
    if one["answer"]:
        said += f" ({_ANSWERED.to(language)}: {one['answer']})"
    return said
