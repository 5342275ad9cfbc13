"""Attacks from within a room: what its guests and hosts do without an end."""

import asyncio
import json
import secrets
import socket
import struct
from collections.abc import Callable
from typing import Any

from benchmarks.attacks.target import SOCKETS, Target, attack, crowd, repeated


async def _busy(
    target: Target,
    room: str,
    wanted: Callable[[int, str], list[dict[str, Any]]],
    *,
    size: int = SOCKETS,
    pause: float = 0.05,
    reads: bool = True,
) -> None:
    """So many guests in a room say commands in a circle."""

    async def one(number: int) -> None:
        own = await target.guest_in(room)
        try:
            n = 1
            while target.goes_on:
                for command in wanted(number, own.identity):
                    n += 1
                    await own.say({"type": "do", "id": n, "command": command})
                    target.done["messages"] += 1
                if reads:
                    own.skip()
                await asyncio.sleep(pause)
        finally:
            own.close()

    await crowd(target, size, one)


@attack("messages", least=5)
async def unread(target: Target) -> None:
    """90 sockets in a room, and long messages, of which they read none."""
    said = {"kind": "send_message", "text": "€" * 2_000}
    await _busy(target, "open-2", lambda n, _: [said] * (n < 5), pause=0.3, reads=False)


@attack("ack", least=5)
async def hands(target: Target) -> None:
    """90 guests raise and lower their hands."""

    def both(_: int, me: str) -> list[dict[str, Any]]:
        return [{"kind": "raise_hand"}, {"kind": "lower_hand", "identity": me}]

    await _busy(target, "open-3", both, pause=0.1)


@attack("messages", least=100)
async def reactions(target: Target) -> None:
    """90 guests react without an end."""
    await _busy(target, "open-3", lambda *_: [{"kind": "react", "emoji": "👏"}], pause=0.1)


@attack("ack", least=20)
async def events(target: Target) -> None:
    """Five guests send custom events of the largest size into rooms of theirs, to 80 others."""
    data = json.dumps("y" * 4_000)
    places = [secrets.token_hex(8) for _ in range(5)]

    async def one(number: int) -> None:
        own = await target.visit()
        try:
            room = places[number % 5]
            if number < 5:
                made = {"title": room, "room": room, "live": True}
                await own.say({"type": "create_room", "id": 0, **made})
            else:
                await asyncio.sleep(1)
            await own.say({"type": "join_room", "id": 1, "room": room, "media": False})
            n = 1
            while target.goes_on:
                if number < 5:
                    n += 1
                    sent = {"kind": "send_event", "type": "x" * 64, "data": data}
                    await own.say({"type": "do", "id": n, "command": sent})
                    target.done["messages"] += 1
                own.skip()
                await asyncio.sleep(0.05)
        finally:
            own.close()

    await crowd(target, 85, one)


@attack("messages", least=50)
async def reports(target: Target) -> None:
    """90 guests report each other, at length."""

    def report(number: int, _: str) -> list[dict[str, Any]]:
        who = f"guest-{number}"
        return [{"kind": "report", "identity": who, "reason": "spam", "text": "z" * 1_000}]

    await _busy(target, "tone", report, pause=0.2)


@attack("messages", least=50)
async def requests_for_rights(target: Target) -> None:
    """90 guests ask for rights, and write to those in charge, without an end."""
    asked = [
        {"kind": "request_permission", "capability": "send-audio"},
        {"kind": "send_message", "text": "?" * 2_000},
    ]
    await _busy(target, "open-3", lambda *_: asked, pause=0.1)


@attack("messages", least=100)
async def churn(target: Target) -> None:
    """40 come into a room and leave it, again and again."""
    join = {"type": "join_room", "room": "tone", "media": False}
    await repeated(target, 40, join, {"type": "do", "command": {"kind": "leave_room"}})


@attack("joined", least=5)
async def ghosts(target: Target) -> None:
    """People come into a room and vanish without a word, another one each time."""

    async def one(number: int) -> None:
        own = await target.guest_in("tone")
        while (await own.hear())["type"] not in ("ack", "refused"):
            pass
        target.done["joined"] += 1
        own._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        own.close()

    await crowd(target, 30, one)


@attack("ack", least=2)
async def owners(target: Target) -> None:
    """Five guests with rooms of their own change title, description and attributes all the time."""

    async def one(number: int) -> None:
        own = await target.visit()
        try:
            room = secrets.token_hex(8)
            await own.say({"type": "create_room", "id": 1, "room": room, "title": room})
            await own.say({"type": "join_room", "id": 2, "room": room, "media": False})
            n = 2
            while target.goes_on:
                n += 3
                changed = {"title": f"{n} " + "t" * 60, "description": f"{n} " + "d" * 490}
                value = f"{n} " + "v" * 1_000
                for m, command in enumerate(
                    (
                        {"kind": "update_room", **changed},
                        {"kind": "set_attribute", "key": "k", "value": value},
                        {"kind": "go_live" if n % 2 else "stop_live"},
                    )
                ):
                    await own.say({"type": "do", "id": n + m, "command": command})
                    target.done["messages"] += 1
                own.skip()
                await asyncio.sleep(0.1)
        finally:
            own.close()

    await crowd(target, 5, one)
