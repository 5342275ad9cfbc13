"""The table of levels."""

from tui_rooms.client.sound.levels import HOLD, TALKING_FOR, Level, LevelTable


def test_a_level_stands_between_packets_and_then_falls_to_silence():
    """A meter moves while somebody speaks and falls when packets stop, without anyone's help."""
    table = LevelTable()
    table.put("ana", -20, at=100.0)
    assert table.read("ana", 100.0 + HOLD).dbov == -20
    assert -127 < table.read("ana", 100.0 + HOLD + 0.2).dbov < -20
    assert table.read("ana", 102.0) == Level(-127, talking=False)


def test_talking_outlasts_the_pauses_between_words():
    """A mark that flickers with every syllable is worse than none."""
    table = LevelTable()
    table.put("ana", -20, at=100.0)
    table.put("ana", -90, at=100.1)
    assert table.read("ana", 100.0 + TALKING_FOR - 0.01).talking
    assert not table.read("ana", 100.0 + TALKING_FOR + 0.01).talking


def test_the_servers_word_on_talking_beats_the_level():
    """The server has smoothed it; a loud cough is not talk."""
    table = LevelTable()
    table.put("ana", -5, at=100.0, talking=False)
    table.put("ben", -70, at=100.0, talking=True)
    assert table.talking(100.0) == {"ben"}


def test_whoever_left_is_silent():
    """An identity that comes back begins anew."""
    table = LevelTable()
    table.put("ana", -5, at=100.0)
    table.forget("ana")
    table.forget("ana")
    assert table.read("ana", 100.0) == Level()
    assert table.read_all(100.0) == {}
