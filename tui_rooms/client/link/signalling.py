"""The WebSocket dialogue with one server: hello, requests with answers, pushes."""

import asyncio
import itertools
from collections.abc import Callable
from typing import Final, Self, TypeVar

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tui_rooms.client.errors import LinkError
from tui_rooms.client.link import newer
from tui_rooms.client.link.address import Address
from tui_rooms.client.link.network.connecting import OPEN_TIMEOUT, open_socket, stranger
from tui_rooms.client.link.server_clock import ServerClock
from tui_rooms.client.link.watch import Watch
from tui_rooms.rules.errors import RoomError
from tui_rooms.wire import features
from tui_rooms.wire.messages import (
    CLIENT_MESSAGE,
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
from tui_rooms.wire.pasted import usable_token
from tui_rooms.wire.sentences import Finding, finding_text

A = TypeVar("A", bound=Answer)

ANSWER_TIMEOUT: Final = 15.0
_SECRET: Final = frozenset({"token", "session", "password"})
"""Fields whose value no sentence repeats."""


class Signalling:
    """An open connection that has been welcomed."""

    def __init__(self, socket: ClientConnection, address: Address, welcome: Welcome) -> None:
        self.address = address
        self.welcome = welcome
        self.clock = ServerClock.told(welcome.now)
        self._socket = socket
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._reader: asyncio.Task[LinkError] | None = None
        self._watching: asyncio.Task[None] | None = None

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
        token = usable_token(token) if token else None
        hello = checked(
            lambda: Hello(
                version=VERSION, token=token, name=name, session=session, features=features.KNOWN
            )
        )
        socket = await open_socket(address)
        try:
            answer = await _greeted(socket, _text_of(hello), address)
            if isinstance(answer, Refused) and answer.code == "bad-message":
                # A server of before there were features takes the same hello without them.
                bare = hello.model_dump_json(exclude={"features"})
                answer = await _greeted(socket, bare, address)
            if isinstance(answer, Refused):
                raise RoomError(answer.code, answer.reason)
            if not isinstance(answer, Welcome) or answer.version != VERSION:
                raise stranger(address)
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

    def start(
        self,
        on_message: Callable[[ServerMessage], None],
        on_silent: Callable[[bool], None] = lambda _: None,
    ) -> None:
        """Begin to read: answers go to whoever asked, all else to `on_message`, in order.

        Args:
            on_silent: is told when nothing comes any more, and when something does again.
        """
        self._reader = asyncio.create_task(self._read(on_message))
        watching = asyncio.create_task(Watch(self._socket, on_silent).look())
        self._reader.add_done_callback(lambda _: watching.cancel())
        self._watching = watching

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
            raise stranger(self.address)
        return answer

    def require(self, *names: str) -> None:
        """Refuse what an older server does not know.

        Args:
            names: of features.

        Raises:
            RoomError: "not-known-there".
        """
        if not self.welcome.features.issuperset(names):
            raise RoomError(
                "not-known-there",
                f"{self.address.netloc} runs an older tui-rooms, which does not know this yet: "
                "its operator can update it",
            )

    async def _answer(self, build: Callable[[int], ClientMessage]) -> Answer:
        number = next(self._numbers)
        message = checked(lambda: build(number))
        command = message.command.kind if isinstance(message, Do) else None
        self.require(*features.needed(message.type, command))
        text = _text_of(message)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT):
                await self._socket.send(text)
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

    @property
    def remote(self) -> tuple[str, int] | None:
        """The address that we have reached, a proxy's perhaps; None once it is not known."""
        found = self._socket.remote_address
        return (str(found[0]), int(found[1])) if found else None

    async def close(self) -> None:
        """Say goodbye; more than once changes nothing."""
        await self._socket.close()
        tasks = [task for task in (self._reader, self._watching) if task is not None]
        if tasks:
            await asyncio.wait(tasks)

    async def _read(self, on_message: Callable[[ServerMessage], None]) -> LinkError:
        error = stranger(self.address)
        failure: Exception | None = None
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
        except Exception as exc:
            failure = exc  # not foreseen, and not told as if the server were to blame
            raise
        finally:
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(failure or error)
        return error


def checked(build: Callable[[], ClientMessage]) -> ClientMessage:
    """Build a message; what the wire would not carry is refused here, in words.

    Raises:
        RoomError: "bad-request".
    """
    try:
        message = build()
        # The rules' own dataclasses are taken as they are until they are read.
        CLIENT_MESSAGE.validate_json(_text_of(message))
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        raise RoomError("bad-request", _not_possible(first)) from exc
    return message


def _not_possible(finding: Finding) -> str:
    field = str(finding["loc"][-1]) if finding["loc"] else "message"
    value = finding.get("input")
    shown = f" {value!r:.60}" if isinstance(value, (str, int, float)) else ""
    return f"{field}{'' if field in _SECRET else shown} is not possible: {finding_text(finding)}"


def _text_of(message: ClientMessage) -> str:
    try:
        return message.model_dump_json(warnings=False)  # `checked` refuses, and says why
    except PydanticSerializationError as exc:
        raise RoomError(
            "bad-text", "that text holds half of a character, which cannot be sent: write it again"
        ) from exc


async def _greeted(socket: ClientConnection, hello: str, address: Address) -> ServerMessage | None:
    async with asyncio.timeout(OPEN_TIMEOUT):
        await socket.send(hello)
        return _parse(await socket.recv(), address)


def _parse(text: str | bytes, address: Address) -> ServerMessage | None:
    try:
        return newer.read(text)
    except ValidationError as exc:
        raise stranger(address) from exc


def _closed(address: Address, exc: ConnectionClosed) -> LinkError:
    said = exc.rcvd.reason if exc.rcvd else ""
    code = exc.rcvd.code if exc.rcvd else 1006
    return LinkError(
        "link-lost",
        f"the connection to {address.netloc} is lost" + (f": {said}" if said else ""),
        # 1008 policy, 1009 too big, 1002/1003/1007 protocol: the same again would fail again.
        retryable=code not in {1002, 1003, 1007, 1008, 1009},
    )
