"""Registers of many random rows: every cell from a small store of likely and nasty values.

Nearly every row has several faults at once, and the stores are so small that rows meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from oracle.registers import SAMPLES, Regime, Tables, copy_sample
from oracle.validator import COLUMNS

CADRES = {
    "standing": ("s1", "s2"),
    "organisation": ("o1", "o2"),
    "department_leader": ("l1", "l2", "l3"),
    "cadre": ("c1", "c2", "c3"),
}
DEPARTMENTS = {"l2": "b", "c3": "b"}
WHO = tuple(key for keys in CADRES.values() for key in keys)
UNITS = ("U1", "U2", "U3")
PARENTS = ("A", "B", "C", "D", "E")
DATES = (
    "2018-12-31", "2019-01-01", "2019-02-28", "2019-03-01", "2019-03-02", "2019-03-31",
    "2019-04-01", "2019-12-31", "2020-01-01",
)  # fmt: skip
NO_DATES = ("", "2019-02-29", "x", "2019-3-1", " 2019-03-01")
ROWS = {"plans": 60, "visits": 120, "reports": 60, "products": 60, "difficulties": 30}


class Dense:
    """One register in the making."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)  # noqa: S311
        self.regime: Regime = copy_sample(SAMPLES[0])[1]
        self.regime["reports"]["period"] = self.rng.choice(["quarter", "month", "visit"])
        if self.rng.random() < 0.3:
            self.regime["planning"]["chain"] = []
        self.tables: Tables = {
            name: [[column.rstrip("!") for column in columns.split()]]
            for name, columns in COLUMNS.items()
        }
        self._sound()
        for name in self.tables:
            for _ in range(ROWS.get(name, 12)):
                self.tables[name].append(getattr(self, name)())
            for _ in range(self.rng.choice((0, 0, 1, 3))):
                again = list(self.rng.choice(self.tables[name][1:]))
                self.tables[name].insert(self.rng.randrange(1, len(self.tables[name]) + 1), again)

    def _sound(self) -> None:
        """Rows to rest on: every role, three units, a line, a visit."""
        for role, keys in CADRES.items():
            for key in keys:
                department = DEPARTMENTS.get(key, "a")
                row = [key, "", department, "", role, "union", "contract", "", ""]
                self.tables["cadres"].append(row)
        self.tables["units"] += [
            ["U1", "n", "commune", "", "", "", ""],
            ["U2", "n", "commune", "", "", "2019-03-01", "2019-03-31"],
            ["U3", "n", "branch", "U1", "", "", ""],
        ]
        # fmt: off
        self.tables["plans"].append(["d1", "c1", "2019-Q1", "U1", "regular", "2019-03-01",
                                     "2019-03-02", "", "2019-01-01", ""])
        self.tables["visits"].append(["v1", "c1", "U1", "regular", "d1", "2019-03-01",
                                      "2019-03-02", "full", "", "", "2019-03-02", "", "", ""])
        # fmt: on

    # --- cells --------------------------------------------------------------------------

    def mostly(self, good: Sequence[str], bad: Sequence[str], share: float = 0.05) -> str:
        return self.rng.choice(bad if self.rng.random() < share else good)

    def date(self, open_share: float = 0.0) -> str:
        return "" if self.rng.random() < open_share else self.mostly(DATES, NO_DATES, 0.03)

    def who(self, open_share: float = 0.0) -> str:
        if self.rng.random() < open_share:
            return ""
        return self.mostly(WHO, ("", "zz", "C1", "U1", "v1"))

    def unit(self) -> str:
        return self.mostly(UNITS, ("", "zz", "c1", "u1"), 0.07)

    def kind(self) -> str:
        return self.mostly(("regular", "thematic"), ("", "x", "Regular"), 0.07)

    def key(self, name: str, prefix: str) -> str:
        count = len(self.tables[name])
        return self.mostly([f"{prefix}{count + 1}"], [f"{prefix}{count // 2 + 1}"], 0.12)

    def key_of_any(self, name: str) -> str:
        return self.rng.choice(self.tables[name][1:])[0]

    def period(self) -> str:
        good = {
            "quarter": ["2019-Q1", "2020-Q4"],
            "month": ["2019-01", "2020-12"],
            "visit": [self.key_of_any("visits")],
        }[self.regime["reports"]["period"]]
        bad = ["", "2019", "2019-Q1", "2019-Q5", "2019-01", "2019-13", "v1", "zz", "2019-q1"]
        return self.mostly(good, bad, 0.15)

    def line_of(self, cadre: str) -> str:
        own = [row[0] for row in self.tables["plans"][1:] if row[1] == cadre]
        return self.rng.choice(["", "", "", *own[:3], self.key_of_any("plans"), "zz"])

    # --- rows ---------------------------------------------------------------------------

    def cadres(self) -> list[str]:
        return [
            self.key("cadres", "k"), self.mostly(["n"], [""]), self.mostly("ab", [""]), "",
            self.mostly(["cadre", "standing"], ["", "Cadre", "boss"]),
            self.mostly(["union", "support"], ["", "x"]), self.mostly(["contract"], ["", "x"]),
            self.date(0.5), self.date(0.5),
        ]  # fmt: skip

    def units(self) -> list[str]:
        """Parents stand above in the alphabet: of circles the text says nothing."""
        at = self.rng.randrange(len(PARENTS))
        return [
            PARENTS[at], self.mostly("nm", [""], 0.1), self.mostly(["branch"], ["planet"], 0.2),
            self.rng.choice(["", *PARENTS[at + 1 :], "U1", "zz"]), "",
            self.rng.choice(["", "", "2019-02-01"]), self.rng.choice(["", "", "2019-01-01"]),
        ]  # fmt: skip

    def assignments(self) -> list[str]:
        return [self.who(), self.unit(), self.date(0.4), self.date(0.4)]

    def leave(self) -> list[str]:
        kind = self.mostly(["sick", "study"], ["", "Sick"])
        return [self.key("leave", "n"), self.who(), kind, self.date(), self.date(), self.date()]

    def plans(self) -> list[str]:
        return [
            self.key("plans", "d"), self.who(),
            self.mostly(["2019-Q1", "2019-Q2", "2020-Q1"], ["", "2019-01", "2019-Q5"]),
            self.unit(), self.kind(), self.date(), self.date(), "", self.date(), self.date(0.4),
        ]  # fmt: skip

    def visits(self) -> list[str]:
        cadre, first, last, logged = self.who(), self.date(), self.date(), self.date()
        if self.rng.random() < 0.8:
            first, last = sorted((first, last))
        if self.rng.random() < 0.7:
            logged = max(logged, last)
        by = self.rng.choice([self.who(0.4), *UNITS])
        return [
            self.key("visits", "v"), cadre, self.unit(), self.kind(), self.line_of(cadre),
            first, last, self.mostly(["full", "morning"], ["", "x", "Full"]),
            self.mostly(["", "decision"], ["Decision", "a b"], 0.03), self.rng.choice(["", "1"]),
            logged, self.date(0.4), by, self.date(0.8),
        ]  # fmt: skip

    def reports(self) -> list[str]:
        who = self.who()
        handed_in = [self.date(), self.date(0.4), self.who(0.35)]
        return [self.key("reports", "r"), who, self.period(), *handed_in]

    def products(self) -> list[str]:
        visit = self.mostly([self.key_of_any("visits")], ["", "zz"], 0.1)
        handed_in = [self.date(), self.date(0.4), self.who(0.35)]
        return [self.key("products", "p"), visit, *handed_in]

    def difficulties(self) -> list[str]:
        return [
            self.key("difficulties", "k"), self.who(), self.period(), self.unit(),
            self.mostly(["t"], [""]), self.date(), self.date(0.4), self.rng.choice(["x", ""]),
            self.date(0.4),
        ]  # fmt: skip

    def appraisals(self) -> list[str]:
        return [
            self.who(), self.mostly(["good", "excellent"], ["", "Good"]),
            self.mostly(["yes", "no"], ["Yes", "", "true"]),
            self.mostly(["yes", "no"], ["YES", ""]), self.date(),
        ]  # fmt: skip
