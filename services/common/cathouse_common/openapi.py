"""What the OpenAPI documents say of errors: the same of all routes, so that no route has to."""

from http import HTTPStatus
from typing import Any, Final

from cathouse_common.problems import MEDIA_TYPE, Problem

_REFERENCES: Final = "#/components/schemas/{model}"
_WITH_BODY: Final = ("400", "413")
_OPERATIONS: Final = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}

Document = dict[str, Any]


def document_problems(document: Document, *, database: bool) -> None:
    """Gives each operation the errors that it can answer, as problem details with an example.

    A route names those of its own, by status and description.
    """
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = Problem.model_json_schema(ref_template=_REFERENCES)
    schemas.update({**problem.pop("$defs"), "Problem": problem})
    for path, item in document["paths"].items():
        for method in _OPERATIONS & item.keys():
            needs_database = database and "/health" not in path
            _complete(item[method], needs_database=needs_database)


def _complete(operation: Document, *, needs_database: bool) -> None:
    responses = operation["responses"]
    for status in _common_errors(operation, needs_database=needs_database):
        responses.setdefault(status, {"description": HTTPStatus(int(status)).phrase})
    for status, response in responses.items():
        if status == "422":
            response.update(description="A value is missing or not valid", content={})
        if status >= "400" and status.isdecimal() and not response.get("content"):
            response["content"] = {MEDIA_TYPE: _content(int(status), response["description"])}


def _common_errors(operation: Document, *, needs_database: bool) -> list[str]:
    return [
        *(_WITH_BODY if "requestBody" in operation else ()),
        *(["401"] if "security" in operation else ()),
        "500",
        *(["503"] if needs_database else ()),
    ]


def _content(status: int, detail: str) -> Document:
    example: Document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "trace_id": "0af7651916cd43dd8448eb211c80319c",
    }
    if status == 422:
        example["errors"] = [
            {"loc": ["body"], "pointer": "#", "type": "missing", "detail": "This is missing"}
        ]
    return {"schema": {"$ref": _REFERENCES.format(model="Problem")}, "example": example}
