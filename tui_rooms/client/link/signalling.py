"""The WebSocket dialogue with one server: hello, requests with answers, pushes."""

import asyncio
import itertools
import os
import socket
from collections.abc import Callable
from http import HTTPStatus
from typing import Final, Self, TypeVar

from pydantic import ValidationError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from tui_rooms.client.errors import LinkError
from tui_rooms.client.link import newer
from tui_rooms.client.link.address import Address
from tui_rooms.rules.errors import RoomError
from tui_rooms.wire import features
from tui_rooms.wire.messages import (
    VERSION,
    Ack,
    Answer,
    ClientMessage,
    Do,
    Hello,
    Refused,
    ServerMessage,
    Welcome,
)

A = TypeVar("A", bound=Answer)

OPEN_TIMEOUT: Final = 10.0
ANSWER_TIMEOUT: Final = 15.0
PING_EVERY: Final = 2.0
DEAD_AFTER: Final = 8.0
"""Seconds without an answer to a ping, after which the link counts as lost."""
MAX_INCOMING_BYTES: Final = 16 * 1024 * 1024
"""A snapshot with all that a host may see is 8 MiB at most: reports and messages at their limits.
Most are below 50 kB."""


class Signalling:
    """An open connection that has been welcomed."""

    def __init__(self, socket: ClientConnection, address: Address, welcome: Welcome) -> None:
        self.address = address
        self.welcome = welcome
        self._socket = socket
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._reader: asyncio.Task[LinkError] | None = None

    @classmethod
    async def open(
        cls,
        address: Address,
        *,
        token: str | None = None,
        name: str | None = None,
        session: str | None = None,
    ) -> Self:
        """Connect and say hello.

        Raises:
            LinkError: no such server, or it does not speak with us.
            RoomError: it refused the token, the name or a guest.
        """
        hello = checked(
            lambda: Hello(
                version=VERSION, token=token, name=name, session=session, features=features.KNOWN
            )
        )
        socket = await _connect(address)
        try:
            answer = await _greeted(socket, hello.model_dump_json(), address)
            if isinstance(answer, Refused) and answer.code == "bad-message":
                # A server of before there were features takes the same hello without them.
                bare = hello.model_dump_json(exclude={"features"})
                answer = await _greeted(socket, bare, address)
            if isinstance(answer, Refused):
                raise RoomError(answer.code, answer.reason)
            if not isinstance(answer, Welcome) or answer.version != VERSION:
                raise _stranger(address)
        except TimeoutError as exc:
            await socket.close()
            raise LinkError(
                "no-answer", f"{address.netloc} does not answer our hello", retryable=True
            ) from exc
        except ConnectionClosed as exc:
            raise _closed(address, exc) from exc
        except BaseException:
            await socket.close()
            raise
        return cls(socket, address, answer)

    def start(self, on_message: Callable[[ServerMessage], None]) -> None:
        """Begin to read: answers go to whoever asked, all else to `on_message`, in order."""
        self._reader = asyncio.create_task(self._read(on_message))

    async def request(self, build: Callable[[int], ClientMessage]) -> Ack:
        """Ask for something to be done; raises as `ask`."""
        return await self.ask(build, Ack)

    async def ask(self, build: Callable[[int], ClientMessage], kind: type[A]) -> A:
        """Ask and wait for the answer.

        Args:
            build: makes the message from the request's number.
            kind: of the answer.

        Raises:
            RoomError: refused.
            LinkError: the connection is gone, or there is no answer, or a strange one.
        """
        answer = await self._answer(build)
        if not isinstance(answer, kind):
            raise _stranger(self.address)
        return answer

    async def _answer(self, build: Callable[[int], ClientMessage]) -> Answer:
        number = next(self._numbers)
        message = checked(lambda: build(number))
        command = message.command.kind if isinstance(message, Do) else None
        if not features.needed(message.type, command) <= self.welcome.features:
            raise RoomError(
                "not-known-there",
                f"{self.address.netloc} runs an older tui-rooms, which does not know this yet: "
                "its operator can update it",
            )
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT):
                await self._socket.send(message.model_dump_json())
                return await answer
        except ConnectionClosed as exc:
            raise _closed(self.address, exc) from exc
        except TimeoutError as exc:
            raise LinkError(
                "no-answer",
                f"{self.address.netloc} did not answer {message.type!r} for {ANSWER_TIMEOUT:g} s",
                retryable=True,
            ) from exc
        finally:
            del self._waiting[number]
            # An error that arrived together with the time-out has been told of already.
            if answer.done() and not answer.cancelled():
                answer.exception()

    async def ended(self) -> LinkError:
        """Wait until the connection is over, and say why."""
        if self._reader is None:
            raise RuntimeError("start() comes before ended()")
        return await asyncio.shield(self._reader)

    @property
    def round_trip_ms(self) -> float | None:
        """By the newest ping that was answered."""
        return self._socket.latency * 1000 or None

    async def close(self) -> None:
        """Say goodbye; more than once changes nothing."""
        await self._socket.close()
        if self._reader is not None:
            await asyncio.wait([self._reader])

    async def _read(self, on_message: Callable[[ServerMessage], None]) -> LinkError:
        error = _stranger(self.address)
        try:
            async for text in self._socket:
                message = _parse(text, self.address)
                if message is None:
                    continue
                waiting = self._waiting.get(getattr(message, "id", None) or 0)
                if waiting is not None and not waiting.done() and isinstance(message, Answer):
                    waiting.set_result(message)
                elif waiting is not None and not waiting.done() and isinstance(message, Refused):
                    waiting.set_exception(RoomError(message.code, message.reason))
                else:
                    on_message(message)
            await self._socket.recv()
        except ConnectionClosed as exc:
            error = _closed(self.address, exc)
        except LinkError as exc:
            error = exc
            await self._socket.close(1002)
        finally:
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(error)
        return error


def checked(build: Callable[[], ClientMessage]) -> ClientMessage:
    """Build a message; what the wire would not carry is refused here, in words.

    Raises:
        RoomError: "bad-request".
    """
    try:
        return build()
    except ValidationError as exc:
        first = exc.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise RoomError(
            "bad-request", f"{field} {first['input']!r} is not possible: {first['msg']}"
        ) from exc


async def _connect(address: Address) -> ClientConnection:
    try:
        return await connect(
            address.websocket,
            max_size=MAX_INCOMING_BYTES,
            open_timeout=OPEN_TIMEOUT,
            ping_interval=PING_EVERY,
            ping_timeout=DEAD_AFTER,
            close_timeout=1,
            compression=None,
            # A proxy on the way to this very machine would be a mistake of the environment.
            proxy=None if address.loopback else True,
        )
    except InvalidStatus as exc:
        status = exc.response.status_code
        said = (exc.response.body or b"")[:200].decode(errors="replace").strip()
        crowded = status == HTTPStatus.TOO_MANY_REQUESTS
        meaning = "too many at once; try again in a moment"
        if not crowded:
            meaning = "not a tui-rooms server, or this way in is closed"
        raise LinkError(
            "refused-door",
            f"{address.netloc} answers with HTTP {status}"
            + (f" ({said})" if said else "")
            + f": {meaning}",
            retryable=crowded or status >= HTTPStatus.INTERNAL_SERVER_ERROR,
        ) from exc
    except (InvalidHandshake, InvalidURI) as exc:
        if isinstance(exc.__cause__, EOFError | OSError):
            # A server that is just going down, or a proxy without one.
            raise LinkError("no-answer", f"{address.netloc} hangs up", retryable=True) from exc
        raise _stranger(address) from exc
    except TimeoutError as exc:
        raise LinkError(
            "no-answer",
            f"{address.netloc} does not answer within {OPEN_TIMEOUT:g} s",
            retryable=True,
        ) from exc
    except OSError as exc:
        raise LinkError(
            "no-server",
            f"no server at {address.netloc} ({_reason(exc)}); is it running? "
            "Start one with: tui-rooms serve",
            retryable=True,
        ) from exc


def _reason(exc: OSError) -> str:
    """The system's words; asyncio puts its own in front of those for a number."""
    if isinstance(exc, socket.gaierror) or not exc.errno:
        return exc.strerror or str(exc)
    return os.strerror(exc.errno)


async def _greeted(socket: ClientConnection, hello: str, address: Address) -> ServerMessage | None:
    async with asyncio.timeout(OPEN_TIMEOUT):
        await socket.send(hello)
        return _parse(await socket.recv(), address)


def _parse(text: str | bytes, address: Address) -> ServerMessage | None:
    try:
        return newer.read(text)
    except ValidationError as exc:
        raise _stranger(address) from exc


def _stranger(address: Address) -> LinkError:
    return LinkError(
        "bad-message",
        f"{address.netloc} does not speak this client's language (version {VERSION}): "
        "is it a tui-rooms server of the same version?",
        retryable=False,
    )


def _closed(address: Address, exc: ConnectionClosed) -> LinkError:
    said = exc.rcvd.reason if exc.rcvd else ""
    code = exc.rcvd.code if exc.rcvd else 1006
    return LinkError(
        "link-lost",
        f"the connection to {address.netloc} is lost" + (f": {said}" if said else ""),
        # 1008 policy, 1009 too big, 1002/1003/1007 protocol: the same again would fail again.
        retryable=code not in {1002, 1003, 1007, 1008, 1009},
    )
