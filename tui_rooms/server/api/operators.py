"""What an operator's programs ask: figures, and whether the server is ready."""

import asyncio

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from tui_rooms.rules.errors import RoomError
from tui_rooms.server.api.errors import REFUSALS_BESIDE_A_FILE
from tui_rooms.server.api.shared import Address, Bearer, SharedParts
from tui_rooms.server.door.addresses import stranger
from tui_rooms.server.door.credentials.tokens import verify
from tui_rooms.server.door.whereabouts import SIGNS

router = APIRouter(tags=["server"])


class Figures(Response):
    """As Prometheus reads them."""

    media_type = "text/plain; version=1.0.0; charset=utf-8"


class Ready(BaseModel):
    """That the server can do what it is there for."""

    ready: bool = True


def _may_read(request: Request, shared: SharedParts, address: Address, bearer: Bearer) -> None:
    """Let in who is on this machine, beyond doubt, or has a token for it."""
    if bearer is not None:
        grant = verify(shared.door.keys, bearer.credentials, now=shared.door.wall())
        if not grant.reads_metrics:
            raise RoomError(
                "not-allowed",
                f"'{grant.name or grant.identity}' may not read the server's figures: it takes a "
                "token made with --reads-metrics",
            )
        return
    is_passed_on = any(_tells_of_a_proxy(name) for name, _ in request.scope["headers"])
    if stranger(address) is not None or is_passed_on or "authorization" in request.headers:
        raise RoomError(
            "token-required",
            "the server's figures are for this machine itself, not through a proxy, or for a token "
            "made with --reads-metrics",
        )


def _tells_of_a_proxy(header: bytes) -> bool:
    """Stricter than elsewhere: few ask here, and of their `X-` headers one kind is known."""
    return header in SIGNS or (header.startswith(b"x-") and not header.startswith(b"x-prometheus-"))


@router.get(
    "/metrics",
    response_class=Figures,
    responses=REFUSALS_BESIDE_A_FILE,
    dependencies=[Depends(_may_read)],
)
async def metrics(shared: SharedParts) -> Figures:
    """The server's figures for Prometheus, on this machine itself or by a token for them."""
    # Only a server that is asked for them pays for the library; its import is not the loop's.
    await asyncio.to_thread(__import__, "prometheus_client")
    from tui_rooms.server.metrics.exposition import exposition

    return Figures(exposition(shared.measures))


@router.get("/api/ready")
async def ready(shared: SharedParts) -> Ready:
    """Whether the server can do what it is there for; 503 with the reasons. Asks for no token."""
    obstacles = await shared.measures.readiness.obstacles()
    if obstacles:
        raise RoomError("not-ready", "; ".join(obstacles))
    return Ready()
