"""Signing in, and out."""

from __future__ import annotations

from browsing import Serving


async def test_a_cadre_signs_in_and_sees_their_year(portal: Serving) -> None:
    browser = await portal.signed_in_as("cb-0013")
    page = await browser.get("/?year=2019")
    assert page.status_code == 200, page.text
    assert "Cán bộ 0013" in page.text
