"""Every page of the portal, whom it serves and what it is: looked at by tests and in docs/pages.

``STOPS`` names each page once. A page of the table of routes that is neither here nor in
``NO_PAGES`` fails ``tests/portal/test_accessible.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi.routing import APIRoute

from furnishing import (
    CADRE,
    DEPARTMENT,
    DIFFICULTY,
    LINE,
    QUARTER,
    REPORT,
    THEMATIC,
    VISIT,
)
from portal.app import ROUTERS


@dataclass(frozen=True)
class Stop:
    """A page: its name, its route, an address that shows it, whom it serves, what it is.

    In ``at`` stand names of ``looking.Furnished.known`` in braces, known once there is a suite.
    """

    name: str
    route: str
    at: str
    who: str
    """A key of ``looking.PEOPLE``; empty for nobody signed in."""
    what: str


_CADRE, _LEADER, _ORGANISATION, _STANDING = "cadre", "leader", "organisation", "standing"
_RETURN = f"/waiting/report/{REPORT}/return?cadre={CADRE}"
_DIFFICULTY = f"/waiting/difficulties/{DIFFICULTY}?cadre={CADRE}"
_AUDITED = f"/audit/{CADRE}?as-of=2019-12-31&from=2019-06-30&to=2019-12-31&why=true"

STOPS = (
    Stop("sign-in", "/sign-in", "/sign-in", "", "Signing in"),
    Stop(
        "invitation",
        "/invitations/{token}",
        "/invitations/{invitation}",
        "",
        "Taking up an invitation: one's own password",
    ),
    Stop(
        "letter-confirm",
        "/notices/confirm/{token}",
        "/notices/confirm/{confirm}",
        "",
        "Where a letter's link leads that confirms an address",
    ),
    Stop(
        "letter-stop",
        "/notices/stop/{token}",
        "/notices/stop/{stop}",
        "",
        "Where a letter's link leads that stops such letters",
    ),
    Stop("proof", "/proof/{refs}", "/proof/{proof}", "", "What a paper rests on, and its proof"),
    Stop("my-year", "/", "/?as-of=2019-09-30", _CADRE, "My year, as it stood on 30/09/2019"),
    Stop("plan", "/plan/{quarter}", f"/plan/{QUARTER}", _CADRE, "My plan of a quarter, returned"),
    Stop("plan-new", "/plan/{quarter}/new", f"/plan/{QUARTER}/new", _CADRE, "A new line"),
    Stop(
        "plan-line",
        "/plan/{quarter}/lines/{line}",
        f"/plan/{QUARTER}/lines/{LINE}",
        _CADRE,
        "Changing a line that was returned",
    ),
    Stop("plan-copy", "/plan/{quarter}/copy", "/plan/2019-Q3/copy", _CADRE, "Copying a quarter"),
    Stop("visits", "/visits", "/visits", _CADRE, "My visits, each with its days or why not"),
    Stop("visit-new", "/visits/new", "/visits/new", _CADRE, "Logging a visit, with its evidence"),
    Stop("visit", "/visits/{visit}", f"/visits/{VISIT}", _CADRE, "One visit and its files"),
    Stop(
        "visit-correct",
        "/visits/{visit}/correct",
        f"/visits/{VISIT}/correct",
        _CADRE,
        "Correcting a visit",
    ),
    Stop("reports", "/reports", "/reports", _CADRE, "What reports I owe, and what came of them"),
    Stop("report", "/reports/of/{period}", f"/reports/of/{QUARTER}", _CADRE, "An outcome report"),
    Stop(
        "product",
        "/reports/product/{visit}",
        f"/reports/product/{THEMATIC}",
        _CADRE,
        "The product of a thematic trip",
    ),
    Stop(
        "paper-report",
        "/papers/report/{cadre}/{report}",
        f"/papers/report/{CADRE}/{REPORT}",
        _CADRE,
        "Making the paper of a report",
    ),
    Stop("paper-year", "/papers/year/{cadre}", f"/papers/year/{CADRE}", _CADRE, "A year's sheet"),
    Stop("difficulties", "/difficulties", "/difficulties", _CADRE, "Difficulties I raised"),
    Stop("notices", "/notices", "/notices", _CADRE, "What I was told, the unread marked"),
    Stop(
        "preferences",
        "/notices/preferences",
        "/notices/preferences",
        _CADRE,
        "How I am told what; my address; the calendar's feed",
    ),
    Stop("account", "/account", "/account", _CADRE, "My account"),
    Stop("waiting", "/waiting", "/waiting", _LEADER, "What waits to be confirmed and accepted"),
    Stop("return", "/waiting/{what}/{id}/return", _RETURN, _LEADER, "Returning a report"),
    Stop(
        "difficulty", "/waiting/difficulties/{id}", _DIFFICULTY, _LEADER, "Answering a difficulty"
    ),
    Stop("department", "/department", "/department", _LEADER, "Who is behind"),
    Stop(
        "department-plan",
        "/department/plan/{quarter}",
        f"/department/plan/{QUARTER}",
        _LEADER,
        "The department's plans: consolidate, forward, return",
    ),
    Stop("cadre", "/cadres/{cadre}", f"/cadres/{CADRE}", _LEADER, "A cadre's year"),
    Stop("delegation", "/delegation", "/delegation", _LEADER, "Who acts for me, from when to when"),
    Stop("province", "/province", "/province", _ORGANISATION, "The province at a glance"),
    Stop("chase", "/chase", "/chase", _ORGANISATION, "Who is late with what; to remind"),
    Stop(
        "plans",
        "/plans/{quarter}",
        f"/plans/{QUARTER}?department={DEPARTMENT}",
        _ORGANISATION,
        "The consolidated plan",
    ),
    Stop(
        "paper-plan",
        "/papers/plan/{quarter}",
        f"/papers/plan/{QUARTER}",
        _ORGANISATION,
        "Making the paper of the consolidated plan",
    ),
    Stop("inputs", "/inputs", "/inputs", _ORGANISATION, "Inputs to the year's appraisal"),
    Stop("input", "/inputs/{cadre}", f"/inputs/{CADRE}", _ORGANISATION, "One cadre's input"),
    Stop("roster", "/roster", "/roster", _ORGANISATION, "The roster"),
    Stop("file", "/roster/{cadre}", f"/roster/{CADRE}", _ORGANISATION, "A cadre's file"),
    Stop("units", "/units", "/units?search=vu+ninh", _ORGANISATION, "Base units"),
    Stop("regime", "/regime", "/regime", _ORGANISATION, "The year's regime"),
    Stop("import", "/import", "/import", _ORGANISATION, "Importing a register"),
    Stop("import-one", "/import/{id}", "/import/{import_}", _ORGANISATION, "An import's refusals"),
    Stop("accounts", "/accounts", "/accounts", _ORGANISATION, "Who may enter the portal"),
    Stop("integrations", "/integrations", "/integrations", _ORGANISATION, "API keys, webhooks"),
    Stop(
        "deliveries",
        "/integrations/deliveries",
        "/integrations/deliveries?webhook={webhook}",
        _ORGANISATION,
        "What a webhook was told",
    ),
    Stop(
        "approval",
        "/approval/{quarter}",
        f"/approval/{QUARTER}?department={DEPARTMENT}",
        _STANDING,
        "Approving or returning the consolidated plan",
    ),
    Stop("audit", "/audit", "/audit", "auditor", "Whom to audit"),
    Stop("audit-one", "/audit/{cadre}", _AUDITED, "auditor", "As of any day, why, and the history"),
    Stop("denials", "/audit/denials", "/audit/denials", "auditor", "Who was denied what"),
    Stop("logs", "/audit/logs", "/audit/logs", "auditor", "What services saw of the logs"),
    Stop("ops", "/ops", "/ops", "operations", "How the services stand"),
)

NO_PAGES = {
    "/notices/calendar": "sends on to the page of the form that is sent there",
    "/notices/{id}": "sends on to what the notice is about",
    "/calendar/{secret}.ics": "for programs with a calendar",
    "/sign-in/openid": "sends on from the provider",
    "/health": "for whoever watches the process",
    "/robots.txt": "for robots",
    "/changes": "server-sent events",
    "/plan": "sends on to the quarter of today",
    "/plans": "sends on to the quarter of today",
    "/approval": "sends on to the quarter that waits",
    "/department/plan": "sends on to the quarter of today",
    "/proof/{ref}/tlog-proof": "a file to be downloaded",
    "/proof/{ref}/leaf": "a file to be downloaded",
    "/proof/{ref}/entry": "a file to be downloaded",
    "/visits/{visit}/files/{digest}": "a file to be downloaded",
    "/ops/{service}/parked/{upstream}/{position}": "is there only while a fact is parked",
}
"""Routes that are no page to be looked at here, and why."""


def routes() -> Iterator[str]:
    """Every route of the portal's pages that can be got."""
    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
                yield route.path
