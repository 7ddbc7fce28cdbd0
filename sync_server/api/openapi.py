"""The OpenAPI document: routes speak msgspec structs, so their schemas and examples are put in here."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from fastapi import FastAPI

from shared.sync.protocol import PROBLEM, Problem

_REF: Final = "#/components/schemas/{name}"
_structs: dict[str, type[msgspec.Struct]] = {"Problem": Problem}


def described(
    answer: type[msgspec.Struct],
    body: type[msgspec.Struct] | None = None,
    example: Mapping[str, Any] | None = None,
    *,
    query: type[msgspec.Struct] | None = None,
    problems: tuple[int, ...] = (),
    media_type: str = "application/json",
) -> dict[str, Any]:
    """Give a route's ``openapi_extra``: what it takes, what it answers, and with which statuses it refuses."""
    refusal = {"description": "Refused; `code` says why", "content": {PROBLEM: {"schema": _ref(Problem)}}}
    extra: dict[str, Any] = {
        "responses": {
            "200": {"description": "Done", "content": {media_type: {"schema": _ref(answer)}}},
            **{str(status): refusal for status in problems},
        }
    }
    if body is not None:
        content = {"schema": _ref(body)} | ({"example": dict(example)} if example is not None else {})
        extra["requestBody"] = {"required": True, "content": {"application/json": content}}
    if query is not None:
        extra["parameters"] = _parameters(query)
    return extra


def _parameters(query: type[msgspec.Struct]) -> list[dict[str, Any]]:
    properties = msgspec.json.schema(query)["$defs"][query.__name__]["properties"]
    return [{"name": name, "in": "query", "required": False, "schema": schema} for name, schema in properties.items()]


def _ref(struct: type[msgspec.Struct]) -> dict[str, str]:
    _structs[struct.__name__] = struct
    return {"$ref": _REF.format(name=struct.__name__)}


def install(app: FastAPI) -> None:
    """Make ``app.openapi`` know the structs that its routes name."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        document = plain()
        _, components = msgspec.json.schema_components(tuple(_structs.values()), ref_template=_REF)
        document.setdefault("components", {}).setdefault("schemas", {}).update(components)
        return document

    app.openapi = openapi  # type: ignore[method-assign]
