"""Every page of the portal is measured, or it is said why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.bench.page_routes import NOT_MEASURED, VALUES, Page, pages, routes
from console.bench.pages import bac_ninh
from console.bench.setting import TINY, Setting
from portal.navigation import PLACES

ROOT = Path(__file__).parents[2]


def test_every_route_that_is_read_is_measured_or_named_with_a_reason() -> None:
    """A page whose address needs more than a register gives: teach ``page_routes.py`` the value,
    or name the page there."""
    lacking = {one.id: sorted(one.needs() - VALUES) for one in pages() if one.needs() - VALUES}
    assert not lacking
    assert {one.path for one in pages()} | NOT_MEASURED.keys() == {one.path for one in routes()}


def test_every_place_of_the_menu_is_measured() -> None:
    assert {one.path for one in PLACES} <= {one.path for one in pages()}


def test_an_address_is_filled_from_the_register() -> None:
    page = Page("/waiting/{what}/{id}", {"what": "'report'", "id": "report"}, {"cadre": "author"})
    assert page.id == "/waiting/{what}/{id}?cadre"
    assert page.needs() == {"report", "author"}
    values = {"report": "bc/1", "author": "cb 1"}
    assert page.address(values) == "/waiting/report/bc%2F1?cadre=cb+1"


@pytest.mark.long
async def test_the_year_of_bac_ninh_has_something_for_every_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)  # where the register is
    [row] = await bac_ninh(Setting(TINY, tmp_path))
    told = row.as_json()
    assert not row.missing
    assert len(row.ours) == len(row.limit) == TINY.rounds
    assert told["not_measured"] == NOT_MEASURED
    assert {one["page"] for one in told["pages"]} == {one.id for one in pages()}
    assert {one["role"] for one in told["pages"]} == {
        *("cadre", "department_leader", "organisation", "standing", "auditor", "operations")
    }
    assert all(0 < one["median_ms"] <= one["p99_ms"] for one in told["pages"])
    slowest = max(one["median_ms"] for one in told["pages"])
    assert told["pages"][0]["median_ms"] == slowest
