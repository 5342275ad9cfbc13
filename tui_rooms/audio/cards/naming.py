"""Sound devices told apart: a label for each, by which it is shown, chosen and remembered."""

from collections.abc import Iterable, Sequence
from itertools import chain, count
from typing import Literal, Protocol, TypeAlias, TypeVar

What: TypeAlias = Literal["microphone", "loudspeaker"]


class Labelled(Protocol):
    """What has labels."""

    def called(self, what: What) -> str:
        """Its label; empty when it is no such thing."""


D = TypeVar("D", bound=Labelled)


def labels(devices: Iterable[tuple[str, str]]) -> list[str]:
    """A label for each of some microphones, or of some loudspeakers, none like another.

    The first of a name has that name. Another one is called after its host API too, where that is
    another one, and has a number where it is not: "USB Audio", "USB Audio #2".

    Args:
        devices: name and host API of each, in PortAudio's order.
    """
    them = list(devices)
    names = {name.casefold() for name, _ in them}
    given: set[str] = set()
    apis: dict[str, str] = {}
    found = []
    for name, api in them:
        base = name if apis.setdefault(name.casefold(), api) == api else f"{name} [{api}]"
        numbered = (f"{base} #{number}" for number in count(2))
        label = next(
            text
            for text in chain((base,), numbered)
            if text.casefold() not in given and (text == name or text.casefold() not in names)
        )
        given.add(label.casefold())
        found.append(label)
    return found


def chosen(devices: Sequence[D], what: What, wanted: str) -> D | None:
    """The device that somebody means: of that label in any case, or the first that has it as a
    part of its own; None where there is none."""
    text = wanted.casefold()
    fitting = [(device, device.called(what).casefold()) for device in devices]
    exact = [device for device, label in fitting if label == text]
    parts = [device for device, label in fitting if text in label]
    return next(iter(exact or parts), None)
