"""How lists are answered: pages by cursor, strong ETags, CSV and XLSX, and what is refused."""

from __future__ import annotations

import base64
import csv
import io
import json
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from browsing import Serving
from calling import YEAR_END, program
from portal.api.answering import Asked, _filters
from portal.api.assessments import AskedAssessments
from portal.api.inputs import AskedInputs
from portal.api.roster import AskedCadres, AskedUnits
from portal.api.webhooks import AskedDeliveries
from portal.sheets import csv_lines

LISTS = ["/cadres", "/units", "/departments", "/inputs", "/webhooks"]


async def test_pages_follow_one_another_without_loss(portal: Serving) -> None:
    client = await program(portal, "roster:read")
    whole = (await client.get("/units?limit=500")).json()["data"]
    found, address = [], "/units?limit=50"
    while address:
        answer = await client.get(address)
        page = answer.json()
        if page["next"]:
            assert answer.headers["link"] == f'<{page["next"]}>; rel="next"'
        found += page["data"]
        address = (page["next"] or "").removeprefix("/api/v1")
    assert found == whole
    assert len(found) > 100


async def test_a_cursor_is_of_no_use_for_another_list_or_with_other_filters(
    portal: Serving,
) -> None:
    client = await program(portal, "roster:read")
    cursor = (await client.get("/units?limit=5")).json()["next"].rpartition("cursor=")[2]
    for wrong in (
        f"/cadres?cursor={cursor}",
        f"/units?level=commune&cursor={cursor}",
        "/units?cursor=x",
    ):
        answer = await client.get(wrong)
        assert answer.status_code == 422
        assert answer.json()["faults"][0]["path"] == "query.cursor"


PLACES = ["", "abc", " 5 ", "+5", "0", "٣", "9" * 23]


@pytest.mark.parametrize(
    ("name", "asked", "places"),
    [
        ("inputs", AskedInputs(), PLACES),
        ("deliveries", AskedDeliveries(), ["x", *(f"planning:{one}" for one in PLACES), "other:5"]),
        ("webhooks", Asked(), ["", "x"]),
        ("departments", Asked(), ["", "x"]),
        ("cadres", AskedCadres(), ["", "\x00"]),
        ("units", AskedUnits(), ["", "\x00"]),
        ("assessments", AskedAssessments(year=2019), ["", "\x00"]),
        ("commendations", AskedAssessments(year=2019), ["", "\x00"]),
    ],
)
async def test_a_cursor_that_no_page_gave_is_refused(
    portal: Serving, name: str, asked: Asked, places: list[str]
) -> None:
    client = await program(portal)
    endpoints, now = portal.app.state.api.endpoints, datetime.now(UTC)
    made = endpoints.make(
        "hr-test", "https://hr.example.vn/", {"visits": []}, {"visits": 0}, "", now
    )
    filters = asked.model_dump(mode="json", exclude_unset=True)
    path = f"/webhooks/{made.webhook}/deliveries" if name == "deliveries" else f"/{name}"
    for place in places:
        content = json.dumps([_filters(name, asked), place]).encode()
        cursor = base64.urlsafe_b64encode(content).decode()
        for format in ("json", "csv"):
            answer = await client.get(path, params={**filters, "cursor": cursor, "format": format})
            assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), place


async def test_a_parameter_that_a_list_does_not_know_is_refused(portal: Serving) -> None:
    client = await program(portal, "roster:read")
    answer = await client.get("/cadres?departmnet=van-phong")
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["path"] == "query.departmnet"


@pytest.mark.parametrize(
    ("method", "path", "unknown"),
    [
        ("GET", "/assessments/2019/cb-0013?asof=2019-06-30", "asof"),
        ("GET", "/commendations/2019/cb-0013?known_at=2019-06-30", "known_at"),
        ("GET", "/inputs/2019/cb-0013?number=1&bogus=", "bogus"),
        ("GET", "/cadres/cb-0013?as_of=2019-06-30", "as_of"),
        ("GET", "/webhooks/wh_0123456789abcdef?x=1", "x"),
        ("DELETE", "/webhooks/wh_0123456789abcdef?x=1", "x"),
        ("GET", "/events?afer=1", "afer"),
        ("GET", "/departments?on=2019-06-30", "on"),
    ],
)
async def test_a_parameter_that_is_not_known_is_refused_everywhere(
    portal: Serving, method: str, path: str, unknown: str
) -> None:
    answer = await (await program(portal)).request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    faults = [(one["path"], one["reason"]) for one in answer.json()["faults"]]
    assert faults == [(f"query.{unknown}", "Extra inputs are not permitted")]


async def test_who_has_it_already_is_told_so(portal: Serving) -> None:
    client = await program(portal, "assessments:read")
    asked = f"/assessments/2019/cb-0013?as_of={YEAR_END}"
    first = await client.get(asked)
    tag = first.headers["etag"]
    assert tag.startswith('"')
    for sent in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = await client.get(asked, headers={"If-None-Match": sent})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    other = await client.get(f"{asked[:-2]}30", headers={"If-None-Match": tag})
    assert other.status_code == 200


@pytest.mark.parametrize("path", LISTS)
async def test_every_list_is_a_file_too(portal: Serving, path: str) -> None:
    client = await program(portal)
    rows = (await client.get(f"{path}?limit=500" if path in LISTS[:2] else path)).json()["data"]
    text = (await client.get(f"{path}?format=csv")).content.decode()
    lines = list(csv.reader(io.StringIO(text)))
    assert len(lines) == 1 + len(rows)
    accepted = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    book = await client.get(path, headers={"Accept": accepted})
    assert book.headers["content-type"] == accepted
    sheet = load_workbook(io.BytesIO(book.content)).worksheets[0]
    assert [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)] == lines


async def test_a_list_of_many_pages_is_one_file(portal: Serving) -> None:
    client = await program(portal, "assessments:read")
    text = (await client.get(f"/assessments?year=2019&as_of={YEAR_END}&format=csv")).text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) > 40
    one = next(row for row in rows if row["cadre"] == "cb-0013")
    judged = (await client.get(f"/assessments/2019/cb-0013?as_of={YEAR_END}")).json()
    assert float(one["credited"]) == judged["credited"]
    assert one["status"] == judged["status"]


def test_what_people_typed_is_never_a_formula() -> None:
    lines = csv_lines(["name", "days"], [{"name": '=HYPERLINK("http://x")', "days": -1}])
    assert lines.decode().splitlines()[1] == '"\'=HYPERLINK(""http://x"")",-1'


async def test_an_address_with_a_line_break_is_answered_as_a_problem_too(portal: Serving) -> None:
    stranger = await portal.browser()
    answered = await stranger.get("/api/v1/inputs/2019/%0AC")
    assert answered.status_code == 404
    assert answered.headers["content-type"] == "application/problem+json"
