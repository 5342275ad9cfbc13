"""What people are called where two of them are alike: with their role, or a part of their identity.

So nobody is taken for the host by being called like her.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final

from tui_rooms.rules.roles import Role
from tui_rooms.rules.text import folded
from tui_rooms.tui.drawing.alike import alike
from tui_rooms.tui.drawing.cells import clip, shown, width_of
from tui_rooms.tui.model.marks import LONGEST, claims_a_role, mark_of, marked

_SHORT: Final = LONGEST - 4
"""Characters of an identity that is said whole."""
_SEEN: Final = 16
"""Characters of a person's name that are looked at: in narrow places the rest is cut off."""
_TAIL: Final = 4
"""Characters of a longer one, or as many more as it takes."""


def told_apart(names: Mapping[str, str], roles: Mapping[str, Role]) -> dict[str, str]:
    """What to call those who are alike to somebody else; nobody else is in it.

    Args:
        names: by identity.
        roles: of those who are here.
    """
    called: dict[str, str] = {}

    def call(group: list[str]) -> None:
        held = Counter(roles.get(identity) for identity in group)
        parts = _parts(group)
        for identity in group:
            role = roles.get(identity)
            only = role is not None and held[role] == 1
            called[identity] = marked(names[identity], str(role) if only else parts[identity])

    for group in _groups(names, lambda name: alike(name)[:_SEEN]):
        if len(group) > 1 or _is_strange(names[group[0]]):
            call(group)
    if called:
        # A name of somebody else may end like one of these marks.
        for group in _groups({**names, **called}, alike):
            for identity in group if len(group) > 1 else ():
                if identity not in called:
                    call([identity])
    return called


def titles_told_apart(titles: Mapping[str, str]) -> dict[str, str]:
    """The same for rooms, by their ids; they are told apart by those."""
    return {
        room_id: marked(titles[room_id], part)
        for group in _groups(titles, alike)
        if len(group) > 1
        for room_id, part in _parts(group).items()
    }


def clip_called(called: str, width: int) -> str:
    """In at most so many cells; a name that is too long loses its end, and not its mark."""
    mark = mark_of(called)
    if not mark or width_of(called) <= width:
        return clip(called, width)
    return clip(called.removesuffix(mark), max(1, width - width_of(mark))) + shown(mark)


def _groups(names: Mapping[str, str], looks: Callable[[str], str]) -> Iterable[list[str]]:
    """Who is alike, in lists: by how a name looks, and by its letters whatever their case."""
    of: dict[str, list[str]] = {}
    for look in (looks, _letters):
        first: dict[str, str] = {}
        for identity, name in names.items():
            other = first.setdefault(look(name), identity)
            one, another = of.setdefault(identity, [identity]), of[other]
            if one is not another:
                another += one
                of.update(dict.fromkeys(one, another))
    return {id(group): group for group in of.values()}.values()


@lru_cache(4096)
def _letters(name: str) -> str:
    return folded(shown(name))


def _is_strange(name: str) -> bool:
    """Whether a name says nothing, or what only a mark may say."""
    seen = shown(name).strip()
    return not seen or claims_a_role(seen)


def _parts(group: list[str]) -> dict[str, str]:
    """As much of each identity as tells it from the others."""

    def part(identity: str, length: int) -> str:
        return identity if len(identity) <= _SHORT else f"…{identity[-length:]}"

    longest = max(map(len, group))
    length = next(
        (
            length
            for length in range(_TAIL, longest)
            if len({alike(part(one, length)) for one in group}) == len(group)
        ),
        longest,
    )
    parts = {identity: part(identity, length) for identity in group}
    looks = Counter(map(alike, parts.values()))
    # Identities that look alike too: which of them it is, in an order that does not change.
    return {
        identity: one if looks[alike(one)] == 1 else f"{one} {number}"
        for number, (identity, one) in enumerate(sorted(parts.items()), start=1)
    }
