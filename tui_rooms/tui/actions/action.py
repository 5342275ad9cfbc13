"""An action: what it is called, its keys, and when it may be done.

A place (lobby or room) has a table of actions and a situation: a plain value that says how things
are. Whatever offers actions (the bar, the help, the palette, the mouse) asks the table, so none
of them can offer what the others do not.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, Generic, NamedTuple, TypeAlias, TypeVar

from textual.binding import Binding, BindingType

from tui_rooms.tui.model.values import Key

S = TypeVar("S")
"""A situation: what a table's actions look at."""
S_contra = TypeVar("S_contra", contravariant=True)

KeyMap: TypeAlias = Mapping[str, tuple[str, ...]]
"""Keys of one's own choice by action id; who is missing keeps the default."""

RESERVED: Final = {
    "ctrl+b": "tmux begins its own keys with it",
    "ctrl+a": "screen begins its own keys with it",
    "ctrl+c": "it always leaves tui-rooms",
}
"""Keys that no default uses."""

_CAPS: Final = {
    "question_mark": "?",
    "comma": ",",
    "slash": "/",
    "plus": "+",
    "minus": "-",
    "escape": "esc",
    "space": "space",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "equals_sign": "=",
}


def always(_: object) -> bool:
    """May be done at any time."""
    return True


class Action(NamedTuple, Generic[S_contra]):
    """One thing that can be done in a place; a part of the place does it: see `part.Part`."""

    id: str
    """For the parts and for the configuration: it never changes."""
    keys: tuple[str, ...]
    """As Textual names them; the first is shown."""
    word: str | Callable[[S_contra], str]
    """One or two words for the key bar."""
    explained: str | Callable[[S_contra], str] = ""
    """A line for help and palette."""
    when: Callable[[S_contra], bool] = always
    """Whether it may be done; only then is it shown anywhere."""
    bar: bool = True
    """Whether it is important enough for the key bar."""
    repeats: bool = False
    """Whether it is done again and again while its key is held."""

    def keys_in(self, keymap: KeyMap) -> tuple[str, ...]:
        """Its keys, with those of one's own choice."""
        return keymap.get(self.id, self.keys)

    def cap_in(self, keymap: KeyMap) -> str:
        """What is printed on its key, for sentences that tell of it."""
        keys = self.keys_in(keymap)
        return cap(keys[0]) if keys else f"the key for {self.id}"

    def key(self, situation: S_contra, keymap: KeyMap) -> Key:
        """As bar, help and palette show it."""
        keys = self.keys_in(keymap)
        word = self.word if isinstance(self.word, str) else self.word(situation)
        line = self.explained if isinstance(self.explained, str) else self.explained(situation)
        return Key(cap(keys[0]) if keys else "", word, self.id, line or word)


Table: TypeAlias = tuple[Action[S], ...]


def bindings(table: Iterable[Action[S]]) -> list[BindingType]:
    """For Textual. The ids let `App.set_keymap` put other keys in their place."""
    return [
        Binding(",".join(action.keys), f"act('{action.id}')", id=action.id, show=False)
        for action in table
    ]


def offered(table: Iterable[Action[S]], situation: S) -> list[Action[S]]:
    """What may be done now."""
    return [action for action in table if action.when(situation)]


def clashes(table: Iterable[Action[S]], keymap: KeyMap) -> list[tuple[str, str, str]]:
    """Keys that would do two things in one place: (key, action id, action id)."""
    taken: dict[str, str] = {}
    found = []
    for action in table:
        for key in action.keys_in(keymap):
            if key in taken:
                found.append((key, taken[key], action.id))
            taken.setdefault(key, action.id)
    return found


def cap(key: str) -> str:
    """What is printed on a key: `ctrl+p` is ^p."""
    if key.startswith("ctrl+"):
        return f"^{cap(key.removeprefix('ctrl+'))}"
    return _CAPS.get(key, key)
