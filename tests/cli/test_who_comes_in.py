"""Who has left a room, who may come in, and who may speak: from the command line."""

from itertools import count

from tests.cli.test_room_commands import Shell, server, shell, tea
from tests.support.dialogue import dialogue
from tests.support.server import Server
from tui_rooms.cli.exits import Exit

__all__ = ["server", "shell"]  # the fixtures

_rooms = count(1)


def test_a_name_that_nobody_has_is_said(server: Server, shell: Shell):
    """A typo is never "done": not for a block, nor for anything else that is for somebody."""
    with dialogue(server.url, name="Ana") as ana, dialogue(server.url, name="Ben") as ben:
        room = tea(ana)
        ben.ask("join_room", room=room, media=False)
        for words in (["block", "Bne"], ["unblock", "Bne"], ["kick", "Bne"], ["mute", "Bne"]):
            said = shell("room", room, *words, code=Exit.REFUSED)
            assert f"nobody called 'Bne' is in room '{room}', or was there lately" in said
        assert "not-here" not in shell("room", room, "block", "Ben")
        assert ben.hear("closed")["code"] == "blocked"


def test_who_has_left_is_dealt_with_by_name(server: Server, shell: Shell):
    """Listed with what was done to them; blocked, and let in again."""
    with dialogue(server.url, name="Ana") as ana, dialogue(server.url, name="Ben") as ben:
        room = tea(ana)
        him = ben.welcome["identity"]
        ben.ask("join_room", room=room, media=False)
        ben.do("leave_room")
        assert shell("room", room, "absent", "ben").startswith(f"{him}  Ben: left ")
        assert shell("room", room, "mute", "Ben") == ""
        assert shell.json("room", room, "kick", "Ben", "--reason", "noise")["identity"] == him
        told = shell("room", room, "block", "Ben", "--reason", "noise")
        assert "network address of 'Ben' are kept out for 10 minutes too; 1 other person" in told
        [one] = shell.json("room", room, "absent")
        assert (one["identity"], one["sent_out"], one["blocked"]["reason"]) == (him, True, "noise")
        assert ben.ask("join_room", room=room, media=False)["code"] == "blocked"
        assert shell("room", room, "unblock", "Ben") == ""
        assert ben.ask("join_room", room=room, media=False)["type"] == "ack"


def test_two_who_have_left_with_one_name_are_told_apart(server: Server, shell: Shell):
    """By their identities; whoever is here comes before those who are not."""
    with (
        dialogue(server.url, name="Ana") as ana,
        dialogue(server.url, name="Sam") as one,
        dialogue(server.url, name="Sam") as other,
    ):
        room = tea(ana)
        for who in (one, other):
            who.ask("join_room", room=room, media=False)
            who.do("leave_room")
        assert "'Sam' are 2 people" in shell("room", room, "kick", "Sam", code=Exit.USAGE)
        one.ask("join_room", room=room, media=False)
        assert shell.json("room", room, "kick", "Sam")["identity"] == one.welcome["identity"]


def test_a_stranger_is_kept_out_when_that_is_said(server: Server, shell: Shell):
    """By an identity that nobody can check."""
    with dialogue(server.url, name="Ana") as ana, dialogue(server.url, name="Ben") as ben:
        room = tea(ana)
        shell("room", room, "block", ben.welcome["identity"], code=Exit.REFUSED)
        assert shell("room", room, "block", ben.welcome["identity"], "--stranger") == ""
        assert ben.ask("join_room", room=room, media=False)["code"] == "blocked"


def test_a_room_is_locked_closed_to_guests_and_opened(server: Server, shell: Shell):
    """Newcomers are told why; what the room takes is shown."""
    with dialogue(server.url, name="Ana") as ana, dialogue(server.url, name="Ben") as ben:
        room = tea(ana)
        for verb, code, shown in (
            ("lock", "locked", "locked"),
            ("no-guests", "no-guests", "no new guests"),
        ):
            assert shell("room", room, verb) == ""
            assert ben.ask("join_room", room=room, media=False)["code"] == code
            assert shown in shell("room", room, "show").splitlines()[0]
        shell("room", room, "unlock")
        assert ben.ask("join_room", room=room, media=False)["type"] == "ack"


def test_all_are_muted_for_good_until_they_are_let(server: Server, shell: Shell):
    """Also who comes later."""
    with dialogue(server.url, name="Ana") as ana, dialogue(server.url, name="Ben") as ben:
        room = f"mic-{next(_rooms)}"
        ana.ask("create_room", room=room, title="Mic", room_type="open_mic", live=True)
        ana.ask("join_room", room=room, media=False)
        shell("room", room, "mute-all", "--may-not-unmute")
        ben.ask("join_room", room=room, media=False)
        assert "all below host are muted" in ben.do("unmute")["reason"]
        shell("room", room, "let-unmute")
        assert ben.do("unmute")["type"] == "ack"
