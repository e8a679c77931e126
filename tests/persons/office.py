"""Those above all departments: the organisation department (Ban Tổ chức), the standing body."""

from __future__ import annotations

from typing import Any

from persons.person import Person


class Standing(Person):
    home = "approval"
    steps: tuple[str, ...] = ("Phê duyệt",)

    async def carry(self, quarter: str, on: str) -> None:
        """Do what the chain asks of them with all plans of a quarter."""
        await self.open(f"/{self.home}/{quarter}")
        for button in self.steps:
            form = self.page.locator("form", has=self.page.get_by_role("button", name=button))
            await form.first.locator('[name="on"]').fill(on)
            await self.press(button, form.first)
        await self.reads("Chưa có kế hoạch nào tới bước này")

    async def act(self, title: str, typed: dict[str, str]) -> None:
        """One of the acts of a file, folded up under its title."""
        form = await self.unfold(title, self.page.locator("main"))
        await self.fill(typed, form)
        await self.press(title, form)

    async def classify(self, cadre: str, rating: str, on: str) -> None:
        """Record the year's classification, which came from outside."""
        await self.open(f"/inputs/{cadre}")
        said = {"Xếp loại": rating, "Có sáng kiến": "có", "Bị kỷ luật": "không", "Ngày ghi": on}
        await self.act("Ghi kết quả xếp loại", said)

    async def issue(self, cadre: str, on: str) -> None:
        """Issue one cadre's input."""
        await self.open(f"/inputs/{cadre}")
        await self.act("Phát hành đầu vào", {"Ngày": on})

    async def close_year(self, on: str) -> None:
        """Close the year."""
        await self.go("Đầu vào")
        await self.act("Khóa sổ năm", {"Ngày": on})
        await self.reads("Đã ghi: Khóa sổ năm")


class Organisation(Standing):
    home = "plans"
    steps = ("Tổng hợp", "Trình lên")

    async def try_regime(self, text: str, as_of: str = "") -> None:
        """Send a regime's file and see what it would change."""
        await self.go("Chế độ")
        file: Any = {"name": "regime.yaml", "mimeType": "text/yaml", "buffer": text.encode()}
        await self.page.get_by_label("Tệp regime.yaml").set_input_files(file)
        await self.fill({"Xem kết quả tính đến ngày": as_of})
        await self.press("Xem điều gì sẽ khác")

    async def register_unit(self, unit: str, name: str, level: str) -> None:
        """Register a base unit."""
        await self.go("Cơ sở")
        await self.act("Đăng ký cơ sở", {"Mã cơ sở": unit, "Tên": name, "Cấp": level})

    async def appoint(self, cadre: str, name: str, department: str, role: str, first: str) -> None:
        """Appoint a cadre."""
        await self.go("Cán bộ")
        said = {"Mã cán bộ": cadre, "Họ tên": name, "Ban, Văn phòng": department}
        await self.act("Tiếp nhận cán bộ", {**said, "Chức trách": role, "Từ ngày": first})
        await self.reads("Đã ghi: Tiếp nhận cán bộ")

    async def invite(self, name: str) -> str:
        """Invite somebody; the link to hand over."""
        await self.go("Tài khoản")
        await self.press(f"Mời {name}")
        return await self.page.get_by_label("Liên kết, chỉ hiện một lần").input_value()

    async def remind(self, name: str) -> None:
        """Mark somebody who is late to be reminded."""
        await self.go("Danh sách chậm")
        await self.page.get_by_label(name).check()
        await self.press("Đánh dấu nhắc việc")
        await self.reads("1 cán bộ đã được đánh dấu nhắc việc.")

    async def issue_department(self, department: str, on: str) -> None:
        """Issue the inputs of all of a department who have none yet."""
        await self.open(f"/inputs?department={department}")
        form = self.page.locator('form[action="/inputs/issue"]').first
        await form.locator('[name="on"]').first.fill(on)
        await self.press("Phát hành cho cả Ban", form)

    async def make_key(self, name: str, *scopes: str) -> str:
        """Make a key for a program."""
        await self.go("Kết nối")
        await self.page.get_by_label("Tên phần mềm").fill(name)
        for scope in scopes:
            await self.page.get_by_label(scope).check()
        await self.press("Lập khóa")
        return await self.page.get_by_role("status").locator("code").inner_text()
