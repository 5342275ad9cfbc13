"""One kind of attack, or all that leave something behind, in a process of its own.

    python -m benchmarks.attacks.run NAME HOST PORT ME VICTIM TOKEN CROWD   started by `attack.py`

It begins with a line of its input; with another one it says what it has done, and goes on until its
input ends. CROWD are the first three numbers of a network that is all its own, or `-`.
"""

import asyncio
import json
import sys
from typing import Final

from benchmarks.attacks import asking, connections, floods, insiders, lobby, rooms
from benchmarks.attacks.target import FAILURES, KINDS, Target

SIEGE: Final = (
    "hands", "owners", "unread", "events", "reactions", "reports", "requests_for_rights", "churn",
    "ghosts", "rooms", "lobby", "passwords", "tokens", "broken", "invitations", "bodies",
    "nonsense", "resets", "mute", "slow", "handshakes",
)  # fmt: skip
"""Kinds that write to logs, or leave something in memory, each from an address of its own."""
MODULES: Final = (asking, connections, floods, insiders, lobby, rooms)
"""Where the kinds are."""


async def _run(name: str, target: Target) -> None:
    try:
        await KINDS[name].act(target)
    except FAILURES as exc:
        target.done[f"ended early: {type(exc).__name__} {exc}"[:80]] += 1


def _targets(name: str, where: list[str]) -> dict[str, Target]:
    host, port, me, victim, token, crowd = where
    if name != "siege":
        return {name: Target(host, int(port), me, victim, token)}
    targets = {}
    for number, kind in enumerate(SIEGE):
        place = me if crowd == "-" or not number else f"{crowd}.{200 + number}"
        targets[kind] = Target(host, int(port), place, victim, token)
    return targets


def _said(targets: dict[str, Target]) -> dict[str, int]:
    if len(targets) == 1:
        return dict(next(iter(targets.values())).done)
    return {
        f"{name}: {count}": target.done[count]
        for name, target in targets.items()
        for count in KINDS[name].proof
        if target.done[count]
    }


async def main(name: str, *where: str) -> None:
    """Attack, and say what was done."""
    targets = _targets(name, list(where))
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    running = [asyncio.create_task(_run(kind, target)) for kind, target in targets.items()]
    while await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(_said(targets)), flush=True)
    for target in targets.values():
        target.over.set()
    await asyncio.wait(running, timeout=5)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
