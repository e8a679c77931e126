"""A department's leader (lãnh đạo Ban/Văn phòng), or whoever acts for them."""

from __future__ import annotations

from persons.person import Person


class Leader(Person):
    async def return_plan(self, quarter: str, name: str, reason: str, on: str) -> None:
        """Return one cadre's plan."""
        await self.open(f"/department/plan/{quarter}")
        plan = self.page.locator("article.plan", has_text=name)
        form = await self.unfold("Trả lại kế hoạch này", plan)
        await self.fill({"Lý do": reason, "Ngày": on}, form)
        await self.press("Trả lại", form)

    async def carry(self, quarter: str, on: str) -> None:
        """Consolidate the department's plans and forward them."""
        await self.open(f"/department/plan/{quarter}")
        for button in ("Tổng hợp", "Trình lên bước kế tiếp"):
            form = self.page.locator("form", has=self.page.get_by_role("button", name=button))
            await self.fill({"Ngày": on}, form)
            await self.press(button, form)
        await self.reads("Không có kế hoạch nào ở bước này")

    async def confirm(self, visit: str, on: str, for_: str = "") -> None:
        """Confirm a visit."""
        await self.open(f"/waiting?for={for_}" if for_ else "/waiting")
        await self.page.locator(f'input[name="visit"][value="{visit}"]').check()
        await self._record(on, "đã xác nhận")

    async def accept(self, about: str, text: str, on: str, for_: str = "") -> None:
        """Open a report or product, read it, accept it."""
        await self.open(f"/waiting?for={for_}" if for_ else "/waiting")
        item = await self.unfold(about)
        await item.get_by_text(text).first.wait_for()
        await item.get_by_label("Nghiệm thu báo cáo này").check()
        await self._record(on, "đã nghiệm thu")

    async def _record(self, on: str, done: str) -> None:
        await self.page.get_by_label("Ngày xác nhận, nghiệm thu").fill(on)
        await self.press("Xác nhận, nghiệm thu các mục đã chọn")
        results = self.page.get_by_role("status", name="Kết quả")
        assert done in await results.inner_text(), await results.inner_text()

    async def return_report(self, about: str, reason: str, on: str) -> None:
        """Return a report or product with a reason."""
        await self.go("Việc chờ")
        item = await self.unfold(about)
        await self.follow("Trả lại, nêu lý do", item)
        await self.fill({"Lý do trả lại": reason, "Ngày": on})
        await self.press("Trả lại")

    async def answer(self, unit: str, to: str, answer: str, on: str) -> None:
        """Escalate a difficulty to who can solve it, then write the answer down."""
        await self.go("Việc chờ")
        await self.follow("Trả lời hoặc báo cáo lên")
        section = self.page.locator("section", has_text="Báo cáo lên cấp có thẩm quyền")
        await self.fill({"Báo cáo lên": to, "Ngày": on}, section)
        await self.press("Báo cáo lên", section)
        await self.reads(f"đã báo cáo lên {to}")
        await self.follow("Trả lời hoặc báo cáo lên")
        section = self.page.locator("section", has_text="Nội dung trả lời")
        await self.fill({"Nội dung trả lời": answer, "Ngày": on}, section)
        await self.press("Trả lời", section)

    async def delegate(self, to: str, first: str, until: str, reason: str) -> None:
        """Let somebody act for them."""
        await self.go("Ủy quyền")
        form = self.page.locator("form", has=self.page.get_by_label("Đến hết ngày"))
        await form.locator('[name="to"]').fill(to)
        await self.fill({"Từ ngày": first, "Đến hết ngày": until, "Lý do": reason}, form)
        await self.press("Ủy quyền", form)
        await self.reads("đang hiệu lực")
