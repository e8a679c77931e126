"""The OpenAPI 3.1 document of the API: ``/api/v1/openapi.json`` and docs/openapi.json.

``python -m portal.api.openapi`` prints it.
"""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from portal.api.problems import ProblemDetails

_TITLE = "dicoso: API for HR systems · giao diện cho phần mềm nhân sự"
_DESCRIPTION = """\
Appraisal inputs with their evidence, assessments as of any day, who may be commended; results of
the rating and changes of the roster handed in; every fact as a CloudEvent, from any position on,
and as webhooks.

Requests carry an API key (`Authorization: Bearer dicoso_…`). Lists come in pages with a `next`
link, or whole as CSV or XLSX (`?format=csv`). What is refused is a problem (RFC 9457) with a
stable `type`, `urn:dicoso:problem:<code>`, and a sentence in Vietnamese and English. `docs/
integrating.md` walks through all of it.
"""
_TAGS = [
    {"name": "inputs", "description": "Đầu vào kiểm điểm, đánh giá, xếp loại."},
    {"name": "assessments", "description": "Kết quả thực hiện chế độ; điều kiện khen thưởng."},
    {"name": "classifications", "description": "Kết quả xếp loại, handed back."},
    {"name": "roster", "description": "Cán bộ, Ban, cơ sở; biến động cán bộ."},
    {"name": "events", "description": "Dòng sự kiện: CloudEvents, without gaps."},
    {"name": "webhooks", "description": "Nơi nhận và các lần chuyển."},
]


def document(api: FastAPI) -> dict[str, Any]:
    """The document, made once."""
    if api.openapi_schema is None:
        made = get_openapi(
            title=_TITLE,
            version="1.0.0",
            description=_DESCRIPTION,
            routes=api.routes,
            tags=_TAGS,
            servers=[{"url": "/api/v1"}],
            separate_input_output_schemas=True,
        )
        schemas = made["components"]["schemas"]
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        problem = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
        for name, part in problem.pop("$defs", {}).items():
            schemas.setdefault(name, part)
        schemas["ProblemDetails"] = problem
        made["components"]["schemas"] = dict(sorted(schemas.items()))
        api.openapi_schema = made
    return api.openapi_schema


def main() -> None:
    """Print the document."""
    from portal.api.application import create_api

    print(json.dumps(document(create_api()), indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
