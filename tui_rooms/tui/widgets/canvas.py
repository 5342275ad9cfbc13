"""The stage and the audience on one canvas.

One widget a person would cost five to ten times as much: here a level that moves redraws the few
cells of its bar that differ, and nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import ClassVar, Final, TypeAlias

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui_rooms.client.sound.levels import Level
from tui_rooms.rules.room import Participant
from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.arrangement import Arrangement, arrange
from tui_rooms.tui.drawing.meter import FLOOR_DBOV, SILENT, Reading, changed, reading
from tui_rooms.tui.drawing.needle import Needle
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.drawing.tile import Card, meter_at, seat_line, state_line, tile_line
from tui_rooms.tui.model.room_view import RoomView
from tui_rooms.tui.widgets.drawn import Drawn
from tui_rooms.wire.quality import ConnectionQuality

Connections: TypeAlias = Mapping[str, ConnectionQuality]
"""By identity."""

_FILL: Final = ink(palette.INK)
_SOFT: Final = ink(palette.SOFT)
_CAPTION: Final = ink(palette.SOFT, bold=True)
_NOBODY: Final = Level()
_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_ALL_WELL: Final[Connections] = MappingProxyType({})


class Canvas(ScrollView, Drawn, can_focus=True):
    """Everyone in the room; arrows or a click choose a person, and the choice stays on them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(0, -1)", show=False),
        Binding("down", "step(0, 1)", show=False),
        Binding("left", "step(-1, 0)", show=False),
        Binding("right", "step(1, 0)", show=False),
    ]

    class Chosen(Message):
        """Another person is chosen; None when nobody is."""

        def __init__(self, identity: str | None) -> None:
            super().__init__()
            self.identity = identity

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._stage: list[Card] = []
        self._audience: list[Card] = []
        self._audience_count = 0
        self._hands: Mapping[str, int] = {}
        self._reactions: Mapping[str, str] = _NONE
        self._hearing: Mapping[str, str] = _NONE
        self._connections: Connections = _ALL_WELL
        self._needles: dict[str, Needle] = {}
        self._readings: dict[str, Reading] = {}
        self._talks_since: dict[str, float] = {}
        self._chosen: str | None = None
        self._chosen_at = 0
        """Where the arrows go on from when nobody is chosen."""
        self._places: Arrangement = arrange(80, 24, 0, 0)

    @property
    def chosen(self) -> str | None:
        """The identity of the chosen person."""
        return self._chosen

    @property
    def stage(self) -> tuple[Card, ...]:
        """The people on the stage as they are drawn."""
        return tuple(self._stage)

    def show(
        self,
        view: RoomView,
        reactions: Mapping[str, str] = _NONE,
        hearing: Mapping[str, str] = _NONE,
        connections: Connections = _ALL_WELL,
    ) -> None:
        """Draw the room as it is now; people keep their meters and the choice.

        Args:
            reactions: the emoji that somebody has just sent, by identity.
            hearing: in words, how loud one hears somebody on the stage, when not as usual.
            connections: of those on the stage, when not excellent.
        """
        hands = len(self._hands)
        self._reactions, self._hearing, self._connections = reactions, hearing, connections
        self._hands = {who: place for place, who in enumerate(view.room.hands, start=1)}
        before, places, people = self._person(self._chosen), self._places, self._people
        counts = self._audience_count, hands
        known = {card.identity: card for card in self._stage}
        self._stage = [
            self._card(who, view.me, known.get(who.identity)) for who in view.room.stage.values()
        ]
        listeners = view.listeners
        raised = [listeners[who] for who in self._hands if who in listeners]
        others = [who for who in listeners.values() if who.identity not in self._hands]
        self._audience = [self._card(who, view.me, None) for who in (*raised, *others)]
        self._audience_count = max(view.room.audience_count, len(self._audience))
        here = {card.identity for card in self._stage}
        for table in (self._needles, self._readings, self._talks_since):
            for gone in table.keys() - here:
                del table[gone]
        if self._chosen is not None and self._person(self._chosen) is None:
            # Not the neighbour: a key meant for one person must not meet another.
            self._chosen, self._chosen_at = None, before or 0
            self.post_message(self.Chosen(None))
        self._arrange()
        if self._places != places or (self._audience_count, len(self._hands)) != counts:
            self.refresh()
            return
        # Nobody came or went: somebody muted, or has another role.
        self._redraw(
            places.place(person)
            for person, (old, new) in enumerate(zip(people, self._people, strict=True))
            if old != new
        )

    def follow(self, levels: Mapping[str, Level], seconds: float, now: float) -> None:
        """Move the meters: called ten times a second with one look at everyone's level.

        Args:
            levels: by identity; who is missing is silent.
            seconds: since the call before.
            now: any clock in seconds, for how long somebody has talked.
        """
        regions: list[Region] = []
        for index, card in enumerate(self._stage):
            level = levels.get(card.identity, _NOBODY)
            if level.talking or level.dbov > FLOOR_DBOV or card.identity in self._needles:
                regions += self._move(index, card, level, seconds, now)
            # Else at rest, as most people are most of the time.
        self._redraw(regions)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Part of the window: without Textual's steps for border, padding, tint and opacity.

        A canvas has none of them; together they take longer than its meters.
        """
        # All but the last of the filters are about colours that no role has.
        *_, colouring = self.get_line_filters()
        # As wide as is asked for, though Textual may not have told of that size yet.
        outer = max(self.outer_size.width, crop.right)
        width, top = self.size.width, self.scroll_offset.y
        ground = self.background_colors[1]
        beside = [Segment(" " * (outer - width), _FILL)] if outer > width else []
        strips = []
        for y in crop.line_range:
            segments = [*self._line(y + top, width), *beside]
            strips.append(Strip(colouring.apply(segments, ground), outer))
        return [strip.crop(*crop.column_span) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """One line of the window, exactly as wide as the widget."""
        return self._line(y + self.scroll_offset.y, self.size.width)

    def _line(self, line: int, width: int) -> Strip:
        places = self._places
        if places.width != width:
            self._arrange()
            places = self._places
        if line == 0:
            return self._caption("ON STAGE", len(self._stage), "", width)
        if line == places.audience_caption:
            known = len(self._audience)
            more = [f"{known} by name"] if known < self._audience_count else []
            if hands := len(self._hands):
                more.append("1 hand up" if hands == 1 else f"{hands} hands up")
            return self._caption("AUDIENCE", self._audience_count, " · ".join(more), width)
        if tiles := places.tiles_at(line):
            return self._tiles_line(tiles, line, width)
        if seats := places.seats_at(line):
            return self._seats_line(seats, width)
        return row(width, [(self._empty_words(line), _SOFT)], fill=_FILL)

    def choose(self, identity: str | None) -> None:
        """Choose a person, or nobody."""
        if identity == self._chosen:
            return
        before = self._person(self._chosen)
        person = self._person(identity)
        self._chosen, self._chosen_at = (None, 0) if person is None else (identity, person)
        self._mark(before, chosen=False)
        self._mark(person, chosen=True)
        self._redraw(self._places.place(who) for who in (before, person) if who is not None)
        if person is not None:
            self.scroll_to_region(self._places.place(person), animate=False, force=True)
        self.post_message(self.Chosen(self._chosen))

    def action_step(self, dx: int, dy: int) -> None:
        """Choose the neighbour."""
        people = self._people
        if not people:
            return
        here = self._person(self._chosen)
        if here is None:
            there = min(self._chosen_at, len(people) - 1)
        else:
            there = self._places.neighbour(here, dx, dy)
        self.choose(people[there].identity)
        if there == 0:
            self.scroll_to(y=0, animate=False, force=True)

    def on_click(self, event: events.Click) -> None:
        """A click chooses who is there; a click beside people chooses nobody."""
        person = self._places.at(event.x, event.y + self.scroll_offset.y)
        self.choose(None if person is None else self._people[person].identity)

    def on_resize(self, event: events.Resize) -> None:
        """Find the best places for the new size."""
        self._arrange()
        self.refresh()

    @property
    def _people(self) -> list[Card]:
        return self._stage + self._audience

    def _person(self, identity: str | None) -> int | None:
        if identity is None:
            return None
        for index, card in enumerate(self._people):
            if card.identity == identity:
                return index
        return None

    def _card(self, who: Participant, me: str, before: Card | None) -> Card:
        talks = before is not None and before.talking and not who.muted
        return Card(
            identity=who.identity,
            name=who.name,
            role=who.role,
            muted=who.muted,
            me=who.identity == me,
            talking=talks,
            talked_s=before.talked_s if before is not None and talks else 0,
            chosen=who.identity == self._chosen,
            hand=self._hands.get(who.identity, 0),
            reaction=self._reactions.get(who.identity, ""),
            hearing=self._hearing.get(who.identity, ""),
            connection=self._connections.get(who.identity, ConnectionQuality.EXCELLENT),
        )

    def _mark(self, person: int | None, *, chosen: bool) -> None:
        if person is None:
            return
        cards, index = self._stage, person
        if person >= len(self._stage):
            cards, index = self._audience, person - len(self._stage)
        cards[index] = replace(cards[index], chosen=chosen)

    def _redraw(self, regions: Iterable[Region]) -> None:
        """Draw parts of the canvas anew, those that are in the window."""
        top, size = self.scroll_offset.y, self.size
        window = Region(0, top, size.width, size.height)
        seen = [
            region.intersection(window).translate((0, -top))
            for region in regions
            if region.overlaps(window)
        ]
        if seen:
            self.mark(*seen)

    def _arrange(self) -> None:
        width, height = self.size
        self._places = arrange(max(width, 1), height, len(self._stage), len(self._audience))
        self.virtual_size = Size(width, self._places.height)

    def _move(
        self, index: int, card: Card, level: Level, seconds: float, now: float
    ) -> list[Region]:
        """Bring one person up to date; returns what is to be redrawn."""
        who = card.identity
        needle = self._needles.setdefault(who, Needle())
        if card.muted:
            needle.drop()
        else:
            needle.move(level.dbov, seconds)
        old = self._readings.get(who, SILENT)
        if old is SILENT and needle.peak <= FLOOR_DBOV and not (level.talking or card.talking):
            del self._needles[who]
            return []
        tile = self._places.tile(index)
        left, line, cells = meter_at(tile.width, tile.height)
        new = self._readings[who] = reading(needle.level, needle.peak, cells)
        talking = level.talking and not card.muted
        since = self._talks_since.setdefault(who, now) if talking else now
        if not talking:
            self._talks_since.pop(who, None)
        talked_s = int(now - since)
        if talking != card.talking:
            self._stage[index] = replace(card, talking=talking, talked_s=talked_s)
            return [tile]
        regions = [
            Region(tile.x + left + first, tile.y + line, end - first, 1)
            for first, end in changed(old, new, cells)
        ]
        if talked_s != card.talked_s:
            self._stage[index] = replace(card, talked_s=talked_s)
            right = left + cells if line == state_line(tile.height) else left
            regions.append(
                Region(tile.x + right, tile.y + state_line(tile.height), tile.width - right - 1, 1)
            )
        return regions

    def _tiles_line(self, tiles: range, line: int, width: int) -> Strip:
        segments: list[Segment] = []
        x = 0
        for index in tiles:
            tile = self._places.tile(index)
            card = self._stage[index]
            if tile.x > x:
                segments.append(Segment(" " * (tile.x - x), _FILL))
            seen = self._readings.get(card.identity, SILENT)
            segments += tile_line(card, seen, line - tile.y, tile.width, tile.height)
            x = tile.right
        return _filled(segments, x, width)

    def _seats_line(self, seats: range, width: int) -> Strip:
        segments: list[Segment] = []
        x = 0
        for index in seats:
            seat = self._places.seat(index)
            if seat.x > x:
                segments.append(Segment(" " * (seat.x - x), _FILL))
            segments += seat_line(self._audience[index], seat.width)
            x = seat.right
        return _filled(segments, x, width)

    def _empty_words(self, line: int) -> str:
        if line == self._places.stage_top and not self._stage:
            return " nobody is on the stage"
        if line == self._places.audience_top and not self._audience_count:
            return " nobody is listening yet"
        return ""

    @staticmethod
    def _caption(word: str, count: int, more: str, width: int) -> Strip:
        rest = f" · {more}" if more else ""
        return row(width, [(f" {word} ", _CAPTION), (f"{count:,}{rest}", _SOFT)], fill=_FILL)


def _filled(segments: list[Segment], x: int, width: int) -> Strip:
    if x < width:
        segments.append(Segment(" " * (width - x), _FILL))
    return Strip(segments, width)
