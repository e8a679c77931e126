"""The feed (lịch iCalendar, RFC 5545): deadlines and planned visits as all-day events.

All-day dates need no time zone. An event keeps its UID as long as it is about the same thing; what
it says has a SEQUENCE and the moment of its last change, so that the same feed is the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from pydantic_core import to_json

from portal.language import Language, Said
from portal.notices.calendars import Revision
from portal.notices.deadlines import Deadline
from portal.notices.saying import deadline_said
from portal.plan_lines import TheLine

_EVERY = timedelta(hours=4)
"""How often programs should look."""


@dataclass(frozen=True)
class Entry:
    """An all-day event; ``to`` is its last day."""

    uid: str
    title: str
    text: str
    from_: date
    to: date
    url: str
    busy: bool = False

    @property
    def digest(self) -> str:
        """What it says, in short."""
        told = (self.title, self.text, self.from_, self.to, self.url, self.busy)
        return sha256(to_json(told)).hexdigest()


def uid(cadre: str, year: int, about: str) -> str:
    """The same as long as it is about the same thing; it names nobody."""
    return sha256(f"{cadre}\0{year}\0{about}".encode()).hexdigest()[:40]


_DUE = Said("Hạn: {what}", "Due: {what}")
_DONE = Said("Đã xong: {what}", "Done: {what}")
_MISSING = Said("Còn thiếu {missing} ngày.", "{missing} days are missing.")
_NOT_APPROVED = Said("Chưa được duyệt.", "Not approved yet.")


def of_deadlines(
    cadre: str, year: int, every: Iterable[Deadline], url: str, language: Language
) -> list[Entry]:
    """What is due, and what of it is done."""
    return [
        Entry(
            uid(cadre, year, one.id),
            (_DUE if one.open else _DONE)
            .to(language)
            .format(what=deadline_said(one.what, one.about, language)),
            _MISSING.to(language).format(missing=one.missing) if one.open and one.missing else "",
            one.due,
            one.due,
            url + one.link,
        )
        for one in every
    ]


def of_lines(
    cadre: str,
    year: int,
    lines: Iterable[tuple[str, TheLine]],
    units: Mapping[str, str],
    url: str,
    language: Language,
) -> list[Entry]:
    """Planned visits, with their quarters."""
    return [
        Entry(
            uid(cadre, year, f"line/{one.line}"),
            Said("Đi cơ sở: {unit}", "Visit: {unit}")
            .to(language)
            .format(unit=units.get(one.unit, one.unit)),
            one.topic
            if one.state == "approved"
            else " ".join(part for part in (_NOT_APPROVED.to(language), one.topic) if part),
            date.fromisoformat(one.from_),
            date.fromisoformat(one.to),
            f"{url}/plan/{quarter}?year={year}",
            busy=one.state == "approved",
        )
        for quarter, one in lines
    ]


def written(
    entries: Iterable[Entry], revisions: Mapping[str, Revision], language: Language
) -> bytes:
    """The feed as programs read it."""
    from icalendar import Calendar, Event

    feed = Calendar()
    name = Said("Đi cơ sở", "Field duty").to(language)
    feed.add("PRODID", "-//dicoso//portal//VI")
    feed.add("VERSION", "2.0")
    feed.add("NAME", name)
    feed.add("X-WR-CALNAME", name)
    feed.add("REFRESH-INTERVAL", _EVERY, parameters={"VALUE": "DURATION"})
    feed.add("X-PUBLISHED-TTL", "PT4H")
    for one in sorted(entries, key=lambda entry: (entry.from_, entry.uid)):
        revision = revisions[one.uid]
        modified: datetime = revision.modified.replace(microsecond=0)
        event = Event()
        event.add("UID", one.uid)
        event.add("DTSTAMP", modified)
        event.add("LAST-MODIFIED", modified)
        event.add("SEQUENCE", revision.sequence)
        event.add("DTSTART", one.from_)
        event.add("DTEND", one.to + timedelta(days=1))
        event.add("SUMMARY", one.title)
        if one.text:
            event.add("DESCRIPTION", one.text)
        event.add("URL", one.url)
        event.add("TRANSP", "OPAQUE" if one.busy else "TRANSPARENT")
        feed.add_component(event)
    content: bytes = feed.to_ical()
    return content
