"""What every route needs: the parts of the server, and who asks."""

import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ValidationError

from tui_rooms.rules.actor import Actor
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.room import Room
from tui_rooms.rules.room_types import RoomType
from tui_rooms.server.door.addresses import stranger
from tui_rooms.server.door.credentials.calendar_links import CalendarLinks
from tui_rooms.server.door.credentials.invitations import Invitations
from tui_rooms.server.door.credentials.tokens import Grant
from tui_rooms.server.door.door import Door
from tui_rooms.server.door.own_parts import person_of
from tui_rooms.server.metrics.measures import Measures
from tui_rooms.wire import messages

TOKEN_LIMIT = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """One server has one."""

    door: Door
    invitations: Invitations
    calendar_links: CalendarLinks
    room_types: Mapping[str, RoomType]
    measures: Measures

    def seen_from(self, address: str | None) -> "Shared":
        """The same for somebody who comes from there."""
        return replace(self, door=self.door.seen_from(address))

    def actor(self, grant: Grant, room: Room, *, address: str | None = None) -> Actor:
        """Who asks, as the rules see them: without a seat, so from outside.

        Args:
            address: as for `Door.actor`.
        """
        return replace(self.door.actor(grant, room, address=address), outside=True)

    def reading(self, address: str | None) -> AbstractAsyncContextManager[None]:
        """The turn of an address to search, or to read a page."""
        return self.door.reading.turn(stranger(address))


def _shared(request: Request) -> Shared:
    shared: Shared = request.app.state.shared
    return shared.seen_from(_address(request))


_bearer = HTTPBearer(
    auto_error=False, bearerFormat="JWT", description="a token of this server: tui-rooms token"
)
_Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def _asker(
    request: Request, shared: Annotated[Shared, Depends(_shared)], credentials: _Credentials
) -> Grant:
    token = None if credentials is None else credentials.credentials
    if "authorization" in request.headers and not token:
        raise RoomError("bad-token", "expected 'Authorization: Bearer TOKEN'")
    if token is not None and len(token) > TOKEN_LIMIT:
        raise RoomError("bad-token", f"the token is longer than {TOKEN_LIMIT} characters")
    hello = messages.Hello(version=messages.VERSION, token=token)
    return shared.door.recognise(hello, person=person_of(request.scope))


def _link_base(request: Request, shared: Annotated[Shared, Depends(_shared)]) -> str:
    return shared.door.public_url or str(request.base_url).rstrip("/")


def _address(request: Request) -> str | None:
    return request.client.host if request.client else None


SharedParts = Annotated[Shared, Depends(_shared)]
Asker = Annotated[Grant, Depends(_asker)]
"""Who asks: the bearer of a token, or a guest where guests are allowed."""
Bearer = _Credentials
"""A token that need not be there."""
Address = Annotated[str | None, Depends(_address)]
"""Where the request comes from."""
LinkBase = Annotated[str, Depends(_link_base)]
"""What links to rooms begin with, before `/r/`."""


def strictly(model: type[BaseModel]) -> Callable[[Request], Awaitable[None]]:
    """A dependency that takes a JSON body as it is written: no "yes" for true, no "1" for 1.

    FastAPI hands pydantic parsed JSON, for which strictness would refuse enums and tuples too.
    1.0 is an integer to JSON Schema, though, and so it is here.
    """

    async def check(request: Request) -> None:
        try:
            body = json.loads(await request.body(), parse_float=_number)
            model.model_validate_json(json.dumps(body), strict=True)
        except ValidationError as exc:
            found = [
                {**fault, "loc": ("body", *fault["loc"])} for fault in exc.errors(include_url=False)
            ]
            raise RequestValidationError(found) from exc
        except (ValueError, RecursionError):
            return  # no JSON at all: FastAPI says so itself

    return check


def _number(text: str) -> float | int:
    value = float(text)
    return int(value) if value.is_integer() else value
