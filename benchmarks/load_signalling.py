"""How a load test's clients are let in: by our server, each over its own WebSocket, and by Janus.

Both say what a client has to know to open its media path; `load_client` does that.
"""

import asyncio
import itertools
import re
import secrets
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from benchmarks.load_client import FINGERPRINT, Client
from benchmarks.load_socket import SmallWebSocket
from tui_rooms.rtc.sdp import parse_offer
from tui_rooms.rules.roles import Role
from tui_rooms.server.door.credentials.keys import load_keys
from tui_rooms.server.door.credentials.tokens import Grant, mint
from tui_rooms.wire.messages import VERSION

Message = dict[str, Any]
PATIENCE: Final = 60.0
"""Seconds for an answer."""


class Signalling(Protocol):
    """The way into a server's rooms, which are numbered from 0."""

    async def open(self, rooms: int) -> None:
        """Connect; make the rooms that are not there yet."""

    async def join(self, client: Client) -> None:
        """Let one client in, up to where it can connect. Speakers come before listeners."""

    def skip(self) -> None:
        """Take what has been said meanwhile, without waiting."""


class Ours:
    """Everybody has a WebSocket, as in life, and hears what everybody hears on it."""

    def __init__(self, server: tuple[str, int], data: Path, host: str) -> None:
        self._server = server
        self._keys = load_keys(data, create=False)
        self._host = host
        self._sockets: list[SmallWebSocket] = []

    async def open(self, rooms: int) -> None:
        """Make the rooms, and be in none of them."""
        host = await self._hello(self._host, Role.HOST)
        for number in range(rooms):
            create = {"room": f"load-{number}", "title": f"Load {number}", "live": True}
            await _ask(host, "create_room", 1 + number, refusable=True, **create)

    async def join(self, client: Client) -> None:
        """Join with media; whoever speaks opens their microphone too."""
        socket = await self._hello(client.host, Role.SPEAKER if client.speaks else None)
        join = {"type": "join_room", "id": 1, "room": f"load-{client.room}"}
        await socket.say(join | ({"role": "speaker"} if client.speaks else {}))
        offer = parse_offer((await _of_type(socket, "media_offer"))["sdp"])
        client.heed(offer.candidates[0], offer.ufrag, offer.pwd)
        await _ask(socket, "answer_media", 2, sdp=client.answer.render(offer))
        if client.speaks:
            await _ask(socket, "do", 3, command={"kind": "unmute"})

    def skip(self) -> None:
        """Throw away what the server tells everybody."""
        for socket in self._sockets:
            socket.skip()

    async def _hello(self, host: str, role: Role | None) -> SmallWebSocket:
        socket = await SmallWebSocket.open(self._server, "/ws", host=host)
        self._sockets.append(socket)
        name = f"load {secrets.token_hex(4)}"
        hello: Message = {"type": "hello", "version": VERSION}
        if role is None:
            hello["name"] = name
        else:
            grant = Grant(identity=name.replace(" ", "-"), name=name, role=role)
            hello["token"] = mint(self._keys, grant, now=time.time(), life=3600)
        await socket.say(hello)
        await _of_type(socket, "welcome")
        return socket


async def _ask(
    socket: SmallWebSocket, kind: str, number: int, *, refusable: bool = False, **fields: Any
) -> None:
    await socket.say({"type": kind, "id": number, **fields})
    try:
        async with asyncio.timeout(PATIENCE):
            while (answer := await socket.hear()).get("id") != number:
                pass
    except TimeoutError as exc:
        raise TimeoutError(f"{kind}: no answer in {PATIENCE:g} s") from exc
    if answer["type"] == "refused" and not refusable:
        raise ConnectionError(f"{kind}: {answer['reason']}")


async def _of_type(socket: SmallWebSocket, kind: str) -> Message:
    heard: list[str] = []
    try:
        async with asyncio.timeout(PATIENCE):
            while (message := await socket.hear())["type"] != kind:
                heard.append(message["type"])
                if message["type"] == "refused":
                    raise ConnectionError(f"no {kind}: {message['reason']}")
    except TimeoutError as exc:
        raise TimeoutError(f"no {kind} in {PATIENCE:g} s, but {heard[-5:]}") from exc
    return message


class Janus:
    """VideoRoom over one WebSocket for all: what Janus pays for signalling here is the least."""

    FIRST: Final = 4242
    """The number of the first room."""

    def __init__(self, server: tuple[str, int], host: str) -> None:
        self._server = server
        self._host = host
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[Message]] = {}
        self._feeds: dict[int, list[int]] = {}
        self._session = 0

    async def open(self, rooms: int) -> None:
        """One session for everybody; the rooms with all that costs turned off."""
        self._socket = await SmallWebSocket.open(
            self._server, "/", host=self._host, protocol="janus-protocol"
        )
        self._reader = asyncio.create_task(self._read())
        self._session = (await self._call({"janus": "create"}))["data"]["id"]
        handle = await self._attach()
        for number in range(rooms):
            room = self.FIRST + number
            known = await self._ask(handle, {"request": "exists", "room": room})
            if not known["exists"]:
                await self._ask(handle, _ROOM | {"request": "create", "room": room})
            found = await self._ask(handle, {"request": "listparticipants", "room": room})
            self._feeds[number] = [
                person["id"] for person in found["participants"] if person.get("publisher")
            ]

    async def join(self, client: Client) -> None:
        """A speaker publishes, a listener subscribes to all who do, in one peer connection."""
        handle = await self._attach()
        room = {"room": self.FIRST + client.room}
        if client.speaks:
            told = await self._message(
                handle,
                {**room, "request": "joinandconfigure", "ptype": "publisher", **_SOUND_ALONE},
                {"type": "offer", "sdp": _sdp(client, ["0"], "sendonly")},
            )
            self._feeds[client.room].append(told["plugindata"]["data"]["id"])
            _heed(client, told["jsep"]["sdp"])
            return
        streams = [{"feed": feed, "mid": "0"} for feed in self._feeds[client.room]]
        told = await self._message(
            handle, {**room, "request": "join", "ptype": "subscriber", "streams": streams}
        )
        offer = told["jsep"]["sdp"]
        _heed(client, offer)
        mids = re.findall(r"a=mid:(\S+)", offer)
        answer = {"type": "answer", "sdp": _sdp(client, mids, "recvonly")}
        await self._message(handle, {"request": "start"}, answer)

    def skip(self) -> None:
        """It says nothing that is not asked for."""

    async def _read(self) -> None:
        try:
            while True:
                message = await self._socket.hear()
                if message["janus"] == "ack":
                    continue
                waiting = self._waiting.pop(message.get("transaction", ""), None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(message)
        except (OSError, ValueError) as exc:
            # Whoever waits hears of it at once, not when their patience ends.
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(ConnectionError(f"Janus is not understood: {exc}"))

    async def _attach(self) -> int:
        told = await self._call({"janus": "attach", "plugin": "janus.plugin.videoroom"})
        handle: int = told["data"]["id"]
        return handle

    async def _ask(self, handle: int, body: Message) -> Message:
        told = await self._message(handle, body)
        data: Message = told["plugindata"]["data"]
        return data

    async def _message(self, handle: int, body: Message, jsep: Message | None = None) -> Message:
        message = {"janus": "message", "handle_id": handle, "body": body}
        return await self._call(message | ({} if jsep is None else {"jsep": jsep}))

    async def _call(self, message: Message) -> Message:
        number = str(next(self._numbers))
        message["transaction"] = number
        if self._session:
            message["session_id"] = self._session
        waiting = self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._socket.say(message)
        answer = await asyncio.wait_for(waiting, PATIENCE)
        if answer["janus"] == "error" or "error" in answer.get("plugindata", {}).get("data", {}):
            raise ConnectionError(f"Janus refuses {message}: {answer}")
        return answer


_SOUND_ALONE: Final = {"audio": True, "video": False, "data": False}
_ROOM: Final = {
    "publishers": 10,
    "audiocodec": "opus",
    "opus_fec": True,
    "audiolevel_ext": False,
    "transport_wide_cc_ext": False,
    "videoorient_ext": False,
    "playoutdelay_ext": False,
    "notify_joining": False,
}


def _sdp(client: Client, mids: Sequence[str], direction: str) -> str:
    """Our side of a session with Janus: Opus alone, and we begin DTLS."""
    head = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE " + " ".join(mids)]
    lines = []
    for mid in mids:
        lines += [
            "m=audio 9 UDP/TLS/RTP/SAVPF 111",
            f"c=IN IP4 {client.host}",
            "a=rtcp-mux",
            f"a=ice-ufrag:{client.answer.ufrag}",
            f"a=ice-pwd:{client.answer.pwd}",
            f"a=fingerprint:sha-256 {FINGERPRINT}",
            "a=setup:active",
            f"a=mid:{mid}",
            f"a={direction}",
            "a=rtpmap:111 opus/48000/2",
            "a=fmtp:111 minptime=10;useinbandfec=1",
            f"a=candidate:1 1 udp 2130706431 {client.host} {client.port} typ host",
            "a=end-of-candidates",
        ]
        if client.speaks:
            lines += [f"a=ssrc:{client.ssrc} cname:load", f"a=msid:load load{mid}"]
    return "\r\n".join([*head, *lines, ""])


def _heed(client: Client, sdp: str) -> None:
    found = re.search(r"a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host", sdp, re.IGNORECASE)
    ufrag, pwd = (re.search(rf"a=ice-{what}:(\S+)", sdp) for what in ("ufrag", "pwd"))
    if found is None or ufrag is None or pwd is None:
        raise ConnectionError(f"Janus' description lacks a candidate or secrets: {sdp[:500]}")
    client.heed((found[1], int(found[2])), ufrag[1], pwd[1])
