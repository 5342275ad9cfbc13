"""Refusals over HTTP: the codes of the rules, with the status that programs go by."""

from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from tui_rooms.rules.errors import RoomError
from tui_rooms.server.door.refusal import unreadable
from tui_rooms.server.door.refusals import count_refusal
from tui_rooms.server.storage.errors import StorageError
from tui_rooms.wire.sentences import finding_text, place_of

_STATUS: Final = {
    "token-required": 401,
    "bad-token": 401,
    "bad-key": 401,
    "not-allowed": 403,
    "outranked": 403,
    "blocked": 403,
    "kicked": 403,
    "locked": 403,
    "no-guests": 403,
    "password-required": 403,
    "wrong-password": 403,
    "wrong-room": 403,
    "bad-invitation": 403,
    "bad-part": 403,
    "unknown-room": 404,
    "unknown-message": 404,
    "unknown-invitation": 404,
    "unknown-calendar-link": 404,
    "too-fast": 429,
    "too-many-changes": 429,
    "too-many-tries": 429,
    "slow-mode": 429,
    "room-limit": 429,
    "too-many-rooms": 503,
    "busy": 503,
    "not-kept": 503,
    "not-read": 503,
    "not-ready": 503,
}


class Refusal(BaseModel):
    """Why a request was refused."""

    code: str
    """Stable, for programs; the same as on the WebSocket."""
    reason: str
    """A sentence for people."""


_MEANINGS: Final = {
    400: "Not as this document says",
    401: "A token is missing, or not good",
    403: "Not allowed to this asker, from this page or by this host name",
    404: "There is no such thing",
    405: "There is no such method here",
    408: "The body came too slowly",
    409: "The room is not in a state for that",
    413: "The body is too long",
    422: "Understood, but the rules do not take that value",
    429: "Too often or too many: wait, and ask again",
    503: "The server cannot do that now",
}
REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": Refusal, "description": meaning} for status, meaning in _MEANINGS.items()
}
"""What any route may answer instead, for the OpenAPI document."""
REFUSALS_BESIDE_A_FILE: Final[dict[int | str, dict[str, Any]]] = {
    status: {
        "description": meaning,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}},
    }
    for status, meaning in _MEANINGS.items()
}
"""The same for a route that otherwise does not answer with JSON."""


def status_of(code: str) -> int:
    """The status of a refusal: 422 for values, 409 for what only the room's state forbids."""
    return _STATUS.get(code, 422 if code.startswith("bad-") else 409)


def add_handlers(app: FastAPI) -> None:
    """Answer every kind of refusal in the one form."""

    @app.exception_handler(RoomError)
    async def refused(request: Request, error: RoomError) -> JSONResponse:
        count_refusal(request.scope, error.code)
        return _answer(status_of(error.code), error.code, error.sentence)

    @app.exception_handler(StorageError)
    async def not_read(request: Request, error: StorageError) -> JSONResponse:
        told = unreadable(error)
        count_refusal(request.scope, told.code)
        return _answer(status_of(told.code), told.code, told.sentence)

    @app.exception_handler(Exception)
    async def failed(request: Request, _: Exception) -> JSONResponse:
        count_refusal(request.scope, "internal")
        # Starlette raises it again for the server's log, which has the traceback.
        return _answer(500, "internal", "the server has made a mistake: its log says which")

    @app.exception_handler(RequestValidationError)
    async def not_understood(request: Request, error: RequestValidationError) -> JSONResponse:
        count_refusal(request.scope, "bad-request")
        first = error.errors()[0]
        return _answer(400, "bad-request", f"at '{place_of(first)}': {finding_text(first)}")

    @app.exception_handler(HTTPException)
    async def no_route(request: Request, error: HTTPException) -> JSONResponse:
        path = request.url.path
        allowed = ", ".join(_methods(app, path)) if error.status_code == 405 else ""
        code, reason = {
            400: ("bad-request", "the body cannot be read: expected JSON in UTF-8"),
            401: ("bad-key", "expected API key and secret as HTTP Basic has them, in base64"),
            404: ("unknown-path", f"there is nothing at {path[:200]}: see /openapi.json"),
            405: ("bad-method", f"no {request.method[:20]} at {path[:200]}: it takes {allowed}"),
        }.get(error.status_code, ("bad-request", "that request cannot be answered"))
        count_refusal(request.scope, code)
        answer = _answer(error.status_code, code, reason)
        answer.headers.update(error.headers or {})
        if allowed:
            answer.headers["Allow"] = allowed
        return answer


def _methods(app: FastAPI, path: str) -> list[str]:
    """All methods of a path: Starlette knows those of its first route only."""
    found = [
        method.upper()
        for template, methods in app.openapi()["paths"].items()
        if compile_path(template)[0].match(path)
        for method in methods
    ]
    return sorted(found)


def _answer(status: int, code: str, reason: str) -> JSONResponse:
    soon = {"Retry-After": "1"}
    headers = {401: {"WWW-Authenticate": "Bearer"}, 429: soon, 503: soon}.get(status)
    return JSONResponse({"code": code, "reason": reason}, status, headers)
