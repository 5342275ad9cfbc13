"""Rooms and people for the tests of the screen."""

from hypothesis import strategies as st

from tui_rooms.rules.address import Address, ToEveryone, ToPerson
from tui_rooms.rules.records import ChatMessage, Hand, Request
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Life, Participant, Room
from tui_rooms.tui.model.room_view import RoomView

EVERYONE = ToEveryone()

AWKWARD = (
    "美琳 Mei-Lin",
    "👨‍👩‍👧‍👦 family",
    "🇩🇪 flag",
    "é́́́́́́ marks",
    "zero\u200bwidth\u200djoin",
    "\x1b[31mred\x07",
    "[bold red]markup[/]",
    "a" * 200,
    "한국어 이름",
    "हिन्दी",
    "👍🏽 tone",
    "❤️ heart",
    "\u202eesrever",
    "tab\tand\nline",
    "",
)


def names() -> st.SearchStrategy[str]:
    """Any text that might stand in a name, the awkward often."""
    return st.one_of(
        st.sampled_from(AWKWARD),
        st.text(max_size=30),
        st.text(st.characters(min_codepoint=0x2E80, max_codepoint=0x1FAFF), max_size=12),
    )


def somebody(
    identity: str, name: str | None = None, role: Role = Role.SPEAKER, *, muted: bool = False
) -> Participant:
    """One person."""
    return Participant(
        identity=identity, name=name or identity.title(), role=role, muted=muted, since=0.0
    )


def a_room(
    stage: list[Participant], audience: list[Participant] | None = None, *, title: str = "Jazz"
) -> Room:
    """A live room."""
    listeners = audience or []
    return Room(
        room_id="jazz",
        title=title,
        room_type="audio_room",
        life=Life.LIVE,
        created_at=0.0,
        live_since=0.0,
        host_name=stage[0].name if stage else "Ana",
        stage={who.identity: who for who in stage},
        audience={who.identity: who for who in listeners},
        audience_count=len(listeners),
    )


def jazz(me: str = "ana") -> RoomView:
    """A host, two speakers (one muted) and two listeners, as `me` sees them."""
    return RoomView(
        room=a_room(
            [
                somebody("ana", role=Role.HOST),
                somebody("ben"),
                somebody("cleo", muted=True),
            ],
            [somebody("dan", role=Role.LISTENER), somebody("eve", role=Role.LISTENER)],
        ),
        me=me,
    )


def a_message(number: int, who: Participant, text: str, to: Address = EVERYONE) -> ChatMessage:
    """The so-many'th message, a minute after the one before."""
    return ChatMessage(
        message_id=f"m{number}",
        identity=who.identity,
        name=who.name,
        text=text,
        to=to,
        at=60.0 * number,
    )


def busy(me: str = "ana") -> RoomView:
    """The same room with two hands, a request, and some chat."""
    view = jazz(me)
    room = view.room
    room.hands_open = frozenset({Role.LISTENER})
    room.hands = {
        "dan": Hand(name="Dan", raised_at=4317.0),
        "eve": Hand(name="Eve", raised_at=4334.0),
    }
    room.requests = {
        "cleo": Request(name="Cleo", capabilities=frozenset({Capability.SEND_EVENT}), at=4360.0)
    }
    ana, ben, dan = room.stage["ana"], room.stage["ben"], room.audience["dan"]
    written = [
        a_message(1, ana, "welcome everybody! first topic: tape hiss"),
        a_message(2, dan, "sound is great today"),
        a_message(3, ben, "a question for @Ana: which tape?", ToPerson(identity="ana")),
    ]
    room.chat = {one.message_id: one for one in written}
    room.pinned = written[0]
    return view
