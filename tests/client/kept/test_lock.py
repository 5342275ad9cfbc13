"""A lock tells who lives."""

from tui_rooms.client.kept import lock
from tui_rooms.client.kept.lock import Lock


def test_whoever_only_looks_is_not_taken_for_somebody_who_lives(tmp_path, monkeypatch):
    """Two programs that start at once: neither hides from the other what a dead one has left."""
    looking = Lock.take(tmp_path / "a.lock")
    assert looking is not None
    monkeypatch.setattr(lock.time, "sleep", lambda _: looking.let_go())
    held = Lock.take(tmp_path / "a.lock")
    assert held is not None
    held.let_go()


def test_whoever_lives_keeps_it(tmp_path):
    """However often it is asked for."""
    held = Lock.take(tmp_path / "a.lock")
    assert held is not None
    assert [Lock.take(tmp_path / "a.lock") for _ in range(3)] == [None] * 3
    held.let_go()
    again = Lock.take(tmp_path / "a.lock")
    assert again is not None
    again.let_go()
