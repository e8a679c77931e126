"""DOMAIN.md §6 a second time, naively, to be read beside its text and compared with the rules.

It shares nothing with the service: plain rows and plain YAML in, brute force over dates,
fractions, the plain JSON out (without the reasons, which §6 leaves open).
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

Row = dict[str, str]
HALF = Fraction(1, 2)
LEVELS = ["branch", "commune", "district", "province"]
CLASSES = ["not_completed", "completed", "good", "excellent"]


def day(text: Any) -> date:
    """A cell or a YAML date."""
    return text if isinstance(text, date) else date.fromisoformat(text)


def done(text: str, as_of: date) -> bool:
    """Whether the act of that cell exists as of the day."""
    return text != "" and day(text) <= as_of


def every_day(first: date, last: date) -> list[date]:
    """All days between, both ends included."""
    return [first + timedelta(n) for n in range((last - first).days + 1)]


def quarter(d: date) -> str:
    """The quarter that holds the day."""
    return f"{d.year}-Q{1 + (d.month - 1) // 3}"


def month(d: date) -> str:
    """The month that holds the day."""
    return f"{d.year}-{d.month:02}"


def end_of(period: str) -> date:
    """The last day of a quarter or month, by walking there."""
    named = quarter if "Q" in period else month
    d = date(int(period[:4]), 1, 1)
    while named(d) != period:
        d += timedelta(1)
    while named(d + timedelta(1)) == period:
        d += timedelta(1)
    return d


def json_number(n: Fraction) -> int | float:
    """A multiple of 0.5 as a JSON number."""
    assert (2 * n).denominator == 1
    return int(n) if n.denominator == 1 else float(n)


def round_up(n: Fraction) -> Fraction:
    """Up to a multiple of 0.5."""
    return Fraction(math.ceil(2 * n), 2)


def assess(
    regime: dict[str, Any], rows: dict[str, list[Row]], cadre: str, as_of: date
) -> dict[str, Any]:
    """The assessment of one cadre of the register."""
    me = next(row for row in rows["cadres"] if row["cadre"] == cadre)

    def mine(file: str) -> list[Row]:
        return [row for row in rows[file] if row["cadre"] == cadre]

    level_of = {row["unit"]: row["level"] for row in rows["units"]}
    kinds = {kind["id"]: kind for kind in regime["kinds"]}
    window = every_day(day(regime["window"]["from"]), day(regime["window"]["to"]))
    closed = as_of >= day(regime["closes_on"])
    target, rules, owed = regime["target"], regime["credit"], regime["reports"]

    leave = [row for row in mine("leave") if done(row["recorded_on"], as_of)]
    lines = [row for row in mine("plans") if done(row["approved_on"], as_of)]
    reports, products = mine("reports"), rows["products"]
    visits = [
        row
        for row in mine("visits")
        if done(row["logged_on"], as_of) and not done(row["voided_on"], as_of)
    ]

    def employed(d: date) -> bool:
        return (not me["from"] or day(me["from"]) <= d) and (not me["to"] or d <= day(me["to"]))

    def on_leave(d: date) -> bool:
        return any(day(row["from"]) <= d <= day(row["to"]) for row in leave)

    def works(d: date) -> bool:
        if rules["days"] == "calendar":
            return True
        return d.strftime("%a") not in ("Sat", "Sun") and d not in map(day, regime["holidays"])

    # --- covered, exempt ---
    population = regime["population"]
    covered = (
        me["employment"] in population["employment"]
        and me["duty"] in population["duty"]
        and any(employed(d) for d in window)
    )
    exempt = any(
        row["kind"] == rule["leave"]
        and len(every_day(day(row["from"]), day(row["to"]))) >= rule["at_least_days"]
        for row in leave
        for rule in target["exempt"]
    )

    # --- commendation ---
    classed = None
    for row in mine("appraisals"):
        if done(row["recorded_on"], as_of) and (
            classed is None or day(row["recorded_on"]) >= day(classed["recorded_on"])
        ):
            classed = row

    def commendation(status: str) -> dict[str, Any]:
        titles = {}
        for award in regime["commendation"]:
            unmet = []
            for need in award["needs"]:
                if need == "regime_fulfilled":
                    holds = status == "fulfilled" or (status == "exempt" and award["exempt_counts"])
                elif need == "initiative":
                    holds = classed is not None and classed["initiative"] == "yes"
                elif need == "no_discipline":
                    holds = not (classed is not None and classed["discipline"] == "yes")
                else:
                    least = need.removeprefix("classification:")
                    holds = classed is not None and CLASSES.index(
                        classed["classification"]
                    ) >= CLASSES.index(least)
                if not holds:
                    unmet.append(need)
            titles[award["title"]] = {"eligible": unmet == [], "unmet": sorted(unmet)}
        return titles

    answer: dict[str, Any] = {
        "cadre": cadre,
        "year": regime["year"],
        "regime": regime["regime"],
        "as_of": as_of.isoformat(),
        "status": "not_covered" if not covered else "exempt",
        "target": 0,
        "credited": 0,
        "shortfall": 0,
        "by_level": {},
        "by_kind": {},
        "by_quarter": {},
        "conditions": [],
        "commendation": {},
    }
    if not covered:
        return answer
    if exempt:
        return {**answer, "commendation": commendation("exempt")}

    # --- creditable, counting, slots ---
    def report_accepted_for(visit: Row, d: date) -> bool:
        period = {"quarter": quarter(d), "month": month(d), "visit": visit["visit"]}[owed["period"]]
        return any(r["period"] == period and done(r["accepted_on"], as_of) for r in reports)

    def creditable(visit: Row, d: date) -> bool:
        if visit["kind"] not in kinds or not kinds[visit["kind"]]["counts"]:
            return False
        if rules["evidence"] and visit["evidence"] not in rules["evidence"]:
            return False
        if rules["evidence"] and visit["evidence_no"].strip() == "":
            return False
        if rules["unplanned"] == "never" and visit["line"] not in [row["line"] for row in lines]:
            return False
        if rules["from"] == "confirmed":
            return done(visit["confirmed_on"], as_of)
        if rules["from"] == "accepted":
            return report_accepted_for(visit, d)
        return True

    def claims(visit: Row, slot: str) -> bool:
        return visit["portion"] == "full" or (rules["half_days"] and visit["portion"] == slot)

    credited: list[tuple[date, str, str]] = []
    for d in window:
        if not employed(d) or on_leave(d) or not works(d):
            continue
        for slot in ("morning", "afternoon"):
            claimants = [
                v
                for v in visits
                if day(v["from"]) <= d <= day(v["to"]) and claims(v, slot) and creditable(v, d)
            ]
            if claimants:
                first = min(claimants, key=lambda v: (day(v["logged_on"]), v["visit"]))
                credited.append((d, level_of[first["unit"]], first["kind"]))
    total = HALF * len(credited)
    at_level = {name: HALF * sum(c[1] == name for c in credited) for name in LEVELS}

    # --- target ---
    eligible = [d for d in window if employed(d) and not on_leave(d)]
    months = sorted({month(d) for d in window})

    def prorate(base: Any) -> Fraction:
        n = Fraction(str(base))
        if target["proration"] == "days":
            n = n * len(eligible) / len(window)
        if target["proration"] == "months":
            held = [m for m in months if len([d for d in eligible if month(d) == m]) >= 15]
            n = n * len(held) / len(months)
        return round_up(n)

    whole = prorate(target["days"])
    quota = {name: prorate(target["by_level"].get(name, 0)) for name in LEVELS}

    # --- levels ---
    missing = {name: max(Fraction(0), quota[name] - at_level[name]) for name in LEVELS}
    spare = {name: max(Fraction(0), at_level[name] - quota[name]) for name in LEVELS}
    if target["surplus"] == "upward":
        for i, lower in enumerate(LEVELS):
            for higher in LEVELS[i + 1 :]:
                moved = min(spare[lower], missing[higher])
                spare[lower] -= moved
                missing[higher] -= moved

    # --- conditions ---
    conditions: dict[str, str] = {}

    def judge(id: str, met: bool, over: bool) -> None:
        conditions[id] = "met" if met else "unmet" if over else "pending"

    judge("days", total >= whole, closed)
    if target["surplus"] != "any":
        for name in target["by_level"]:
            judge(f"level:{name}", missing[name] == 0, closed)
    if regime["planning"]["required"]:
        for q in {quarter(d) for d in eligible}:
            judge(f"plan:{q}", any(row["quarter"] == q for row in lines), as_of > end_of(q))

    def judge_paper(id: str, papers: list[Row], due: date, late_fails: bool) -> None:
        met = any(
            done(p["accepted_on"], as_of) and not (late_fails and day(p["submitted_on"]) > due)
            for p in papers
        )
        judge(id, met, as_of > due)

    if owed["period"] == "visit":
        periods = [(v["visit"], day(v["to"])) for v in visits]
    else:
        named = quarter if owed["period"] == "quarter" else month
        active = {named(d) for v in visits for d in every_day(day(v["from"]), day(v["to"]))}
        periods = [
            (p, end_of(p))
            for p in {named(d) for d in eligible}
            if owed["required"] == "always" or p in active
        ]
    for period, end in periods:
        judge_paper(
            f"report:{period}",
            [r for r in reports if r["period"] == period],
            end + timedelta(owed["due_days"]),
            owed["late"] == "fails",
        )
    for v in visits:
        if v["kind"] in kinds and kinds[v["kind"]]["product"]:
            judge_paper(
                f"product:{v['visit']}",
                [p for p in products if p["visit"] == v["visit"]],
                day(v["to"]) + timedelta(kinds[v["kind"]]["product_due_days"]),
                late_fails=False,
            )

    # --- status and the numbers ---
    if set(conditions.values()) == {"met"}:
        status = "fulfilled"
    else:
        status = "unfulfilled" if closed else "in_progress"

    def counted(names: list[str]) -> dict[str, int | float]:
        return {name: json_number(HALF * names.count(name)) for name in sorted(set(names))}

    return {
        **answer,
        "status": status,
        "target": json_number(whole),
        "credited": json_number(total),
        "shortfall": json_number(max(Fraction(0), whole - total)),
        "by_level": counted([c[1] for c in credited]),
        "by_kind": counted([c[2] for c in credited]),
        "by_quarter": counted([quarter(c[0]) for c in credited]),
        "conditions": [{"id": id, "state": conditions[id]} for id in sorted(conditions)],
        "commendation": commendation(status),
    }
