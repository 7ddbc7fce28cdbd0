"""The one place where errors become a status and a stable code, as problem+json (RFC 9457). No message of ours holds a field's value."""

import logging
from http import HTTPStatus
from typing import Final

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from shared.errors import DiskFull, RecordNotFound, RecordRefused, ServerRefused, StorageBusy, StorageFailed, TourneeError
from shared.sync import codec
from shared.sync.protocol import PROBLEM, FieldError, Problem
from sync_server.storage.sqlite import DatabaseDamaged

_log = logging.getLogger(__name__)
BUSY_RETRY_S: Final = 2
INTERNAL: Final = "internal_error"
"""What only the office can do something about; a device hears no more."""
_STATUSES: Final[tuple[tuple[type[TourneeError], int], ...]] = (
    (DiskFull, 507),
    (StorageBusy, 503),
    (StorageFailed, 503),
    (RecordNotFound, 404),
    (RecordRefused, 422),
)
"""From narrow to wide."""


def install(app: FastAPI) -> None:
    """Make ``app`` answer every error as a problem."""
    app.add_exception_handler(TourneeError, _ours)
    app.add_exception_handler(msgspec.MsgspecError, _undecodable)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def problem(status: int, code: str, *, errors: tuple[FieldError, ...] = (), retry_after_s: float | None = None) -> Response:
    """Give the answer that says what went wrong."""
    retry = max(1, round(retry_after_s)) if retry_after_s is not None else 0
    body = Problem(HTTPStatus(status).phrase, status, code, errors=errors, retry_after=retry)
    headers = {"Retry-After": str(retry)} if retry else {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(codec.encode(body), status, headers, PROBLEM)


async def _ours(_request: Request, error: Exception) -> Response:
    if isinstance(error, ServerRefused):
        return problem(error.status, error.code, errors=_fields(error.errors), retry_after_s=error.retry_after_s)
    for type_, status in _STATUSES:
        if isinstance(error, type_):
            errors = _fields(error.errors) if isinstance(error, RecordRefused) else ()
            retry = BUSY_RETRY_S if status == HTTPStatus.SERVICE_UNAVAILABLE else None
            return problem(status, _told(error), errors=errors, retry_after_s=retry)
    return problem(500, INTERNAL)


def _told(error: TourneeError) -> str:
    if isinstance(error, StorageBusy):
        return StorageBusy.code  # why is the admin's: to a phone it is the same
    if not isinstance(error, DatabaseDamaged):
        return error.code
    _log.error("the database is damaged", extra={"code": error.code})
    return INTERNAL


def _fields(errors: dict[str, str]) -> tuple[FieldError, ...]:
    return tuple(FieldError(field, code) for field, code in errors.items())


async def _undecodable(_request: Request, error: Exception) -> Response:
    if isinstance(error, msgspec.ValidationError):
        return problem(422, "invalid_body")
    return problem(400, "malformed_body")


async def _invalid(_request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else ()
    return problem(422, "invalid_request", errors=tuple(FieldError(str(each["loc"][-1]), "invalid") for each in found))


async def _http(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return problem(status, HTTPStatus(status).phrase.lower().replace(" ", "_").replace("-", "_"))
