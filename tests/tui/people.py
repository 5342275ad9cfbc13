"""Rooms and people for the tests of the screen."""

from hypothesis import strategies as st

from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Life, Participant, Room
from tui_rooms.tui.room_view import RoomView

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
