"""A cadre (cán bộ): plans, goes, writes."""

from __future__ import annotations

from typing import Any

from papers import PDF
from persons.person import Person


class Cadre(Person):
    async def plan(self, quarter: str, **line: str) -> None:
        """Draft a line, the unit found by a part of its name."""
        await self.open(f"/plan/{quarter}")
        await self.follow("Thêm dòng")
        await self.fill(
            {
                "Cơ sở": line["unit"],
                "Loại hình": line["kind"],
                "Từ ngày": line["first"],
                "Đến ngày": line["last"],
                "Nội dung, chuyên đề": line["topic"],
            }
        )
        await self.press("Ghi dòng")
        await self.reads("dự thảo")

    async def copy(self, quarter: str) -> None:
        """Copy the plan of the quarter before; dates move along."""
        await self.open(f"/plan/{quarter}")
        await self.follow("Chép từ quý trước")
        await self.press("Chép thành dự thảo")

    async def change(self, quarter: str, **typed: str) -> None:
        """Change the only line of a plan."""
        await self.open(f"/plan/{quarter}")
        await self.follow("Sửa, bỏ")
        await self.fill({name.replace("_", " "): text for name, text in typed.items()})
        await self.press("Ghi bản sửa")

    async def hand_in(self, quarter: str, on: str) -> None:
        """Hand in what is new or changed; a double click does it once."""
        await self.open(f"/plan/{quarter}")
        await self.page.get_by_label("Ngày nộp").fill(on)
        await self.page.get_by_role("button", name="Nộp kế hoạch").dblclick()
        await self.reads("đang trình")

    async def log(self, quarter: str, number: str, on: str) -> str:
        """Log the visit after the approved line, with the order's scan; its key."""
        await self.open(f"/plan/{quarter}")
        await self.follow("Ghi lượt đi")
        await self.fill(
            {"Loại minh chứng": "công lệnh", "Số minh chứng": number, "Ngày ghi": on},
            self.page.locator("main"),
        )
        scan: Any = {"name": "cong-lenh.pdf", "mimeType": "application/pdf", "buffer": PDF}
        await self.page.get_by_label("Tệp minh chứng").set_input_files(scan)
        await self.press("Ghi lượt đi")
        await self.reads("chờ xác nhận")
        return self.page.url.rpartition("/")[2]

    async def correct(self, visit: str, last: str, reason: str, on: str) -> None:
        """Correct the last day of a visit; first without saying why, which is refused."""
        await self.open(f"/visits/{visit}")
        await self.follow("Đính chính lượt đi")
        await self.fill({"Đến ngày": last, "Ngày đính chính": on})
        await self.page.locator("main form").evaluate("form => { form.noValidate = true }")
        assert "Chưa điền ô này" in await self.refused("Ghi đính chính")
        assert await self.page.get_by_label("Đến ngày").input_value() == last
        await self.page.get_by_label("Lý do đính chính").fill(reason)
        await self.press("Ghi đính chính")
        await self.reads(reason)

    async def void(self, visit: str, reason: str, on: str) -> None:
        """Void a visit."""
        await self.open(f"/visits/{visit}")
        form = await self.unfold("Hủy lượt đi này")
        await self.fill({"Lý do hủy": reason, "Ngày hủy": on}, form)
        await self.press("Hủy lượt đi", form)
        await self.reads("đã hủy")

    async def report(self, quarter: str, more: str, on: str) -> None:
        """Write the outcome report from what was logged; again where it was returned."""
        await self.open(f"/reports/of/{quarter}")
        for field in await self.page.locator("main textarea").all():
            drafted = await field.input_value()
            await field.fill(f"{drafted}\n{more}")
        await self.page.get_by_label("Ngày nộp").fill(on)
        await self.press("Nộp báo cáo")
        await self.reads("chờ nghiệm thu")

    async def product(self, visit: str, text: str, on: str) -> None:
        """Hand in the product of a thematic trip."""
        await self.go("Báo cáo")
        await self.open(f"/reports/product/{visit}")
        await self.fill({"Nội dung sản phẩm": text, "Ngày nộp": on})
        await self.press("Nộp báo cáo")

    async def raise_difficulty(self, unit: str, period: str, text: str, on: str) -> None:
        """Raise a difficulty."""
        await self.go("Khó khăn")
        form = await self.unfold("Nêu khó khăn, vướng mắc")
        await self.fill({"Cơ sở": unit, "Kỳ": period, "Ngày nêu": on, "Nội dung": text}, form)
        await self.press("Nêu lên", form)
        await self.reads(text)

    async def close_difficulty(self, answer: str, on: str) -> None:
        """Read the answer, and close it."""
        await self.go("Khó khăn")
        await self.reads(answer)
        await self.fill({"Ngày kết thúc": on})
        await self.press("Đã giải quyết xong")
        await self.reads("đã kết thúc")
