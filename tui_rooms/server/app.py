"""The HTTP API and the WebSocket, as one ASGI application."""

import html
import secrets
from collections.abc import Iterable
from typing import Annotated

from fastapi import FastAPI, Header, Request, WebSocket
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from tui_rooms import __version__
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Role
from tui_rooms.server.body_limit import BodyLimit
from tui_rooms.server.origin import OriginGuard
from tui_rooms.server.tokens import SESSION_LIFE, Grant, mint, verify
from tui_rooms.server.visitor import Door, Visitor, may_create
from tui_rooms.wire import messages

_STATUS = {
    "unknown-room": 404,
    "room-exists": 409,
    "not-allowed": 403,
    "token-required": 401,
    "bad-token": 401,
    "too-many-rooms": 503,
}


class NewRoom(BaseModel):
    """What it takes to make a room."""

    model_config = ConfigDict(extra="forbid")
    title: messages.Text
    room_type: messages.Text = "audio_room"
    room: messages.RoomId | None = None
    live: bool = False
    name: Annotated[str, Field(max_length=200)] = "host"
    """The name of a host who comes without a token."""


class MadeRoom(BaseModel):
    """The room, and a token with which its host joins it."""

    room: messages.RoomSummary
    token: str


class Health(BaseModel):
    """That the server is there, and which."""

    server: str = "tui-rooms"
    version: str = __version__
    protocol: int = messages.VERSION
    connections: int


class Connections:
    """How many WebSockets are open; the embedded server ends when it stays none."""

    def __init__(self) -> None:
        self.open = 0


def build_app(door: Door, connections: Connections, *, names: Iterable[str] = ()) -> OriginGuard:
    """The application of one server. `names` are host names it is reached by, beside numbers."""
    app = FastAPI(title="tui-rooms", version=__version__, docs_url=None, redoc_url=None)

    @app.exception_handler(RoomError)
    async def refused(_: Request, error: RoomError) -> JSONResponse:
        status = _STATUS.get(error.code, 422)
        return JSONResponse({"code": error.code, "reason": error.sentence}, status)

    @app.exception_handler(RequestValidationError)
    async def not_understood(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return JSONResponse({"code": "bad-request", "reason": f"at '{place}': {first['msg']}"}, 422)

    @app.get("/api/health")
    async def health() -> Health:
        return Health(connections=connections.open)

    @app.get("/api/rooms")
    async def rooms(authorization: Annotated[str | None, Header()] = None) -> messages.Rooms:
        _bearer(door, authorization)
        return messages.Rooms(rooms=door.registry.summaries())

    @app.get("/api/rooms/{room_id}")
    async def room(
        room_id: str, authorization: Annotated[str | None, Header()] = None
    ) -> messages.RoomSummary:
        _bearer(door, authorization)
        return door.registry.find(room_id).summary()

    @app.post("/api/rooms", status_code=201)
    async def create(
        new: NewRoom, authorization: Annotated[str | None, Header()] = None
    ) -> MadeRoom:
        grant = _bearer(door, authorization) or Grant(
            identity="host-" + secrets.token_hex(6), name=new.name, guest=True
        )
        made = await door.registry.create(
            room_id=new.room,
            title=new.title,
            room_type=new.room_type,
            live=new.live,
            actor=may_create(grant, new.room, guests=door.guests),
        )
        host = Grant(identity=grant.identity, name=grant.name, room=made.room_id, role=Role.HOST)
        token = mint(door.keys, host, now=door.clock(), life=SESSION_LIFE)
        return MadeRoom(room=made.summary(), token=token)

    @app.get("/", response_class=HTMLResponse)
    @app.get("/r/{room_id}", response_class=HTMLResponse)
    async def page(request: Request, room_id: str = "") -> str:
        return _page(str(request.base_url), room_id)

    @app.websocket("/ws")
    async def visit(socket: WebSocket) -> None:
        connections.open += 1
        try:
            await Visitor(socket, door).serve()
        finally:
            connections.open -= 1

    return OriginGuard(BodyLimit(app), names=names)


def _bearer(door: Door, authorization: str | None) -> Grant | None:
    """Who asks; None for a guest where guests are allowed."""
    if authorization is None:
        if door.guests:
            return None
        raise RoomError("token-required", "send a token: Authorization: Bearer TOKEN")
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise RoomError("bad-token", "expected 'Authorization: Bearer TOKEN'")
    return verify(door.keys, token.strip())


def _page(base: str, room_id: str) -> str:
    link = html.escape(base.rstrip("/") + (f"/r/{room_id[:40]}" if room_id else ""))
    return (
        "<!doctype html><meta charset=utf-8><title>tui-rooms</title>"
        "<p>This is a tui-rooms server. Join from a terminal:"
        f"<pre>tui-rooms {link}</pre>"
    )
