"""--plain in a room: everything that the screen can do has a word, on a real server."""

from tests.support.server import Server
from tests.tui.plain.test_plain import Visit
from tui_rooms.tui.actions.room import ROOM_ACTIONS
from tui_rooms.tui.plain.vocabulary import IN_ROOM, ONLY_ON_THE_SCREEN


def test_every_action_of_the_room_has_a_word_or_a_reason() -> None:
    """And no word is for an action that does not exist."""
    have = {action for command in IN_ROOM.values() for action in command.does}
    actions = {action.id for action in ROOM_ACTIONS}
    assert have <= actions
    assert actions - have == set(ONLY_ON_THE_SCREEN)


def test_a_hand_is_raised_accepted_and_a_host_made(server: Server) -> None:
    """Each step is told to both."""
    with Visit(server.url, "ana") as ana, Visit(server.url, "ben") as ben:
        ana.reads("no rooms are open")
        ana.types("new Tea")
        ana.reads("in the room Tea")
        ben.reads("new room: Tea")
        ben.types("join 1")
        ben.reads("in the room Tea")
        ana.reads("ben came")
        ana.types("audience ben")
        ben.reads("you are a listener now")
        ana.types("hands open")
        ben.reads("hands are open")
        ben.types("hand")
        ana.reads("ben's hand is up, number 1 in the queue")
        ana.types("waiting")
        ana.reads("1. ben has a hand up")
        ana.types("accept")
        ben.reads("ana offers you the stage; type: accept")
        ben.types("accept")
        ana.reads("ben is a speaker now")
        ana.types("forbid ben send-audio")
        ben.reads("you may no longer: send-audio")
        ben.types("ask send-audio")
        ana.reads("ben asks to be allowed: send-audio")
        ana.types("accept ben")
        ben.reads("you may now: send-audio")
        ana.types("role ben host")
        ben.reads("you are a host now")
        ben.types("details ana")
        ben.reads("  role: host")
        ben.types("stepdown")
        ana.reads("ben is a listener now")


def test_chat_and_what_one_hears(server: Server) -> None:
    """Messages are lines; volumes are told to nobody else."""
    with Visit(server.url, "ana") as ana, Visit(server.url, "ben") as ben:
        ana.reads("no rooms are open")
        ana.types("new Tea")
        ana.reads("in the room Tea")
        ben.reads("new room: Tea")
        ben.types("join 1")
        ben.reads("in the room Tea")
        ana.reads("ben came")
        ana.types("say welcome")
        ben.reads("ana: welcome")
        ben.types("tell ana: how is the sound?")
        ana.reads("ben to you: how is the sound?")
        ana.types("chat")
        ana.reads("2. ana: welcome")
        ana.types("pin 2")
        ben.reads("pinned: ana: welcome")
        ana.types("say one more")
        ben.reads("ana: one more")
        ana.types("delete 2")  # of the list that was read, though it would be the third by now
        ben.reads("a message of ana was deleted: welcome")
        ben.types("react 1")
        ana.reads("ben reacts 👏")
        ben.types("volume ana 60")
        ben.reads("you hear ana at 60 %")
        ben.types("hush ana")
        ben.reads("you hear ana not at all")
        ben.types("deafen")
        ben.reads("you hear nobody")
        assert not any("60 %" in line for line in ana.lines)


def test_a_room_is_run_by_typing(server: Server) -> None:
    """Its title, slow mode, who is kept out, and what was done."""
    with Visit(server.url, "ana") as ana, Visit(server.url, "ben") as ben:
        ana.reads("no rooms are open")
        ana.types("new Tea")
        ana.reads("in the room Tea")
        ben.reads("new room: Tea")
        ben.types("join 1")
        ben.reads("in the room Tea")
        ana.reads("ben came")
        ana.types("title Tea and cake")
        ben.reads("the room is called Tea and cake now")
        ana.types("slow 30s")
        ben.reads("slow mode: one message every 30 s")
        ana.types("password sesame")
        ben.reads("the room has a password")
        ben.types("report ana: too much cake")
        ana.reads("a report by ben about ana: too much cake")
        ana.types("find b")
        ana.reads("1 with 'b' in the name")
        ana.types("block ben for 10m: noise")
        ana.reads("ben left")
        ana.types("blocked")
        ana.reads("ben: noise, until")
        ana.types("reports")
        ana.reads("  1. ")
        ana.types("settle 2")
        ana.reads("'2' is not the number of a report")
        ana.types("settle 1")
        ana.reads("ana has settled the report about ana")
        ana.types("reports")
        ana.reads("ben about ana: too much cake — settled by ana")
        ana.types("audit")
        ana.reads("ana: blocked ben (for 600 s: noise)")
        ana.types("unblock ben")
        ana.types("details")
        ana.reads("  slow mode: 30 s between messages")
        ana.types("link")
        ana.reads(f"{server.url}/r/")


def test_what_is_typed_wrongly_is_answered_with_what_is_right(server: Server) -> None:
    """The sentence says which value, and what was expected."""
    with Visit(server.url, "ana") as ana:
        ana.reads("no rooms are open")
        ana.types("new Tea")
        ana.reads("in the room Tea")
        for line, answer in (
            ("slow soon", "'soon' is no duration: expected 90s, 30m, 8h or 7d"),
            ("slow " + "9" * 400, "' is too long: at most 36500d"),
            ("volume ana", "expected a name and 0 to 200 percent"),
            ("role ana king", "expected a name and one of: host, cohost, speaker, listener"),
            ("allow ana fly", "'fly' is not one of: join-room"),
            ("accept", "nobody waits for your answer"),
            ("hands", "expected: hands open, or: hands close"),
            ("say", "there is nothing to send"),
            ("react 99", "expected one of: 1 👏"),
            ("delete 7", "no message '7'"),
            ("unblock zed", "'zed' is 0 of those who are blocked"),
            ("audit more", "expected: audit"),
        ):
            ana.types(line)
            ana.reads(answer)


def test_what_people_write_is_said_whole_and_by_whom(server: Server) -> None:
    """Scripts keep their joiners, messages their lines, and two of one name say which they are."""
    with Visit(server.url, "Ana") as ana, Visit(server.url, "Аna") as twin:
        ana.reads("no rooms are open")
        ana.types("new می‌خواهم")
        twin.reads("new room: می‌خواهم, live")
        twin.types("join 1")
        ana.reads("Аna (speaker) came, speaker, muted")
        twin.reads("  Ana (host), host")
        twin.types("say शक्‍ति 👩‍👩‍👧 main.c:100:5:")
        ana.reads("Аna (speaker): शक्‍ति 👩‍👩‍👧 main.c:100:5:")
        ana.types("tell Аna (speaker): psst")
        twin.reads("Ana (host) to you: psst")
        ana.types("mute Ana")
        ana.reads("'Ana' may be")


def test_who_has_left_is_dealt_with_by_typing(server: Server) -> None:
    """After the list, by name; a name that nobody has is said, and who shares an address."""
    with Visit(server.url, "ana") as ana, Visit(server.url, "ben") as ben:
        ana.reads("no rooms are open")
        ana.types("new Tea")
        ana.reads("in the room Tea")
        ben.reads("new room: Tea")
        ben.types("join 1")
        ana.reads("ben came")
        ben.types("leave")
        ana.reads("ben left")
        ana.types("block Bne")
        ana.reads("nobody here is called 'Bne'; see: who, or who has left: absent")
        ana.types("absent")
        ana.reads("  ben: left ")
        ana.types("kick ben: noise")
        ana.types("block ben for 10m: noise")
        ana.reads("new guests from the network address of 'ben' are kept out for 10 minutes too")
        ana.types("absent")
        ana.reads(", blocked: noise")
        ben.types("join 1")
        ben.reads("blocked (noise) until")
        ana.types("unblock ben")
        ana.types("lock")
        ana.reads("who may come in: nobody new: the room is locked")
        ben.types("join 1")
        ben.reads("it is locked, and takes nobody new until a host unlocks it")
        ana.types("noguests")
        ana.reads("who may come in: no new guests")
        ana.types("unlock")
        ana.reads("who may come in: everyone")
        ana.types("muteall hard")
        ana.reads("nobody below host may unmute")
        ben.types("join 1")
        ana.reads("ben came, listener")
        ben.reads("listening: 1")
        ana.types("stage ben")
        ben.reads("ana offers you the stage")
        ben.types("accept")
        ben.reads("you are a speaker now")
        ben.types("unmute")
        ben.reads("all below host are muted until that is over")
        ana.types("letunmute")
        ben.reads("everyone may unmute again")
