"""Papers (văn bản), downloaded and read back by other people's tools; and where their QR leads."""

from __future__ import annotations

import asyncio
import io
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp
from docx import Document
from openpyxl import load_workbook
from PIL import Image
from pypdf import PdfReader

from browsing import Browser, Serving
from papers import fill
from portal.language import day, number
from portal.papers.paper import HEADING
from shared.bus import Bus
from suite.conftest import Up

ORGANISER, LEADER, CADRE, OTHER = "cb-0003", "cb-0005", "cb-0010", "cb-0011"
PLAN = "/papers/plan/2019-Q1?department=ban-tuyen-giao&year=2019"
YEAR = f"/papers/year/{CADRE}?year=2019&as-of=2020-01-31"
OFFICE = {
    "superior": "Ban Chấp hành Đoàn tỉnh",
    "issuer": "Ban Tổ chức",
    "number": "",
    "place": "Bắc Ninh",
    "day": "2019-03-05",
    "authority": "TM. Ban Thường vụ",
    "position": "Phó Bí thư",
    "recipients": "- Các Ban, Văn phòng;\n- Lưu VP.",
}


async def made(browser: Browser, path: str, kind: str, **typed: str) -> bytes:
    """The paper, as its page gives it."""
    answer = await fill(browser, path, path, format=kind, **{**OFFICE, **typed})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].endswith(f'.{kind}"')
    return answer.content


def bare(text: str) -> str:
    """A text without the spaces and breaks that a format puts into it."""
    return re.sub(r"[\s\u200b]", "", text)


def pdf_text(content: bytes) -> str:
    return bare("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def docx_tables(content: bytes) -> list[list[list[str]]]:
    return [
        [[cell.text for cell in row.cells] for row in table.rows]
        for table in Document(io.BytesIO(content)).tables
    ]


def docx_text(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = (one for table in docx_tables(content) for row in table for one in row)
    return bare("".join((*(one.text for one in document.paragraphs), *cells)))


def xlsx_rows(content: bytes) -> list[tuple[Any, ...]]:
    return list(load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))


def xlsx_text(content: bytes) -> str:
    return bare("".join(str(cell or "") for row in xlsx_rows(content) for cell in row))


READ = {"pdf": pdf_text, "docx": docx_text, "xlsx": xlsx_text}


def qr_of(kind: str, content: bytes) -> str:
    """The address in a paper's QR code."""
    if kind == "pdf":
        pages = pypdfium2.PdfDocument(content)
        pictures = [pages[at].render(scale=3).to_pil() for at in range(len(pages))]
    else:
        parts = Document(io.BytesIO(content)).part.package.iter_parts()
        pictures = [
            Image.open(io.BytesIO(one.blob)).convert("RGB")
            for one in parts
            if one.content_type == "image/png"
        ]
    [found] = [code.text for one in pictures for code in zxingcpp.read_barcodes(one)]
    return str(found)


@pytest.mark.parametrize("kind", ["pdf", "docx", "xlsx"])
async def test_a_plan_says_what_planning_answers(portal: Serving, suite: Up, kind: str) -> None:
    browser = await portal.signed_in_as(ORGANISER)
    content = await made(browser, PLAN, kind)
    async with await Bus.connect(suite.nats, "test", patience=30) as bus:
        plans = await bus.pages("planning", "plans", quarter="2019-Q1", department="ban-tuyen-giao")
        keys = sorted({line["unit"] for one in plans for line in one["lines"]})
        units = await bus.ask("planning", "units", units=keys, limit=500)
    names = {one["unit"]: one["name"] for one in units["rows"]}
    expected = [
        (one["name"], names[line["unit"]], day(line["from"]), line["topic"])
        for one in plans
        for line in sorted(one["lines"], key=lambda line: (line["from"], line["line"]))
        if line["approved_on"]
    ]
    assert expected
    text = READ[kind](content)
    for part in (HEADING, "BAN TỔ CHỨC", "***", "-KH/TĐTN", "TM. BAN THƯỜNG VỤ", "Nơi nhận:"):
        assert bare(part) in text
    assert bare("Bắc Ninh, ngày 05 tháng 03 năm 2019") in text
    assert all(bare(part) in text for row in expected for part in row)
    if kind == "docx":
        [table] = [one for one in docx_tables(content) if one[0][0] == "TT"]
        rows = [(row[1], row[2], row[4][:10], row[5]) for row in table[1:]]
    elif kind == "xlsx":
        rows = [
            (row[1], row[2], row[4][:10], row[5] or "")
            for row in xlsx_rows(content)
            if isinstance(row[0], int | float)
        ]
    else:
        return
    assert rows == expected


@pytest.mark.parametrize("kind", ["pdf", "docx", "xlsx"])
async def test_a_year_sheet_says_what_appraisal_answers(
    portal: Serving, suite: Up, kind: str
) -> None:
    content = await made(await portal.signed_in_as(CADRE), YEAR, kind)
    async with await Bus.connect(suite.nats, "test", patience=30) as bus:
        found = await bus.ask("appraisal", "assess", cadre=CADRE, year=2019, as_of="2020-01-31")
    assessment, text = found["assessment"], READ[kind](content)
    assert bare(found["person"]["name"]) in text
    assert all(bare(one["reason"]["vi"]) in text for one in assessment["conditions"])
    for label, value in (("Chỉ tiêu năm", "target"), ("Được tính", "credited")):
        told = number(assessment[value], "vi")
        assert bare(f"{label}{told if kind != 'xlsx' else assessment[value]}") in text


@pytest.mark.parametrize("kind", ["pdf", "docx"])
async def test_a_report_says_how_it_was_accepted(portal: Serving, suite: Up, kind: str) -> None:
    async with await Bus.connect(suite.nats, "test", patience=30) as bus:
        found = await bus.ask("visits", "reports", cadre=CADRE, year=2019)
    one = next(one for one in found["rows"] if one["state"] == "accepted")
    browser = await portal.signed_in_as(CADRE)
    content = await made(browser, f"/papers/report/{CADRE}/{one['report']}?year=2019", kind)
    text = READ[kind](content)
    assert bare("Thu hoạch đi công tác cơ sở") in text
    assert bare(f"nghiệm thu ngày {day(one['accepted_on'])}.") in text


def test_a_portal_carries_nothing_that_draws() -> None:
    heavy = {"typst", "docx", "lxml", "openpyxl", "segno"}
    asked = f"import sys, portal.app; print({heavy} & {{*sys.modules}})"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"


async def test_a_pdf_is_tagged_and_titled(portal: Serving) -> None:
    content = await made(await portal.signed_in_as(ORGANISER), PLAN, "pdf")
    reader = PdfReader(io.BytesIO(content))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "vi"
    assert reader.metadata
    assert (reader.metadata.title or "").startswith("KẾ HOẠCH Đi công tác cơ sở quý I năm 2019")


def by_others(proof: Path, leaf: Path, key: str) -> subprocess.CompletedProcess[str]:
    """What proofbundle says of a proof; it knows nothing of dicoso."""
    tool, origin = Path(sys.executable).with_name("proofbundle"), key.partition("+")[0]
    given = ["--payload-file", leaf, "--log-vkey", key, "--expected-origin", origin]
    command = [str(one) for one in (tool, "verify-proof", proof, *given)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("kind", ["pdf", "docx"])
async def test_the_code_leads_to_a_proof_that_others_verify(
    portal: Serving, suite: Up, tmp_path: Path, kind: str
) -> None:
    content = await made(await portal.signed_in_as(CADRE), YEAR, kind)
    address = qr_of(kind, content)
    assert address.startswith(f"{portal.state.settings.url}/proof/")
    path = address.removeprefix(portal.state.settings.url)
    anybody = await portal.browser()
    for _ in range(60):  # until the signer has signed so far
        page = (await anybody.get(path)).text
        if page.count("/tlog-proof") == 3:
            break
        await asyncio.sleep(0.5)
    assert CADRE not in page
    assert bare("lá") in bare(READ[kind](content))
    keys = (suite.data / "log" / "keys").read_text().splitlines()
    for ref in path.removeprefix("/proof/").split("."):
        service = ref.partition("-")[0]
        for name in ("tlog-proof", "leaf"):
            answer = await anybody.get(f"/proof/{ref}/{name}")
            (tmp_path / f"p.{name}").write_bytes(answer.content)
        [key] = [one for one in keys if f"/{service}+" in one]
        files = tmp_path / "p.tlog-proof", tmp_path / "p.leaf"
        checked = await asyncio.to_thread(by_others, *files, key)
        assert checked.returncode == 0, checked.stdout + checked.stderr
        assert "=> OK" in checked.stdout
        assert (await anybody.get(f"/proof/{ref}/entry")).status_code == 303
        auditor = await portal.signed_in_as(office="auditor")
        assert f'"cadre":"{CADRE}"' in (await auditor.get(f"/proof/{ref}/entry")).text


async def test_counting_up_leads_to_no_entry(portal: Serving) -> None:
    anybody = await portal.browser()
    for path in ("visits-257-0000000000000000", "visits-257", "signer-1-0000000000000000"):
        assert (await anybody.get(f"/proof/{path}")).status_code == 404


async def test_nobody_has_anothers_paper(portal: Serving, suite: Up) -> None:
    async with await Bus.connect(suite.nats, "test", patience=30) as bus:
        person = await bus.ask("planning", "person", cadre=CADRE)
        found = await bus.ask("visits", "reports", cadre=CADRE, year=2019)
    other = await portal.signed_in_as(OTHER)
    report = f"/papers/report/{CADRE}/{found['rows'][0]['report']}?year=2019"
    for path in (YEAR, PLAN, "/papers/plan/2019-Q1?year=2019", report):
        assert (await other.get(path)).status_code == 403
        csrf = await other.csrf()
        assert (await other.post(path, data={"csrf": csrf, "format": "pdf"})).status_code == 403
    leader = await portal.signed_in_as(LEADER)
    assert (await leader.get(PLAN)).status_code == 200
    assert (await leader.get("/papers/plan/2019-Q1?year=2019")).status_code == 403
    assert person["department"] != "ban-tuyen-giao"
    assert (await leader.get(YEAR)).status_code == 403
    assert (await (await portal.browser()).get(PLAN)).status_code == 303


HOSTILE = '#import "x.typ": * #panic() =HYPERLINK("http://x","y") $x$ *b* <w:t> ]] \\ @a Ữ'


@pytest.mark.parametrize("kind", ["pdf", "docx", "xlsx"])
async def test_hostile_text_is_text(portal: Serving, kind: str) -> None:
    browser = await portal.signed_in_as(ORGANISER)
    long = "dài" * 600
    typed = {
        "signer": f"{HOSTILE} 😀 \x07\x1b\u202e",
        "recipients": f'=HYPERLINK("http://x")\n{long}',
        "number": "=1+1",
    }
    content = await made(browser, PLAN, kind, **typed)
    text = READ[kind](content)
    emoji = "[U+1F600]" if kind == "pdf" else "😀"
    assert bare(f"{HOSTILE} {emoji} \ufffd\ufffd\ufffd") in text
    assert bare(long) in text
    if kind == "xlsx":
        sheet = load_workbook(io.BytesIO(content)).worksheets[0]
        typed_in = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value}
        assert typed_in == {"s", "n"}


async def test_an_office_is_remembered_but_for_number_day_and_signer(portal: Serving) -> None:
    browser = await portal.signed_in_as(ORGANISER)
    await made(browser, PLAN, "xlsx", number="12", signer="Nguyễn Thị Ổn")
    page = (await browser.get(PLAN)).text
    assert 'value="Ban Tổ chức"' in page
    assert "Lưu VP." in page
    assert 'name="number" type="text" value=""' in page
    assert "Nguyễn Thị Ổn" not in page


async def test_a_refused_form_comes_back_filled(portal: Serving) -> None:
    browser = await portal.signed_in_as(ORGANISER)
    answer = await fill(browser, PLAN, PLAN, format="pdf", issuer="Đ" * 2001, day="mai")
    assert answer.status_code == 422
    assert "Đ" * 2001 in answer.text
    assert 'id="e-issuer"' in answer.text
    assert 'id="e-day"' in answer.text
