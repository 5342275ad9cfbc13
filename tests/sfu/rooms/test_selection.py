"""Who gets the slots, in virtual time."""

import random
from collections.abc import Mapping

from tui_rooms.sfu.rooms.activity import Activity
from tui_rooms.sfu.rooms.selection import IDLE, LOUDER_FOR, Selection

FRAME = 0.02


class Stage:
    """Some senders and the slots."""

    def __init__(self, senders: int, slots: int) -> None:
        self.senders = [Activity() for _ in range(senders)]
        self.selection = Selection(slots)
        self.now = 1.0
        self.chance = random.Random(7)
        self.changes = 0

    def packet(self, sender: int, level: int, size: int = 80) -> int | None:
        """One packet of one sender, now."""
        activity = self.senders[sender]
        before = list(self.selection.holders)
        activity.packet(level, size, self.now)
        slot = self.selection.consider(activity, self.now)
        self.changes += before != self.selection.holders
        return slot

    def speak(self, seconds: float, loud: Mapping[int, int], *, spread: float = 4.0) -> None:
        """Everyone in `loud` speaks at that average level."""
        for _ in range(round(seconds / FRAME)):
            for sender, level in loud.items():
                self.packet(sender, max(-127, min(0, round(self.chance.gauss(level, spread)))))
            self.now += FRAME

    @property
    def heard(self) -> set[int]:
        """Who has a slot."""
        return {self.senders.index(a) for a in self.selection.holders if a is not None}


def test_a_free_slot_is_taken_by_the_first_packet():
    """Nothing of the first word is lost."""
    stage = Stage(2, slots=2)
    assert stage.packet(0, -30) == 0
    assert stage.packet(1, -60) == 1


def test_silence_takes_no_slot():
    """DTX frames and the noise of a quiet room wait outside."""
    stage = Stage(2, slots=2)
    assert stage.packet(0, 0, size=1) is None
    assert stage.packet(1, -80) is None
    assert stage.heard == set()


def test_twelve_speak_and_the_four_loudest_are_heard():
    """Whoever came first, after two seconds the loudest have the slots."""
    stage = Stage(12, slots=4)
    loud = {sender: -60 + 4 * sender for sender in range(12)}
    stage.speak(3.0, loud)
    assert stage.heard == {8, 9, 10, 11}


def test_equals_do_not_take_slots_from_each_other():
    """Six who are equally loud do not flap: hardly anything changes in ten seconds."""
    stage = Stage(6, slots=4)
    stage.speak(2.0, dict.fromkeys(range(6), -25))
    stage.changes = 0
    stage.speak(10.0, dict.fromkeys(range(6), -25))
    assert stage.changes <= 4


def test_a_click_takes_no_slot():
    """One loud packet is no interruption."""
    stage = Stage(2, slots=1)
    stage.speak(2.0, {0: -30})
    stage.packet(1, 0)
    stage.now += FRAME
    stage.speak(1.0, {0: -30, 1: -70})
    assert stage.heard == {0}


def test_a_much_louder_voice_gets_in_soon():
    """Someone who interrupts is heard within a fifth of a second."""
    stage = Stage(2, slots=1)
    stage.speak(2.0, {0: -50})
    stage.speak(0.2, {0: -50, 1: -15})
    assert stage.heard == {1}


def test_a_little_louder_must_last():
    """3 dB more is enough, but only when it goes on."""
    stage = Stage(2, slots=1)
    stage.speak(3.0, {0: -30}, spread=2.5)
    stage.speak(LOUDER_FOR / 6, {0: -30, 1: -27}, spread=2.5)
    assert stage.heard == {0}
    stage.speak(LOUDER_FOR * 2, {0: -30, 1: -27}, spread=2.5)
    assert stage.heard == {1}


def test_a_silent_holder_gives_way_to_any_voice():
    """A slot whose holder has stopped is as good as free."""
    stage = Stage(2, slots=1)
    stage.speak(1.0, {0: -10})
    stage.now += IDLE + 0.05
    assert stage.packet(1, -55) == 0


def test_a_holder_keeps_its_slot_through_a_pause_when_nobody_else_speaks():
    """It goes on where it was, and comfort noise is still sent."""
    stage = Stage(2, slots=2)
    assert stage.packet(0, -20) == 0
    stage.now += 10
    assert stage.packet(0, 0, size=1) == 0
    assert stage.packet(0, -20) == 0


def test_the_longest_silent_holder_gives_way_first():
    """The one who spoke last is the one who is most likely to go on."""
    stage = Stage(3, slots=2)
    stage.packet(0, -20)
    stage.now += 0.3
    stage.packet(1, -20)
    stage.now += 1.0
    stage.packet(2, -40)
    assert stage.heard == {1, 2}


def test_a_constant_claim_does_not_keep_others_out():
    """A client that claims 0 dBov for ever loses the only slot to a quiet speaker."""
    stage = Stage(2, slots=1)
    for _ in range(100):
        stage.packet(0, 0)
        stage.now += FRAME
    assert stage.heard == {0}
    for i in range(100):
        stage.packet(0, 0)
        stage.packet(1, -45 + i % 9)
        stage.now += FRAME
    assert stage.heard == {1}


def test_full_level_in_frames_of_dtx_never_gets_a_slot():
    """There is nothing in them to hear."""
    stage = Stage(2, slots=1)
    for _ in range(100):
        assert stage.packet(0, 0, size=3) is None
        stage.now += FRAME
    assert stage.packet(1, -50) == 0


def test_who_leaves_frees_the_slot():
    """The next voice has it at once."""
    stage = Stage(2, slots=1)
    stage.packet(0, -5)
    stage.selection.release(stage.senders[0])
    assert stage.packet(1, -60) == 0


def test_releasing_someone_without_a_slot_changes_nothing():
    """Listeners leave too."""
    stage = Stage(2, slots=1)
    stage.packet(0, -5)
    stage.selection.release(stage.senders[1])
    assert stage.heard == {0}
