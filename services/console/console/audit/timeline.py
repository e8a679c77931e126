"""A history as a picture (dòng thời gian): hand-written SVG, both languages beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any
from xml.sax.saxutils import escape

_WIDTH, _TOP, _ROW, _AXIS = 1180, 76, 62, 150
_LONGEST = {"": 128, "title": 90, "soft": 170}
"""Letters that fit into a line, by its style."""
_COLOURS = {"planning": "#2b6cb0", "visits": "#2f855a", "appraisal": "#9c4221"}
_STYLE = (
    "text{font-family:'DejaVu Sans','Noto Sans',Arial,sans-serif;font-size:13px;fill:#1a202c}"
    ".title{font-size:18px;font-weight:bold}.soft{fill:#5a6b7b;font-size:11px}"
    ".day{font-weight:bold;text-anchor:end}.late{fill:#9b2c2c}"
)


def timeline(told: Mapping[str, Any]) -> str:
    """The SVG of what :func:`console.audit.history.history` tells."""
    events = told["events"]
    height = _TOP + _ROW * max(1, len(events)) + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'viewBox="0 0 {_WIDTH} {height}" role="img">',
        f"<title>{escape(told['about'])}</title>",
        f"<style>{_STYLE}</style>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        _text(24, 34, f"Lịch sử · History: {told['about']}", "title"),
        _text(24, 56, _bounds(told), "soft"),
        f'<line x1="{_AXIS}" y1="{_TOP - 6}" x2="{_AXIS}" y2="{height - 24}" '
        'stroke="#cbd5e0" stroke-width="3"/>',
    ]
    at = 0
    for day, group in groupby(events, key=itemgetter("acted_on")):
        for number, event in enumerate(group):
            parts += _event(event, _TOP + _ROW * at, day if number == 0 else "")
            at += 1
    return "\n".join([*parts, "</svg>\n"])


def _bounds(told: Mapping[str, Any]) -> str:
    bounds = [
        *([f"tính đến · as of {told['as_of']}"] if told["as_of"] else []),
        *([f"đã ghi đến · known at {told['known_at']}"] if told["known_at"] else []),
    ]
    services = "planning: xanh dương · blue, visits: xanh lá · green, appraisal: nâu · brown"
    return " · ".join([*bounds, services])


def _event(event: Mapping[str, Any], top: int, day: str | None) -> list[str]:
    colour = _COLOURS.get(event["service"], "#4a5568")
    said = [
        f"{event['service']} #{event['position']}",
        f"ghi · recorded {event['recorded_at'][:16].replace('T', ' ')}Z, {event['actor']}",
    ]
    if held := event["authority"]:
        who = f"{event['deputy']} thay · for {event['who']}" if event["deputy"] else event["who"]
        said.insert(1, f"{who} ({held['vi']} · {held['en']})")
    return [
        *([_text(_AXIS - 16, top + 14, day, "day")] if day else []),
        f'<circle cx="{_AXIS}" cy="{top + 10}" r="6" fill="{colour}"/>',
        _text(_AXIS + 20, top + 14, event["vi"]),
        _text(_AXIS + 20, top + 31, event["en"]),
        _text(_AXIS + 20, top + 46, " · ".join(said), "soft"),
    ]


def _text(x: int, y: int, words: str, kind: str = "") -> str:
    most = _LONGEST.get(kind, 128)
    shown = words if len(words) <= most else words[: most - 1] + "…"
    style = f' class="{kind}"' if kind else ""
    return f'<text x="{x}" y="{y}"{style}>{escape(_printable(shown))}</text>'


def _printable(words: str) -> str:
    """Without the control characters that XML forbids."""
    return "".join(one if one >= " " else " " for one in words)
