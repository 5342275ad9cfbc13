"""What every log of rooms promises, whatever it is made of."""

import asyncio

import pytest

from tests.server.storage.rooms import made, said
from tui_rooms.rules.address import ToEveryone
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.events import HandRaised, Kicked, MessageDeleted
from tui_rooms.server.storage.card import RoomState
from tui_rooms.server.storage.errors import StorageError, VersionConflict
from tui_rooms.server.storage.port import RoomLog
from tui_rooms.server.storage.query import RoomQuery
from tui_rooms.server.storage.topics import Topic


async def put(log: RoomLog, room_id: str, **about) -> None:
    happened, card = made(room_id, **about)
    await log.append(room_id, happened, expected=0, card=card)


async def ids(log: RoomLog, **query) -> list[str]:
    return [card.room_id for card in (await log.query(RoomQuery(**query))).rooms]


async def test_what_was_appended_is_read_back_in_order(log):
    """Events come back equal, over several appends."""
    first, card = made(live_at=110.0)
    await log.append("talk", first, expected=0, card=card)
    await log.append("talk", [said("one"), said("two")], expected=2, card=card)
    assert await log.read("talk") == [*first, said("one"), said("two")]


async def test_reading_after_a_version_gives_the_rest(log):
    """A reader who knows the first events gets only what came after them."""
    first, card = made()
    more = [said(f"number {n}") for n in range(500)]
    await log.append("talk", [*first, *more], expected=0, card=card)
    assert await log.read("talk", after=1) == more
    assert await log.read("talk", after=500) == more[-1:]
    assert await log.read("talk", after=501) == []


async def test_rooms_do_not_see_each_other(log):
    """A room's log holds its own events only; a room that is not there has none."""
    await put(log, "one", title="One")
    await put(log, "two", title="Two")
    assert [event.title for event in await log.read("two")] == ["Two"]
    assert await log.read("three") == []


@pytest.mark.parametrize("expected", [0, 1, 3])
async def test_a_wrong_version_writes_nothing(log, expected):
    """Too low, too high: the log and the card stay as they are, and the error names the length."""
    first, card = made(live_at=110.0)
    await log.append("talk", first, expected=0, card=card)
    _, other = made(title="Another")
    with pytest.raises(VersionConflict, match=f"has 2 events, expected {expected}") as refused:
        await log.append("talk", [said("lost")], expected=expected, card=other)
    assert refused.value.found == 2
    assert await log.read("talk") == first
    assert (await log.query(RoomQuery())).rooms == (card,)


async def test_a_room_begins_at_version_0(log):
    """Nobody appends to a room that is not there."""
    _, card = made()
    with pytest.raises(VersionConflict):
        await log.append("talk", [said("too early")], expected=1, card=card)
    assert await log.read("talk") == []
    assert await ids(log) == []


async def test_of_two_writers_one_wins(log):
    """Of many who write at the same version at once, exactly one is acknowledged."""
    first, card = made()
    await log.append("talk", first, expected=0, card=card)
    outcomes = await asyncio.gather(
        *(log.append("talk", [said(f"{n}")], expected=1, card=card) for n in range(20)),
        return_exceptions=True,
    )
    winners = [n for n, outcome in enumerate(outcomes) if outcome is None]
    assert len(winners) == 1
    assert await log.read("talk", after=1) == [said(f"{winners[0]}")]
    assert sum(isinstance(outcome, VersionConflict) for outcome in outcomes) == 19


async def test_a_conflict_of_one_room_harms_no_other(log):
    """Those who wait for the same commit are told apart."""
    happened, card = made("bad")
    outcomes = await asyncio.gather(
        put(log, "good"),
        log.append("bad", happened, expected=7, card=card),
        put(log, "better"),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [type(None), VersionConflict, type(None)]
    assert sorted(await log.open_rooms()) == ["better", "good"]


async def test_appends_that_do_not_wait_keep_their_order(log):
    """A writer may send the next append before the last is acknowledged."""
    first, card = made()
    await asyncio.gather(
        log.append("talk", first, expected=0, card=card),
        *(log.append("talk", [said(f"{n}")], expected=n, card=card) for n in range(1, 100)),
    )
    assert await log.read("talk", after=1) == [said(f"{n}") for n in range(1, 100)]


async def test_an_empty_append_is_refused(log):
    """A room without events cannot be replayed."""
    _, card = made()
    with pytest.raises(ValueError, match="nothing to append to room 'talk'"):
        await log.append("talk", [], expected=0, card=card)
    assert await ids(log) == []


async def test_what_a_reader_got_is_its_own(log):
    """Changing the list of events does not change the log."""
    await put(log, "talk")
    (await log.read("talk")).clear()
    assert len(await log.read("talk")) == 1


async def test_rooms_are_found_by_their_state(log):
    """Upcoming the soonest first, live and ended the latest first, all together likewise."""
    await put(log, "tomorrow", starts_at=2000.0)
    await put(log, "tonight", starts_at=1000.0)
    await put(log, "open", at=300.0)
    await put(log, "long-live", live_at=400.0)
    await put(log, "just-live", live_at=500.0)
    await put(log, "over", live_at=110.0, ended_at=120.0)
    await put(log, "just-over", starts_at=3000.0, ended_at=600.0)
    assert await ids(log, state=RoomState.UPCOMING) == ["open", "tonight", "tomorrow"]
    assert await ids(log, state=RoomState.LIVE) == ["just-live", "long-live"]
    assert await ids(log, state=RoomState.ENDED) == ["just-over", "over"]
    assert await ids(log) == [
        *("tomorrow", "tonight", "just-over", "just-live", "long-live", "open", "over"),
    ]


async def test_private_rooms_are_hidden_unless_asked_for(log):
    """A query finds them only for those who may see them."""
    await put(log, "club", private=True)
    await put(log, "talk")
    assert await ids(log) == ["talk"]
    assert await ids(log, private=True) == ["talk", "club"]


async def test_text_is_found_without_case_and_accents(log):
    """Every word must be in the title or the description, in any order and any case."""
    await put(log, "cafe", title="Café Straße", description="Beans & brewing")
    await put(log, "tea", title="Tea, 100% leaves")
    assert await ids(log, text="CAFE") == ["cafe"]
    assert await ids(log, text="brewing strasse") == ["cafe"]
    assert await ids(log, text="cafe leaves") == []
    assert await ids(log, text="100%") == ["tea"]
    assert await ids(log, text="_") == []


async def test_rooms_are_found_by_their_host(log):
    """By the whole name, not a part of it."""
    await put(log, "one", host="Zoë")
    await put(log, "two", host="Zoë B")
    assert await ids(log, host="zoe") == ["one"]


async def test_rooms_are_found_by_time(log):
    """From a moment on, and before another: the first counts, the second does not."""
    for hour in (1, 2, 3):
        await put(log, f"at-{hour}", starts_at=hour * 3600.0)
    found = await ids(log, state=RoomState.UPCOMING, since=3600.0, until=3 * 3600.0)
    assert found == ["at-1", "at-2"]


@pytest.mark.parametrize("state", [None, RoomState.UPCOMING])
async def test_pages_show_each_room_once(log, state):
    """Going from page to page meets every room once, in order, also those of one moment."""
    for n in range(11):
        await put(log, f"room-{n:02}", starts_at=1000.0 + n // 4)
    everything = await ids(log, state=state)
    met, cursor = [], None
    while True:
        page = await log.query(RoomQuery(state=state, limit=3, cursor=cursor))
        met += [card.room_id for card in page.rooms]
        cursor = page.next
        if cursor is None:
            break
    assert met == everything
    assert len(set(met)) == 11


async def test_a_full_last_page_is_the_last(log):
    """No cursor leads to an empty page."""
    await put(log, "one")
    await put(log, "two")
    assert (await log.query(RoomQuery(limit=2))).next is None
    assert (await log.query(RoomQuery(limit=1))).next is not None


async def test_a_cursor_stays_where_it_is(log):
    """Rooms that appear before it, or vanish, neither repeat nor hide what comes after it."""
    for n in range(4):
        await put(log, f"room-{n}", live_at=1000.0 - n)
    page = await log.query(RoomQuery(limit=2))
    assert [card.room_id for card in page.rooms] == ["room-0", "room-1"]
    await put(log, "newest", live_at=5000.0)
    _, over = made("room-1", live_at=999.0, ended_at=6000.0)
    await log.append("room-1", [said("the end")], expected=2, card=over)
    assert await ids(log, limit=2, cursor=page.next) == ["room-2", "room-3"]


@pytest.mark.parametrize("cursor", ["", "7", "nan~room", "~room", "5.0~", "x~y"])
async def test_a_strange_cursor_is_refused(log, cursor):
    """What is not one of our cursors is refused by name, not taken for the first page."""
    await put(log, "talk")
    with pytest.raises(RoomError, match="is not a cursor") as refused:
        await log.query(RoomQuery(cursor=cursor))
    assert refused.value.code == "bad-cursor"


async def test_the_card_is_the_latest(log):
    """A query shows a room as it was after its last append."""
    first, card = made(title="Before")
    await log.append("talk", first, expected=0, card=card)
    _, now_live = made(title="After", live_at=300.0)
    await log.append("talk", [said("we are on")], expected=1, card=now_live)
    assert (await log.query(RoomQuery())).rooms == (now_live,)


async def test_open_rooms_are_those_that_have_not_ended(log):
    """A server that starts carries on with scheduled, backstage and live rooms."""
    await put(log, "scheduled", starts_at=900.0)
    await put(log, "backstage")
    await put(log, "live", live_at=110.0, private=True)
    await put(log, "over", ended_at=120.0)
    assert sorted(await log.open_rooms()) == ["backstage", "live", "scheduled"]


async def test_only_rooms_that_ended_before_are_forgotten(log):
    """Retention erases logs and cards of old ended rooms; their ids are free again."""
    for n in range(50):
        await put(log, f"old-{n}", ended_at=150.0)
    await put(log, "recent", ended_at=200.0)
    await put(log, "live", live_at=110.0)
    assert await log.forget_before(200.0) == 50
    assert await ids(log) == ["recent", "live"]
    assert await log.read("old-0") == []
    assert await log.forget_before(200.0) == 0
    await put(log, "old-0", title="New")
    assert [event.title for event in await log.read("old-0")] == ["New"]


async def test_a_closed_log_refuses_everything(log):
    """After closing, every call says that the server stops; closing twice is nothing."""
    happened, card = made()
    await log.close()
    await log.close()
    for call in (
        log.append("talk", happened, expected=0, card=card),
        log.read("talk"),
        log.query(RoomQuery()),
        log.open_rooms(),
        log.forget_before(0.0),
    ):
        with pytest.raises(StorageError) as refused:
            await call
        assert refused.value.code == "storage-closed"


def test_a_page_has_a_bounded_size():
    """A query for nothing or for everything at once is a mistake."""
    for limit in (0, 201):
        with pytest.raises(ValueError, match="expected 1 to 200"):
            RoomQuery(limit=limit)


async def test_a_log_is_read_a_part_at_a_time(log):
    """At most as many events as asked for, from any version on; the version itself costs none."""
    first, card = made()
    more = [said(f"number {n}") for n in range(500)]
    assert await log.version("talk") == 0
    await log.append("talk", [*first, *more], expected=0, card=card)
    assert await log.version("talk") == 501
    assert await log.read("talk", limit=1) == first
    assert await log.read("talk", after=1, limit=300) == more[:300]
    assert await log.read("talk", after=301, limit=300) == more[300:]
    assert await log.read("talk", limit=0) == []


async def test_a_topic_is_read_backwards(log):
    """The newest first, only before a place, each with its number; what is of no topic is not."""
    first, card = made(live_at=110.0)
    kicks = [Kicked(identity="ben", name="Ben", reason=f"{n}", by="ana", at=1.0) for n in (1, 2)]
    raised = HandRaised(identity="ben", name="Ben", at=1.0)
    own = MessageDeleted(
        message_id="m1.0", identity="ana", name="ana", to=ToEveryone(), by="ana", at=3.0
    )
    rest = [said("one", 1.0), kicks[0], raised, said("two", 2.0), kicks[1], own]
    await log.append("talk", [*first, *rest], expected=0, card=card)
    acts = await log.newest("talk", Topic.AUDIT, limit=10)
    assert [(seq, event.kind) for seq, event in acts] == [
        (7, "kicked"), (4, "kicked"), (2, "went_live")
    ]  # fmt: skip
    assert await log.newest("talk", Topic.AUDIT, before=7, limit=1) == acts[1:2]
    said_before = await log.newest("talk", Topic.CHAT, before=6, limit=10)
    assert [(seq, event.text) for seq, event in said_before] == [(3, "one")]
    assert await log.newest("nowhere", Topic.CHAT, limit=10) == []


async def test_what_happened_to_messages_is_found_by_their_ids(log):
    """Sent and deleted, in the order of the log, in this room only."""
    for room_id in ("talk", "other"):
        first, card = made(room_id)
        gone = MessageDeleted(
            message_id="m1.0", identity="ana", name="ana", to=ToEveryone(), by="ben", at=3.0
        )
        rest = [said("one", 1.0), said("two", 2.0), gone]
        await log.append(room_id, [*first, *rest], expected=0, card=card)
    about = await log.about_messages("talk", ["m1.0", "m9.0"])
    assert [(seq, event.kind) for seq, event in about] == [
        (2, "message_sent"), (4, "message_deleted")
    ]  # fmt: skip
    assert await log.about_messages("talk", []) == []
