"""One client's visit to a room, kept as long as it lasts; taken up again when a run before died."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Final
from unicodedata import normalize

from tui_rooms.client import ending
from tui_rooms.client.kept.sessions import Held, KeptSessions, Visit, Visitor, credential_of
from tui_rooms.client.link.address import Address
from tui_rooms.client.link.signalling import Signalling
from tui_rooms.rules.errors import RoomError

OVER: Final = frozenset(
    {
        *("left", "kicked", "blocked", "sent-out", "replaced"),
        *("room-ended", "unknown-room", "wrong-room", "bad-token"),
    }
)
"""How a visit ends that is not to be taken up again; whatever else ends it is a broken link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Where a program keeps its visits, and what tells them from those of others."""

    sessions: KeptSessions
    program: str
    server: str = ""
    """What the server is known by; empty: its address."""

    def visitor(self, address: Address, *, name: str | None, token: str | None = None) -> Visitor:
        """Who comes there by that name."""
        return Visitor(
            program=self.program,
            server=self.server or address.http,
            name=normalize("NFC", name or "").strip(),
            credential=credential_of(token or address.token, address.invite),
        )


class Returning:
    """What to come in with, and the file in which it is kept. Without a keeping, nothing is."""

    def __init__(self, sessions: KeptSessions | None = None, who: Visitor | None = None) -> None:
        """Not for callers: use `begin`."""
        self.session: str | None = None
        """That of a run that died in the room; None: one comes anew."""
        self._sessions = sessions
        self._who = who
        self._held: Held | None = None
        self._writing: asyncio.Task[None] | None = None

    @classmethod
    async def begin(
        cls,
        keeping: Keeping | None,
        address: Address,
        *,
        room: str | None,
        name: str | None,
        token: str | None,
    ) -> "Returning":
        """Before one comes in: look for who one was there.

        Raises:
            LinkError: the server cannot be asked whether it still knows that one.
        """
        if keeping is None:
            return cls()
        found = cls(keeping.sessions, keeping.visitor(address, name=name, token=token))
        if room is not None:
            await found._look(address, room, token)
        return found

    @asynccontextmanager
    async def coming_in(self) -> AsyncIterator[None]:
        """While one tries to; a refusal may say that the visit is over."""
        try:
            yield
        except RoomError as refused:
            await self.ended(refused.code)
            raise

    async def came_in(self, room: str, session: str) -> None:
        """One is in: from now on it is kept."""
        if self._sessions is None or self._who is None:
            return
        visit = Visit(who=self._who, room=room, session=session)
        if self._held is None:
            self._held = await asyncio.to_thread(self._sessions.keep, visit)
        else:
            await self._write(visit)

    def renewed(self, session: str) -> None:
        """The server has made another session."""
        held = self._held
        if held is not None:
            before = self._writing
            visit = replace(held.visit, session=session)
            self._writing = asyncio.ensure_future(self._write(visit, after=before))

    async def ended(self, code: str) -> None:
        """One is out, for that reason."""
        if self._writing is not None:
            await self._writing
        held, self._held = self._held, None
        if held is not None:
            is_over = code in OVER and not (code == "left" and ending.is_unwished())
            await asyncio.to_thread(held.forget if is_over else held.let_go)

    async def _look(self, address: Address, room: str, token: str | None) -> None:
        if self._sessions is None or self._who is None:
            return
        held = await asyncio.to_thread(self._sessions.find, self._who, room)
        if held is None:
            return
        self._held = held
        session = held.visit.session
        try:
            asked = await Signalling.open(
                address, token=token, name=self._who.name, session=session
            )
        except RoomError as refused:
            await self.ended(refused.code)
            if refused.code != "bad-token":
                raise
        except BaseException:
            await self.ended("")
            raise
        else:
            await asked.close()
            self.session = session

    async def _write(self, visit: Visit, *, after: "asyncio.Task[None] | None" = None) -> None:
        if after is not None:
            await after
        if self._held is not None:
            with suppress(OSError):  # what was kept before still is
                await asyncio.to_thread(self._held.write, visit)
