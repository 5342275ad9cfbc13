"""Invitation links."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Role
from tui_rooms.server.door.credentials.invitations import LIMIT_PER_ROOM, Invitations
from tui_rooms.server.storage.errors import StorageError

NOW = 1000.0


@pytest.fixture
def invitations(tmp_path):
    """Those of one server."""
    made = Invitations(tmp_path)
    yield made
    made.close()


def refusal(invitations, secret, now=NOW):
    """The sentence with which that secret is refused."""
    with pytest.raises(RoomError) as refused:
        invitations.use(secret, now)
    assert refused.value.code == "bad-invitation"
    return refused.value.sentence


def test_an_invitation_gives_its_role_and_counts(invitations):
    """As often as it was made for, then no more."""
    made, secret = invitations.make(
        room="tea", role=Role.SPEAKER, made_by="ana", now=NOW, uses_limit=2
    )
    assert (made.room, made.role, made.made_by, made.uses) == ("tea", Role.SPEAKER, "ana", 0)
    assert invitations.use(secret, NOW).uses == 1
    assert invitations.use(secret, NOW).uses == 2
    assert "for 2 uses" in refusal(invitations, secret)


def test_an_invitation_expires(invitations):
    """At its time it is useless, and the sentence says so."""
    _, secret = invitations.make(
        room="tea", role=Role.LISTENER, made_by="ana", now=NOW, expires_at=NOW + 60
    )
    assert invitations.use(secret, NOW + 59).role is Role.LISTENER
    assert "expired" in refusal(invitations, secret, NOW + 60)


def test_a_revoked_invitation_is_useless(invitations):
    """It is gone from the list too; to revoke it twice is refused."""
    made, secret = invitations.make(room="tea", role=Role.HOST, made_by="ana", now=NOW)
    invitations.revoke("tea", made.invitation_id)
    assert "revoked" in refusal(invitations, secret)
    assert invitations.of_room("tea") == []
    with pytest.raises(RoomError, match="no invitation"):
        invitations.revoke("tea", made.invitation_id)


def test_another_rooms_host_revokes_nothing(invitations):
    """An id counts in its own room only."""
    made, secret = invitations.make(room="tea", role=Role.HOST, made_by="ana", now=NOW)
    with pytest.raises(RoomError, match="'jazz' has no invitation"):
        invitations.revoke("jazz", made.invitation_id)
    assert invitations.use(secret, NOW).room == "tea"


def test_uses_survive_a_restart_and_the_secret_is_not_in_the_file(tmp_path):
    """Whoever reads the data directory cannot come in with it."""
    first = Invitations(tmp_path)
    _, secret = first.make(room="tea", role=Role.SPEAKER, made_by="ana", now=NOW, uses_limit=2)
    first.use(secret, NOW)
    first.close()
    again = Invitations(tmp_path)
    assert [i.uses for i in again.of_room("tea")] == [1]
    again.use(secret, NOW)
    assert "for 2 uses" in refusal(again, secret)
    again.close()
    assert all(secret.encode() not in file.read_bytes() for file in tmp_path.iterdir())


def test_of_many_at_the_same_moment_no_more_than_allowed_come_in(tmp_path):
    """Two servers on one directory, eight threads: the database counts, not they."""
    doors = [Invitations(tmp_path), Invitations(tmp_path)]
    _, secret = doors[0].make(room="tea", role=Role.SPEAKER, made_by="ana", now=NOW, uses_limit=10)

    def use(number: int) -> bool:
        try:
            doors[number % 2].use(secret, NOW)
        except RoomError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(use, range(60))) == 10
    for door in doors:
        door.close()


def test_a_room_has_so_many_invitations(invitations):
    """Those that have expired make room."""
    for _ in range(LIMIT_PER_ROOM):
        invitations.make(room="tea", role=Role.HOST, made_by="a", now=NOW, expires_at=NOW + 1)
    with pytest.raises(RoomError, match="revoke some"):
        invitations.make(room="tea", role=Role.HOST, made_by="a", now=NOW)
    invitations.make(room="tea", role=Role.HOST, made_by="a", now=NOW + 1)


def test_invitations_of_rooms_that_are_gone_are_forgotten(invitations):
    """Said at the start of a server, with the rooms that it carries on with."""
    _, secret = invitations.make(room="tea", role=Role.HOST, made_by="ana", now=NOW)
    invitations.make(room="jazz", role=Role.HOST, made_by="ana", now=NOW)
    invitations.keep_only(["tea"])
    assert invitations.of_room("jazz") == []
    assert invitations.use(secret, NOW).room == "tea"


def test_the_file_is_closed_properly(tmp_path):
    """After closing nothing more is answered."""
    invitations = Invitations(tmp_path)
    invitations.close()
    with pytest.raises(StorageError):
        invitations.of_room("tea")
