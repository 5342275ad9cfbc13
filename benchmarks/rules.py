"""What the rules cost: decide + evolve, in a live room with a large audience.

    python benchmarks/rules.py [--listeners 5000] [--commands 20000]

Prints a line a command: microseconds each, and how many a second one core decides and applies.
Sending, storing and media are not in it.
"""

import argparse
import itertools
import time
from collections.abc import Callable, Iterator

from tui_rooms.rules import commands, events
from tui_rooms.rules.decide import Actor, decide, next_deadline
from tui_rooms.rules.evolve import created, evolve
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Room
from tui_rooms.rules.view import view
from tui_rooms.rules.visibility import visibility

Step = tuple[commands.Command, Actor]
HOST = Actor(identity="host", name="Host")


def crowd(listeners: int) -> Room:
    """A live room with a host, nine speakers and that many listeners."""
    make = commands.CreateRoom(room_id="big", title="Big", live=True)
    first, *rest = decide(None, make, HOST, 0.0)
    assert isinstance(first, events.RoomCreated)
    room = created(first)
    for event in rest:
        evolve(room, event)
    play(room, commands.JoinRoom(), HOST, 0.0)
    for number in range(9):
        speaker = Actor(identity=f"s{number}", name=f"S{number}", granted=Role.SPEAKER)
        play(room, commands.JoinRoom(), speaker, 0.0)
    for number in range(listeners):
        play(room, commands.JoinRoom(), listener(number), 0.0)
    return room


def listener(number: int) -> Actor:
    """One of the audience."""
    return Actor(identity=f"l{number}", name=f"L{number}")


def play(room: Room, command: commands.Command, actor: Actor, now: float) -> None:
    """What the shell does for each command, without telling anyone."""
    for event in decide(room, command, actor, now):
        evolve(room, event)
    next_deadline(room)


def joins(listeners: int) -> Iterator[Step]:
    """Listeners come and go."""
    for number in itertools.count(listeners):
        yield commands.JoinRoom(), listener(number)
        yield commands.LeaveRoom(), listener(number)


def hands(listeners: int) -> Iterator[Step]:
    """Hands go up and down, two hundred at a time."""
    for number in itertools.count():
        who = listener(number % min(listeners // 2, 200))
        yield commands.RaiseHand(), who
        yield commands.LowerHand(identity=who.identity), HOST


def stage(listeners: int) -> Iterator[Step]:
    """The stage is offered to the other half, accepted, and left again."""
    for number in itertools.count():
        who = listener(listeners - 1 - number % (listeners // 2))
        yield commands.OfferStage(identity=who.identity), HOST
        yield commands.AcceptOffer(), who
        yield commands.Unmute(), who
        yield commands.ChangeRole(identity=who.identity, role=Role.LISTENER), HOST


def chat(listeners: int) -> Iterator[Step]:
    """Everyone writes."""
    for number in itertools.count():
        text = f"message number {number}, of an ordinary length for a chat like this"
        yield commands.SendMessage(message_id=f"m{number}", text=text), listener(number % listeners)


def permissions(listeners: int) -> Iterator[Step]:
    """Capabilities are given and taken."""
    for number in itertools.count():
        who, what = listener(number % listeners).identity, Capability.SEND_EVENT
        yield commands.GrantCapability(identity=who, capability=what), HOST
        yield commands.RevokeCapability(identity=who, capability=what), HOST


def reactions(listeners: int) -> Iterator[Step]:
    """Applause."""
    for number in itertools.count():
        yield commands.React(emoji="👏"), listener(number % listeners)


def mixed(listeners: int) -> Iterator[Step]:
    """All of it in turn."""
    parts = (joins, hands, stage, chat, permissions, reactions)
    for steps in zip(*(part(listeners) for part in parts), strict=True):
        yield from steps


def measure(script: Callable[[int], Iterator[Step]], listeners: int, count: int) -> float:
    """Seconds of CPU for one command, on average."""
    room = crowd(listeners)
    steps = list(itertools.islice(script(listeners), count))
    began = time.process_time()
    for number, (command, actor) in enumerate(steps):
        play(room, command, actor, 1.0 + number)
    return (time.process_time() - began) / count


def measure_view(listeners: int, count: int) -> tuple[float, float]:
    """Seconds of CPU for one view (a join, a change of role), and for one visibility."""
    room = crowd(listeners)
    for number, (command, actor) in enumerate(itertools.islice(chat(listeners), 500)):
        play(room, command, actor, float(number))
    began = time.process_time()
    for number in range(count):
        view(room, f"l{number % listeners}")
    seen = time.process_time()
    for number in range(count):
        visibility(room, f"l{number % listeners}")
    return (seen - began) / count, (time.process_time() - seen) / count


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--listeners", type=int, default=5000)
    parser.add_argument("--commands", type=int, default=20_000)
    args = parser.parse_args()
    print(f"{'listeners':<12}{'commands':<14}{'µs each':>9}{'a second':>12}")
    for listeners in sorted({100, args.listeners}):
        for script in (mixed, joins, hands, stage, chat, permissions, reactions):
            each = measure(script, listeners, args.commands)
            print(f"{listeners:<12}{script.__name__:<14}{each * 1e6:>9.1f}{1 / each:>12,.0f}")
        whole, one = measure_view(listeners, 2000)
        print(f"{listeners:<12}{'(view)':<14}{whole * 1e6:>9.1f}{1 / whole:>12,.0f}")
        print(f"{listeners:<12}{'(visibility)':<14}{one * 1e6:>9.1f}{1 / one:>12,.0f}")


if __name__ == "__main__":
    main()
