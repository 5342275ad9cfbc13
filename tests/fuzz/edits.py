"""Changes to what is really sent: most of it stays as it was, so that it gets far."""

from dataclasses import dataclass
from enum import Enum, auto
from random import Random
from typing import Final

from hypothesis import strategies as st

LARGEST: Final = 4096
"""Bytes."""
_MOST_EDITS: Final = 6
_TELLING: Final = (0, 1, 2, 3, 4, 0x0F, 0x10, 0x40, 0x7F, 0x80, 0x90, 0xBE, 0xC8, 0xDE, 0xFE, 0xFF)
"""Bytes at which lengths, versions and signs change."""


class Kind(Enum):
    """What is done."""

    SET = auto()
    INSERT = auto()
    CUT = auto()
    REPEAT = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Edit:
    """One change."""

    kind: Kind
    place: int
    """In thousandths of the whole."""
    length: int
    content: bytes

    def __call__(self, data: bytes) -> bytes:
        """The changed data."""
        at = len(data) * self.place // 1000
        end = at + self.length
        match self.kind:
            case Kind.SET:
                return data[:at] + self.content + data[at + len(self.content) :]
            case Kind.INSERT:
                return data[:at] + self.content + data[at:]
            case Kind.CUT:
                return data[:at] + data[end:]
            case Kind.REPEAT:
                return data[:end] + data[at:end] * 3 + data[end:]
            case Kind.END:
                return data[:at]


def edited(data: bytes, edits: list[Edit]) -> bytes:
    """With all changes, one after the other."""
    for edit in edits:
        data = edit(data)
    return data[:LARGEST]


def inputs(corpus: list[bytes]) -> st.SearchStrategy[bytes]:
    """What is thrown at a target."""
    edit = st.builds(
        Edit,
        st.sampled_from(Kind),
        st.integers(0, 999),
        st.integers(1, 64),
        st.one_of(st.sampled_from(_TELLING).map(lambda byte: bytes([byte])), st.binary(max_size=8)),
    )
    changed = st.builds(edited, st.sampled_from(corpus), st.lists(edit, max_size=_MOST_EDITS))
    return st.one_of(changed, changed, changed, st.binary(max_size=200))


def by_chance(corpus: list[bytes], chance: Random) -> bytes:
    """The same without hypothesis: many more in the same time."""
    if chance.random() < 0.05:
        return chance.randbytes(chance.randrange(200))
    edits = []
    for _ in range(chance.randint(1, _MOST_EDITS)):
        kind = chance.choice(list(Kind))
        if chance.random() < 0.2:
            # A piece of another one: what belongs together meets what does not.
            other = chance.choice(corpus)
            at = chance.randrange(len(other) + 1)
            content = other[at : at + chance.randint(1, 64)]
        elif chance.random() < 0.5:
            content = bytes([chance.choice(_TELLING)])
        else:
            content = chance.randbytes(chance.randint(1, 8))
        edits.append(Edit(kind, chance.randrange(1000), chance.randint(1, 64), content))
    return edited(chance.choice(corpus), edits)
