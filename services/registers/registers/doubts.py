"""Doubts about a regime (chế độ đáng ngờ): right by its model, and yet hardly meant."""

from __future__ import annotations

from shared.regime import Regime


def doubt(regime: Regime) -> dict[str, str] | None:
    """Why no visit could ever count under a regime, ``{"vi", "en"}``; None where one could.

    A visit lies wholly in the regime's year (``outside-year``), and only dates of the window count.
    """
    window, year = regime.window, regime.year
    if window.from_.year <= year <= window.to.year:
        return None
    first, last = window.from_, window.to
    return {
        "vi": f"Thời gian thực hiện ({first:%d/%m/%Y} – {last:%d/%m/%Y}) không có ngày nào của năm"
        f" {year}: không lượt đi nào được tính. Hãy sửa year hoặc window.",
        "en": f"The window ({first} to {last}) has no day of the year {year}: no visit could ever"
        " count. Correct year or window.",
    }
