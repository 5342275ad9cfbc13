"""The panes at the side of a room: who waits, the chosen person, the chat."""

from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical

from tui_rooms.client.link.ways import LinkState
from tui_rooms.rules.records import Seconds
from tui_rooms.rules.room import Room
from tui_rooms.tui.actions.people import HANDS, PERSON
from tui_rooms.tui.actions.running import RUNNING
from tui_rooms.tui.actions.situation import RoomSituation
from tui_rooms.tui.drawing.duration import duration
from tui_rooms.tui.model.talk_time import TalkTimes
from tui_rooms.tui.model.values import Key
from tui_rooms.tui.model.waiting import Waiting, waiting
from tui_rooms.tui.widgets.chat_pane import ChatPane
from tui_rooms.tui.widgets.hands_pane import HandsPane, Queue, QueueRow
from tui_rooms.tui.widgets.key_grid import KeyGrid
from tui_rooms.tui.widgets.offer_bar import Asked
from tui_rooms.tui.widgets.person_pane import Facts, PersonPane
from tui_rooms.tui.widgets.volume_bar import VolumeBar

_ANSWERS: Final = ("accept", "decline")
_OF_HANDS: Final = frozenset(action.id for action in HANDS)
_OF_PERSON: Final = frozenset(action.id for action in PERSON)
_OF_ROOM: Final = frozenset({"details", "find-person"} | {action.id for action in RUNNING})


class Side(Vertical):
    """Draws what it is given; its widgets tell what people do there."""

    def __init__(self, chat: ChatPane) -> None:
        super().__init__()
        self._chat = chat

    def compose(self) -> ComposeResult:
        """From above."""
        with Vertical(id="people"):
            yield HandsPane(Queue())
            yield KeyGrid((), id="hand-keys")
            yield PersonPane(Facts(name=""))
            yield VolumeBar(None, " volume     ")
            yield KeyGrid((), id="person-keys")
        yield self._chat

    def show(
        self, now: RoomSituation, keys: tuple[Key, ...], seconds: Seconds, talk: TalkTimes
    ) -> None:
        """Draw people as they are; `keys` are all that may be pressed."""
        self.query_one(HandsPane).show(queue(now, seconds))
        self.query_one("#hand-keys", KeyGrid).show(_only(keys, _OF_HANDS))
        self.query_one(PersonPane).show(facts(now, seconds, talk))
        self.query_one(VolumeBar).show(now.hearing if now.can_be_heard else None)
        group = _OF_PERSON if now.other else _OF_ROOM
        self.query_one("#person-keys", KeyGrid).show(_only(keys, group))


def queue(now: RoomSituation, seconds: Seconds) -> Queue:
    """Who waits, and for how long."""
    room = now.view.room
    chosen = now.chosen.identity if now.chosen else None
    rows = tuple(
        QueueRow(
            identity=one.identity,
            mark=f"↑{one.position}" if one.position else "?" if one.capability else "+",
            name=one.name,
            words=_state(one, seconds),
            chosen=one.identity == chosen,
        )
        for one in waiting(room)
    )
    hint = ""
    if not room.hands_open:
        hint = "Hands are closed; a host can open them."
    elif not rows:
        hint = "No hand is up."
    return Queue(hands=len(room.hands), rows=rows, hint=hint)


def facts(now: RoomSituation, seconds: Seconds, talk: TalkTimes) -> Facts:
    """About the chosen person, else about the room."""
    who, room = now.chosen, now.view.room
    if who is None or who.identity == now.view.me:
        return Facts(name="ROOM", words=(_rules(room),))
    place = f"{who.role}, here for {duration(seconds - who.since)}"
    words = [place]
    if who.identity in room.offers:
        left = room.offers[who.identity].expires_at - seconds
        words.append(f"invited to the stage, {duration(left)} left")
    words += [f"may also {one}" for one in sorted(room.grants.get(who.identity, ()))]
    words += [f"may not {one}" for one in sorted(room.revocations.get(who.identity, ()))]
    share = talk.share(who.identity) if who.role.on_stage else None
    return Facts(name=who.name, words=tuple(words), share=share)


def offer_asked(now: RoomSituation, keys: tuple[Key, ...], seconds: Seconds) -> Asked:
    """The question, when the stage is offered to oneself."""
    offer = now.offer
    if offer is None:
        return Asked()
    host = now.view.room.find(offer.by)
    role = "" if offer.role == "speaker" else f" as a {offer.role}"
    return Asked(
        sentence=f"{host.name if host else 'A host'} offers you the stage{role}",
        keys=tuple(key for key in keys if key.action in _ANSWERS),
        left=duration(offer.expires_at - seconds),
    )


def loss_told(link: LinkState, keys: tuple[Key, ...], now: float) -> Asked:
    """That the server is looked for, for how long, and how not to wait.

    Args:
        now: by the clock of `Looking`.
    """
    looking = link.looking
    if looking is None:
        return Asked()
    left = "looking now…"
    if looking.next_at is not None:
        left = f"next look in {max(0.0, looking.next_at - now):.0f} s"
    more = duration(looking.until - now)
    return Asked(
        sentence=f"The server has gone; tui-rooms looks for it for {more} more",
        keys=tuple(key for key in keys if key.action == "look-now"),
        left=left,
    )


def _state(one: Waiting, seconds: Seconds) -> str:
    if one.offered_until is not None:
        return f"invited {duration(one.offered_until - seconds)}"
    waited = duration(seconds - one.since)
    return f"{one.capability} {waited}" if one.capability else waited


def _rules(room: Room) -> str:
    """For the eye that passes by: what is unusual, else that nothing is. The head says the rest."""
    slow = f"slow mode {room.slow_mode_s:.0f} s" if room.slow_mode_s else ""
    password = "with a password" if room.has_password else ""
    if room.silent_below is not None:
        return ", ".join(filter(None, (f"below {room.silent_below} muted", slow, password)))
    return f"{slow or 'no slow mode'}, {password or 'no password'}"


def _only(keys: tuple[Key, ...], actions: frozenset[str]) -> tuple[Key, ...]:
    return tuple(key for key in keys if key.action in actions)
