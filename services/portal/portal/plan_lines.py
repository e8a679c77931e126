"""Lines of quarter plans (dòng kế hoạch) as a page tells them: how far each has come."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from portal.quarters import a_quarter_later


@dataclass(frozen=True)
class TheLine:
    """A line of ``ask.planning.plan``, and where it is.

    ``state``: draft, returned, in_chain, approved. ``wanted`` is what it shall say after a change
    of what stands approved; ``dropping`` why it shall go.
    """

    line: str
    unit: str
    kind: str
    from_: str
    to: str
    topic: str
    state: str
    approved_on: str | None
    wanted: Mapping[str, Any] | None
    dropping: str | None
    returned: Mapping[str, Any] | None
    step: int | None = None
    since: str | None = None

    @property
    def says(self) -> dict[str, str]:
        """What its cadre wants it to say, for a form."""
        own = {"unit": self.unit, "kind": self.kind, "topic": self.topic}
        return {**own, "from": self.from_, "to": self.to, **(self.wanted or {})}

    @property
    def digest(self) -> str:
        """What it says in short: by it a form knows whether that is another meanwhile."""
        return sha256(json.dumps(self.says, sort_keys=True).encode()).hexdigest()[:16]


def lines_of(plan: Mapping[str, Any]) -> list[TheLine]:
    """The lines of an answer by date; ``plan`` says where each lies, ``plans`` does not."""
    at = {line: one for one in plan.get("lies", ()) for line in one["lines"]}
    lines = [_line(one, at.get(one["line"])) for one in plan["lines"]]
    return sorted(lines, key=lambda one: (one.from_, one.line))


def _line(one: Mapping[str, Any], lies: Mapping[str, Any] | None) -> TheLine:
    changed = one["changed"]
    if lies or (one["in_chain"] and changed):
        state = "in_chain"
    elif one["returned"] and changed:
        state = "returned"
    elif one["approved_on"] and not (changed and one["wanted"] is None and not one["dropping"]):
        state = "approved"
    else:
        state = "draft"
    return TheLine(
        line=one["line"],
        unit=one["unit"],
        kind=one["kind"],
        from_=one["from"],
        to=one["to"],
        topic=one["topic"],
        state=state,
        approved_on=one["approved_on"],
        wanted=one["wanted"],
        dropping=one["dropping"],
        returned=one["returned"],
        step=lies["step"] if lies else None,
        since=lies["since"] if lies else None,
    )


def same(lines: Sequence[TheLine], said: Mapping[str, str]) -> bool:
    """Whether one of the lines says that already: same unit, kind, dates and topic."""
    return any(
        not one.dropping and all(text == said[name] for name, text in one.says.items())
        for one in lines
    )


def moved(lines: Sequence[TheLine]) -> list[dict[str, str]]:
    """The lines a quarter later: same unit, kind and topic, other dates."""
    return [
        {
            "line": one.line,
            "unit": one.unit,
            "kind": one.kind,
            "from": a_quarter_later(date.fromisoformat(one.from_)).isoformat(),
            "to": a_quarter_later(date.fromisoformat(one.to)).isoformat(),
            "topic": one.topic,
        }
        for one in lines
        if not one.dropping
    ]
