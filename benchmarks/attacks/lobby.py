"""Attacks over WebSockets that are in no room: lists, searches, secrets, nonsense."""

import asyncio
import contextlib
import json
import secrets

from benchmarks.attacks.target import SOCKETS, Target, attack, crowd, repeated


@attack("messages", least=100)
async def watch_20(target: Target) -> None:
    """20 sockets ask for the lobby's list again and again."""
    await repeated(target, 20, {"type": "watch_rooms"})


@attack("messages", least=200)
async def watch_95(target: Target) -> None:
    """95 sockets ask for it, each with other words."""

    async def one(number: int) -> None:
        own = await target.visit()
        try:
            n = 1
            while target.goes_on:
                n += 1
                await own.say({"type": "watch_rooms", "id": n, "text": f"{number} {n % 7}"})
                target.done["messages"] += 1
                own.skip()
                await asyncio.sleep(0.04)
        finally:
            own.close()

    await crowd(target, 95, one)


@attack("pushes", least=20)
async def lobby(target: Target) -> None:
    """80 watch all rooms, and read, while people come into them and leave without an end."""

    async def come_and_go(number: int) -> None:
        own = await target.visit()
        try:
            n = 1
            while target.goes_on:
                n += 2
                room = f"open-{10 + (number * 100 + n) % 400}"
                await own.say({"type": "join_room", "id": n, "room": room, "media": False})
                await own.say({"type": "do", "id": n + 1, "command": {"kind": "leave_room"}})
                target.done["messages"] += 2
                own.skip()
                await asyncio.sleep(0.1)
        finally:
            own.close()

    async def one(number: int) -> None:
        own = await target.visit()
        try:
            await own.say({"type": "watch_rooms", "id": 1})
            while target.goes_on:
                await own.hear()
                target.done["pushes"] += 1
        finally:
            own.close()

    await asyncio.gather(crowd(target, 80, one), crowd(target, 10, come_and_go))


@attack("messages", least=100)
async def search(target: Target) -> None:
    """20 sockets look for words, and read old rooms, one of them of 10,000 events."""
    await repeated(
        target,
        20,
        {"type": "find_rooms", "text": "words o", "state": "ended", "limit": 100},
        {"type": "find_rooms", "text": secrets.token_hex(2)},
        {"type": "read_chat", "room": "old"},
        {"type": "preview_room", "room": "old-40"},
        {"type": "list_absent", "room": "old"},
        {"type": "read_audit", "room": "old"},
    )


@attack("tokens", least=5)
async def tokens(target: Target) -> None:
    """Tokens that nobody made."""

    async def one(number: int) -> None:
        own = await target.connect()
        try:
            token = f"{secrets.token_urlsafe(40)}.a.{secrets.token_hex(20)}"
            await own.say({"type": "hello", "version": 1, "token": token})
            target.done["tokens"] += 1
            while True:
                await own.hear()
        finally:
            own.close()

    await crowd(target, 20, one)


@attack("messages", least=100)
async def broken(target: Target) -> None:
    """WebSockets that say what is no message, long and nested, and break their frames."""
    nested = {"type": "find_rooms", "id": 1, "text": json.loads("[" * 400 + "]" * 400)}
    wide = {"type": "hello", "version": 1, "features": [str(n) for n in range(7_000)]}

    async def one(number: int) -> None:
        own = await target.visit()
        try:
            for n in range(25):
                await own.say({"type": "no such", "id": n, "\x1b[2J\n": ["x" * 200] * 20})
                await own.say(nested if n % 2 else wide)
                target.done["messages"] += 2
            own.skip()
            with contextlib.suppress(OSError):
                await own.send(b"\xff" * 200)
        finally:
            own.close()

    await crowd(target, 20, one)


@attack("refused wrong-password", "refused too-fast", least=2)
async def passwords(target: Target) -> None:
    """A room's password is guessed, each time by another guest."""

    async def one(number: int) -> None:
        own = await target.visit()
        try:
            for n in range(4):
                guess = {"room": "secret", "media": False, "password": secrets.token_hex(4)}
                await own.say({"type": "join_room", "id": n, **guess})
                told = await own.hear()
                target.done[f"refused {told.get('code')}"] += 1
        finally:
            own.close()

    await crowd(target, 20, one)


@attack("messages", least=5)
async def rooms(target: Target) -> None:
    """60 addresses make rooms, as many as they may, and end some for others."""
    crowd_at = "127.0.1" if target.me.startswith("127.") else "10.231.78"

    async def one(number: int) -> None:
        here = Target(
            target.host,
            target.port,
            f"{crowd_at}.{number % 60 + 1}",
            target.victim,
            "",
            target.done,
            target.over,
        )
        own = await here.visit()
        try:
            n = 1
            while target.goes_on:
                n += 3
                title = secrets.token_hex(8)
                made = {"title": title, "room": title, "description": "d" * 500, "live": True}
                await own.say({"type": "create_room", "id": n, **made})
                await own.say({"type": "join_room", "id": n + 1, "room": title, "media": False})
                if number % 2:
                    await own.say({"type": "do", "id": n + 2, "command": {"kind": "end_room"}})
                target.done["messages"] += 3
                own.skip()
                await asyncio.sleep(0.5)
        finally:
            own.close()

    await crowd(target, 60, one)


@attack("sockets", least=5)
async def crowded(target: Target) -> None:
    """As many WebSockets and connections as an address may have, and more, all held."""

    async def one(number: int) -> None:
        if number % 2:
            own = await target.guest_in("open-6")
            try:
                while target.goes_on:
                    await own.hear()
            finally:
                own.close()
        else:
            await target.ask(target.request("GET", "/api/health"))

    await crowd(target, 2 * (SOCKETS + 30), one)
