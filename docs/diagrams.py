"""Print the rules' state machines as Mermaid diagrams, drawn from their tables.

python docs/diagrams.py
"""

import sys
from collections.abc import Mapping
from enum import StrEnum

from tui_rooms.rules.life import LIFE, Life
from tui_rooms.rules.standing import STANDINGS, Standing


def mermaid(
    title: str,
    table: Mapping[tuple[StrEnum, StrEnum], StrEnum],
    *,
    starts: tuple[StrEnum, ...],
    ends: tuple[StrEnum, ...] = (),
) -> str:
    """One state diagram; arrows between the same two states share a line of text."""
    states = dict.fromkeys(state for (old, _), new in table.items() for state in (old, new))
    arrows: dict[tuple[StrEnum, StrEnum], list[str]] = {}
    for (old, event), new in table.items():
        arrows.setdefault((old, new), []).append(event.value.replace("_", " "))
    lines = [f"%% {title}", "stateDiagram-v2"]
    lines += [f'    state "{state.value}" as {state.name}' for state in states]
    lines += [f"    [*] --> {state.name}" for state in starts]
    lines += [
        f"    {old.name} --> {new.name}: {' / '.join(words)}"
        for (old, new), words in arrows.items()
    ]
    lines += [f"    {state.name} --> [*]" for state in ends]
    return "\n".join(lines)


def main() -> None:
    """Print both."""
    room = mermaid("A room", LIFE, starts=(Life.SCHEDULED, Life.BACKSTAGE), ends=(Life.ENDED,))
    person = mermaid("A participant", STANDINGS, starts=(Standing.AWAY,))
    sys.stdout.write(f"{room}\n\n{person}\n")


if __name__ == "__main__":
    main()
