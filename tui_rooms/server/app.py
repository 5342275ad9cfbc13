"""The HTTP API and the WebSocket, as one ASGI application."""

import html
from collections.abc import Iterable

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from tui_rooms import __version__
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room_types import Settings
from tui_rooms.server.api import calendar, invitations, operators, reading, rooms, tokens
from tui_rooms.server.api.document import complete
from tui_rooms.server.api.errors import REFUSALS, add_handlers
from tui_rooms.server.api.shared import LinkBase, Shared, SharedParts
from tui_rooms.server.door.address_guard import AddressGuard
from tui_rooms.server.door.body_limit import BodyLimit
from tui_rooms.server.door.entrance import Connections, Entrance
from tui_rooms.server.door.forwarding import TrustedProxies
from tui_rooms.server.door.loop_time_guard import LoopTimeGuard
from tui_rooms.server.door.origin import OriginGuard
from tui_rooms.server.door.own_parts import PartsDoor
from tui_rooms.server.door.refusals import CountedRefusals
from tui_rooms.server.door.safe_headers import SafeHeaders
from tui_rooms.server.door.whereabouts import Whereabouts
from tui_rooms.wire import messages

ROUTERS = (
    tokens.router,
    rooms.router,
    reading.router,
    calendar.router,
    invitations.router,
    operators.router,
)


class Health(BaseModel):
    """That the server is there, and which."""

    server: str = "tui-rooms"
    version: str = __version__
    protocol: int = messages.VERSION
    url: str
    """What links to its rooms begin with."""
    connections: int


class RoomTypeSummary(BaseModel):
    """A room type, to choose one."""

    name: str
    summary: str
    joins_as: Role
    """What somebody without a role comes in as."""
    settings: Settings


def build_app(
    shared: Shared,
    connections: Connections,
    *,
    names: Iterable[str] = (),
    proxies: TrustedProxies | None = None,
) -> SafeHeaders:
    """The application of one server.

    Args:
        names: host names it is reached by, beside numbers.
        proxies: those that say for whom they ask.
    """
    app = FastAPI(
        title="tui-rooms",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        responses=REFUSALS,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.shared = shared
    shared.measures.sockets = lambda: connections.open
    add_handlers(app)
    for router in ROUTERS:
        app.include_router(router)

    @app.get("/api/health", tags=["server"])
    async def health(base: LinkBase) -> Health:
        """Whether the server is there; asks for no token."""
        return Health(connections=connections.open, url=base)

    @app.get("/api/room-types", tags=["rooms"])
    async def room_types(shared: SharedParts) -> list[RoomTypeSummary]:
        """The room types there are; asks for no token."""
        return [
            RoomTypeSummary(
                name=kind.name,
                summary=kind.summary,
                joins_as=kind.joins_as,
                settings=kind.settings,
            )
            for kind in shared.room_types.values()
        ]

    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    @app.get("/r/{room_id}", response_class=HTMLResponse, include_in_schema=False)
    async def page(base: LinkBase, room_id: str = "") -> str:
        return _page(base, room_id)

    public_url = shared.door.public_url
    complete(app, guests=shared.door.guests or shared.door.local_guests)
    entrance = Entrance(BodyLimit(app), shared.door, connections)
    paying = LoopTimeGuard(entrance, shared.door.loop_time)
    guarded = AddressGuard(paying, shared.door.addresses)
    placed = Whereabouts(guarded, proxies or TrustedProxies(), public_url=public_url)
    door = shared.door
    parted = PartsDoor(placed, door.parts, placed=guarded, wall=door.wall)
    guarded_pages = OriginGuard(parted, names=names, public_url=public_url)
    return SafeHeaders(CountedRefusals(guarded_pages, shared.door.refusals))


def _page(base: str, room_id: str) -> str:
    link = html.escape(base + (f"/r/{room_id[:40]}" if room_id else ""))
    return (
        "<!doctype html><meta charset=utf-8><title>tui-rooms</title>"
        "<p>This is a tui-rooms server. Join from a terminal:"
        f"<pre>tui-rooms {link}</pre>"
    )
