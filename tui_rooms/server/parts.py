"""The parts of one server, opened and closed in the right order."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from tui_rooms.rules.room_types import RoomType
from tui_rooms.server.api.shared import Shared
from tui_rooms.server.door.addresses import Addresses, AddressLimits
from tui_rooms.server.door.changes import Changes
from tui_rooms.server.door.credentials.calendar_links import CalendarLinks
from tui_rooms.server.door.credentials.invitations import Invitations
from tui_rooms.server.door.credentials.keys import Keys, load_webhook_secret
from tui_rooms.server.door.credentials.passwords import Passwords
from tui_rooms.server.door.door import Door
from tui_rooms.server.door.loop_time import SHARE, LoopTime
from tui_rooms.server.metrics.loop_lag import LoopLag
from tui_rooms.server.metrics.measures import Measures
from tui_rooms.server.metrics.readiness import Readiness
from tui_rooms.server.rooms.away import AwaySeats
from tui_rooms.server.rooms.clock import RoomClock
from tui_rooms.server.rooms.lives import Lives
from tui_rooms.server.rooms.registry import Observer, Registry, nobody
from tui_rooms.server.rooms.retention import forget_old_rooms
from tui_rooms.server.storage.database import Sync
from tui_rooms.server.storage.port import RoomLog
from tui_rooms.server.storage.sqlite import SqliteLog
from tui_rooms.sfu.durations import Durations
from tui_rooms.sfu.port import MediaEngine

ROOMS_FILE = "rooms.db"


@asynccontextmanager
async def opened_parts(
    data: Path,
    *,
    keys: Keys,
    engine: MediaEngine,
    guests: bool,
    local_guests: bool = False,
    room_types: Mapping[str, RoomType],
    public_url: str | None = None,
    link_base: str = "",
    webhooks: Sequence[str] = (),
    sync: Sync = "normal",
    keep_days: float | None = None,
    clock: RoomClock | None = None,
    share: float = SHARE,
) -> AsyncIterator[Shared]:
    """A server without its door: it carries on with the rooms in its data directory.

    Args:
        local_guests: whether at least those on this machine may be.
        public_url: as people know the server; None: as whoever asks has reached it.
        link_base: what links to rooms begin with where nobody asks: in webhooks.
        sync: whether an acknowledged event survives a loss of power ("full"), or a crash of the
            server only.
        keep_days: after which ended rooms are forgotten; None never.
        clock: None: begins now.
        share: of the loop's time, for one address.

    Raises:
        KeysError: the webhooks' secret cannot be used.
        StorageError: the rooms cannot be.
    """
    clock = clock or RoomClock()
    async with AsyncExitStack() as stack:
        appends = Durations()
        kept = await SqliteLog.open(data / ROOMS_FILE, sync=sync, took=appends.note)
        stack.push_async_callback(kept.close)
        if keep_days is not None:
            forgetting = asyncio.create_task(
                forget_old_rooms(kept, days=keep_days, clock=clock, wall=clock.wall)
            )
            stack.push_async_callback(_cancelled, forgetting)
        invitations = Invitations(data)
        stack.callback(invitations.close)
        calendar_links = CalendarLinks(data, keys)
        stack.callback(calendar_links.close)
        passwords = Passwords(clock=clock)
        stack.callback(passwords.close)
        observe: Observer = nobody
        if webhooks:
            observe = await stack.enter_async_context(_told(webhooks, data, link_base, clock))
        registry = Registry(
            engine,
            kept=kept,
            room_types=room_types,
            clock=clock,
            wall=clock.wall,
            observe=observe,
            lives=Lives(await kept.forgotten(), now=clock.wall()),
        )
        stack.push_async_callback(registry.close)
        away = AwaySeats()
        stack.push_async_callback(away.close)
        rooms = await registry.start()
        for room in rooms:
            away.expect_all(room)
        await asyncio.to_thread(invitations.keep_only, [room.room_id for room in rooms])
        door = Door(
            registry=registry,
            engine=engine,
            keys=keys,
            away=away,
            passwords=passwords,
            addresses=Addresses(AddressLimits(), clock=clock),
            changes=Changes(clock),
            loop_time=LoopTime(clock, share=share),
            guests=guests,
            local_guests=local_guests,
            clock=clock,
            wall=clock.wall,
            public_url=public_url,
        )
        await _forget_links(calendar_links, kept)
        lag = LoopLag()
        stack.callback(lag.close)
        yield Shared(
            door=door,
            invitations=invitations,
            calendar_links=calendar_links,
            room_types=room_types,
            measures=Measures(
                registry=registry,
                engine=engine,
                refusals=door.refusals,
                backlog=door.backlog,
                loop_time=door.loop_time,
                appends=appends,
                lag=lag,
                readiness=Readiness(kept, engine, clock=clock),
            ),
        )


async def _forget_links(calendar_links: CalendarLinks, kept: RoomLog) -> None:
    """Forget those into rooms that are forgotten."""
    rooms = await asyncio.to_thread(calendar_links.rooms)
    gone = [room for room in rooms if not await kept.version(room)]
    await asyncio.to_thread(calendar_links.forget, gone)


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


@asynccontextmanager
async def _told(
    urls: Sequence[str], data: Path, link_base: str, clock: RoomClock
) -> AsyncIterator[Observer]:
    # Only a server with webhooks pays for their HTTP client (100 ms at start).
    from tui_rooms.server.webhooks.delivery import Webhooks
    from tui_rooms.server.webhooks.news import RoomNews
    from tui_rooms.server.webhooks.queue import FILE

    secret = load_webhook_secret(data)
    sending = Webhooks(urls, secret, data / FILE, clock=clock, wall=clock.wall)
    await sending.start()
    news = RoomNews(sending.post, link_base=link_base)
    try:
        yield news.happened
    finally:
        news.close()
        await sending.close()
