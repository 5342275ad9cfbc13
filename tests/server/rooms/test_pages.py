"""Pages of a room: nothing that was kept is lost to its readers, however long ago it was."""

from dataclasses import replace

import pytest

from tests.server.people import actor, open_room
from tests.support.virtual_time import run_virtual
from tui_rooms.rules import commands
from tui_rooms.rules.acts import chat
from tui_rooms.rules.address import ToEveryone, ToPerson
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room_types import AUDIO_ROOM
from tui_rooms.server.rooms import pages
from tui_rooms.server.rooms.live_room import LiveRoom
from tui_rooms.server.storage.memory import MemoryLog
from tui_rooms.wire import messages

SENT = 30


@pytest.fixture
def short_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A room's state keeps six messages, so that most lie in the log alone."""
    monkeypatch.setattr(chat, "CHAT_KEPT", 6)


async def talked() -> tuple[LiveRoom, MemoryLog]:
    """Ana and Ben have talked; every fifth message was private, every seventh was deleted."""
    kept = MemoryLog()
    moments = iter(range(1_000_000, 2_000_000))
    _, live = await open_room(kept=kept, clock=lambda: float(next(moments)))
    for who in ("ana", "ben", "cora"):
        await live.execute(commands.JoinRoom(), actor(who))
    for n in range(SENT):
        to = ToEveryone() if n % 5 else ToPerson(identity="ben")
        await live.execute(
            commands.SendMessage(message_id=f"m{n}", text=f"text {n}", to=to), actor("ana")
        )
        if n % 7 == 0:
            await live.execute(commands.DeleteMessage(message_id=f"m{n}"), actor("ana"))
    return live, kept


async def read_all(live: LiveRoom, kept: MemoryLog, who: str, limit: int) -> list[tuple[str, str]]:
    """Id and text of every message, read page by page from the newest backwards."""
    reader = pages.reader(live.room, actor(who))
    found: list[tuple[str, str]] = []
    before = None
    while True:
        wanted = messages.ReadChat(id=1, before=before, limit=limit)
        page = await pages.chat_page(live.room, kept, reader, wanted)
        assert len(page.messages) == limit or not page.more
        found = [*((m.message_id, m.text) for m in page.messages), *found]
        if not page.more:
            return found
        before = page.messages[0].message_id


@pytest.mark.parametrize("limit", [1, 4, 6, 7, 100])
@pytest.mark.parametrize("who", ["ben", "cora"])
def test_the_whole_chat_is_read_page_by_page(short_memory, who, limit):
    """In order, once each, deleted ones without their text, private ones by their two people."""

    async def scenario() -> None:
        live, kept = await talked()
        assert len(live.room.chat) <= 6
        wanted = [
            (f"m{n}", "" if n % 7 == 0 else f"text {n}")
            for n in range(SENT)
            if who == "ben" or n % 5
        ]
        assert await read_all(live, kept, who, limit) == wanted

    run_virtual(scenario())


def test_a_message_that_one_may_not_read_is_no_place_to_read_from(short_memory):
    """Neither an unknown id nor that of somebody else's private message, however old."""

    async def scenario() -> None:
        live, kept = await talked()
        cora = pages.reader(live.room, actor("cora"))
        for message_id in ("m5", "nothing"):
            wanted = messages.ReadChat(id=1, before=message_id)
            with pytest.raises(RoomError, match=f"no message '{message_id}'") as refused:
                await pages.chat_page(live.room, kept, cora, wanted)
            assert refused.value.code == "unknown-message"

    run_virtual(scenario())


NOBODY_COMES = replace(
    AUDIO_ROOM, capabilities={**AUDIO_ROOM.capabilities, Role.LISTENER: frozenset()}
)


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ({}, {"zoe": "may", "sam": "may"}),
        ({"live": False}, {"zoe": "not-allowed", "sam": "may"}),
        ({"kind": NOBODY_COMES}, {"zoe": "not-allowed", "sam": "may"}),
    ],
)
def test_an_ended_room_is_read_by_those_who_could_have_come_in(options, codes):
    """What was said backstage, or where listeners have no door, stays with those of the stage."""

    async def scenario() -> None:
        _, live = await open_room(**options)
        await live.execute(commands.EndRoom(), replace(actor("ana"), outside=True))
        found = {}
        for who in (actor("zoe"), replace(actor("sam"), granted=Role.SPEAKER)):
            try:
                pages.reader(live.room, who)
                found[who.identity] = "may"
            except RoomError as refused:
                found[who.identity] = refused.code
        assert found == codes

    run_virtual(scenario())


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_the_whole_audit_log_is_read_page_by_page(limit):
    """The newest first, once each, past everything else that has happened."""

    async def scenario() -> None:
        live, kept = await talked()
        for n in range(7):
            await live.execute(commands.JoinRoom(), actor("ben"))
            await live.execute(commands.Kick(identity="ben", reason=f"{n}"), actor("ana"))
        ana = pages.reader(live.room, actor("ana"))
        found, before = [], None
        while True:
            wanted = messages.ReadAudit(id=1, before=before, limit=limit)
            page = await pages.audit_page(live.room, kept, ana, wanted)
            assert len(page.entries) == limit or page.before is None
            found += [entry.detail for entry in page.entries if entry.action == "kicked"]
            before = page.before
            if before is None:
                break
        assert found == [f"{n}" for n in reversed(range(7))]

    run_virtual(scenario())
