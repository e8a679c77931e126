"""Those outside the chain: the auditor (kiểm toán), operations (vận hành), the HR system."""

from __future__ import annotations

from typing import Any

import httpx2

from persons.person import Person


class Auditor(Person):
    async def look_into(self, cadre: str, **asked: str) -> str:
        """A cadre as of a day, what changed between two, why, and the history; what they read."""
        await self.go("Kiểm toán")
        await self.follow(cadre)
        await self.fill({name.replace("_", " "): day for name, day in asked.items()})
        await self.page.get_by_label("giải thích từng nửa ngày").check()
        await self.press("Xem")
        return await self.page.locator("main").inner_text()


class Operations(Person):
    async def services(self) -> int:
        """How many services answer."""
        await self.go("Vận hành")
        return await self.page.locator("main").get_by_text("đang trả lời").count()


class HrSystem:
    """A program with a key."""

    def __init__(self, url: str, key: str) -> None:
        self._at = {"base_url": f"{url}/api/v1", "headers": {"Authorization": f"Bearer {key}"}}

    async def pull(self, path: str, **asked: Any) -> dict[str, Any]:
        """What the API answers, over HTTP."""
        async with httpx2.AsyncClient(**self._at) as client:  # type: ignore[arg-type]
            answer = await client.get(path, params=asked)
            assert answer.status_code == 200, answer.text
            found: dict[str, Any] = answer.json()
            return found
