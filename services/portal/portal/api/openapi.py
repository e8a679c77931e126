"""The OpenAPI 3.1 document of the API: ``/api/v1/openapi.json`` and docs/openapi.json.

``python -m portal.api.openapi`` prints it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts

from portal.api.callers import Needs
from portal.api.problems import ProblemDetails
from shared.language import COMMANDS
from shared.messages import Command
from shared.values import Key, Said

_KEY, _SAID = list(get_args(Key)[1:]), list(get_args(Said)[1:])
_PATTERN = r"^[^\x00]*[^\x00\s][^\x00]*$"
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
        for path, method, scope in _scopes(api):
            operation = made["paths"][path][method]
            operation["security"] = [{"key": [scope]}]
            for parameter in operation.get("parameters", ()):
                _never_null(parameter["schema"])
        schemas = made["components"]["schemas"]
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        problem = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
        for name, part in problem.pop("$defs", {}).items():
            schemas.setdefault(name, part)
        schemas["ProblemDetails"] = problem
        for word in COMMANDS.values():
            if word.__name__ in schemas:
                _not_blank(schemas[word.__name__], word)
        made["components"]["schemas"] = dict(sorted(schemas.items()))
        api.openapi_schema = made
    return api.openapi_schema


def _scopes(api: FastAPI) -> Iterator[tuple[str, str, str]]:
    """The scope that each operation needs, as its dependencies say it."""
    for route in iter_route_contexts(api.routes):
        if isinstance(route.original_route, APIRoute) and route.include_in_schema:
            needs = [one.call for one in route.dependant.dependencies]
            [scope] = [one.scope for one in needs if isinstance(one, Needs)]
            for method in route.methods or ():
                yield str(route.path_format), method.lower(), scope


def _never_null(schema: dict[str, Any]) -> None:
    """A parameter may be left out, and is never null."""
    choices = schema.get("anyOf", [])
    if {"type": "null"} in choices:
        choices.remove({"type": "null"})
    if len(choices) == 1:
        del schema["anyOf"]
        schema.update(choices[0])


def _not_blank(schema: dict[str, Any], word: type[Command]) -> None:
    """Say of keys and reasons that they are more than blanks: the words check it in Python."""
    for name, one in word.model_fields.items():
        if one.metadata in (_KEY, _SAID):
            schema["properties"][one.alias or name].update(minLength=1, pattern=_PATTERN)


def main() -> None:
    """Print the document."""
    from portal.api.application import create_api

    print(json.dumps(document(create_api()), indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
