"""What comes in through parts of the program's own: a shell's session, a recorder, a bot.

Such a part connects from this machine like anybody else, and loopback is no reason to trust anyone.
So it shows a ticket: for which address limits, guests and blocks count, and, if it vouches for
somebody, who that is and what they may. Tickets are signed with a secret of the running server
that is kept in its memory alone: nobody else makes one, and none is good for the next run. It is
shown in a header of its own, on HTTP and WebSocket alike, which is taken off before anything else
sees it.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import jwt
from starlette.types import ASGIApp, Receive, Scope, Send

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.room import Seconds
from tui_rooms.server.door.credentials.keys import Keys
from tui_rooms.server.door.credentials.tokens import Grant, mint, verify
from tui_rooms.server.door.refusal import refuse
from tui_rooms.wire.own_parts import HEADER

TICKET_LIMIT: Final = 8192
_NAME: Final = HEADER.lower().encode()
_KEY: Final = "tui_rooms.person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """On whose behalf a part of our own asks."""

    address: str | None = None
    """Where they come from, as text; None: this machine, at which the part itself is."""
    person: Grant | None = None
    """Who they are and what they may; None: whoever says hello, by a token or as a guest."""


class OwnParts:
    """Makes tickets, and knows them. One run of a server has one."""

    def __init__(self) -> None:
        self._keys = Keys("run", secrets.token_urlsafe(32))
        # Others: what says who somebody is in a ticket is no ticket by itself.
        self._persons = Keys("person", secrets.token_urlsafe(32))

    def ticket(self, part: Part, *, now: Seconds, life: Seconds) -> str:
        """A secret to be handed to a part: by an inherited descriptor, or a file of mode 0600.

        Args:
            now: by the wall clock.
            life: how long it is good, as long as this run lasts.
        """
        claims: dict[str, object] = {
            "iss": self._keys.api_key,
            "exp": int(now + life),
            "address": part.address,
        }
        if part.person is not None:
            claims["person"] = mint(self._persons, part.person, now=now, life=life)
        return jwt.encode(claims, self._keys.secret, algorithm="HS256")

    def read(self, ticket: str, *, now: Seconds) -> Part:
        """What a ticket says.

        Raises:
            RoomError: `bad-part`: it is none of this run, or its time is over.
        """
        try:
            if len(ticket) > TICKET_LIMIT:
                raise ValueError("too long")
            claims = jwt.decode(
                ticket,
                self._keys.secret,
                algorithms=["HS256"],
                issuer=self._keys.api_key,
                # The time comes as an argument.
                options={"require": ["iss", "exp"], "verify_exp": False},
            )
            if claims["exp"] <= now:
                raise ValueError("over")
            person = None
            if "person" in claims:
                known = verify(self._persons, claims["person"], now=now)
                person = replace(known, of_this_run=True)
        except (jwt.InvalidTokenError, RoomError, ValueError) as exc:
            raise RoomError(
                "bad-part",
                f"what is shown in {HEADER} was not made by this run of the server: start the "
                "program that shows it again",
            ) from exc
        return Part(address=claims.get("address"), person=person)


class PartsDoor:
    """ASGI middleware, outside of all that asks where somebody comes from."""

    def __init__(
        self, app: ASGIApp, parts: OwnParts, *, placed: ASGIApp, wall: Callable[[], Seconds]
    ) -> None:
        """
        Args:
            app: for everybody else.
            placed: for parts of our own, of whom it is known where they come from.
        """
        self._app = app
        self._parts = parts
        self._placed = placed
        self._wall = wall

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        shown = [value for name, value in scope["headers"] if name == _NAME]
        if not shown:
            await self._app(scope, receive, send)
            return
        others = [(name, value) for name, value in scope["headers"] if name != _NAME]
        try:
            part = self._parts.read(b",".join(shown).decode("latin-1"), now=self._wall())
        except RoomError as refused:
            await refuse(scope, receive, send, 403, refused)
            return
        client = None if part.address is None else (part.address, 0)
        here = {**scope, "headers": others, "client": client, _KEY: part.person}
        await self._placed(here, receive, send)


def is_own_part(scope: Scope) -> bool:
    """Whether a part of our own asks for itself, not for somebody who comes from elsewhere."""
    return _KEY in scope and scope["client"] is None


def person_of(scope: Scope) -> Grant | None:
    """For whom a part of our own vouches on that connection; None when none does."""
    person: Grant | None = scope.get(_KEY)
    return person
