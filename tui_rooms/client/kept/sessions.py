"""Sessions on the disk, as long as one is in a room: should the program die there, its next run is
the same person again, with the same role.

Each visit has a file of its own and a lock beside it, held by the program as long as it lives: so
two programs at once are two people, and what a dead one has left is found by its lock being free.
A file goes before its lock does, so whoever holds a lock whose file is gone holds nothing.
"""

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from tui_rooms.client.kept import private_file
from tui_rooms.client.kept.lock import Lock
from tui_rooms.client.kept.private_file import UnusableFileError

KEPT: Final = 50
"""Visits; the longest unchanged one of a dead program is forgotten first."""
KEPT_SECONDS: Final = 400 * 86_400.0
"""A room can be scheduled a year ahead."""
_VERSION: Final = 1
_DRAFT_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who comes to a server, and how: only the same comes back."""

    program: str
    """Which of ours it is: somebody who records is not the person at the screen."""
    server: str
    name: str
    """As it was wished for."""
    credential: str = ""
    """Stands for the token or invitation that one comes with; empty without one."""

    def is_again(self, earlier: "Visitor") -> bool:
        """Whether that one comes back; without a token now, also who has come with one."""
        return (self.program, self.server, self.name) == (
            earlier.program,
            earlier.server,
            earlier.name,
        ) and self.credential in ("", earlier.credential)


def credential_of(*secrets_shown: str | None) -> str:
    """What stands for secrets, without giving them away; empty when there are none."""
    if not any(secrets_shown):
        return ""
    return hashlib.sha256(json.dumps(secrets_shown).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody's being in a room."""

    who: Visitor
    room: str
    session: str = field(repr=False)


class Held:
    """The file of one visit, as long as this program holds it."""

    def __init__(self, path: Path, lock: Lock, visit: Visit) -> None:
        self.visit = visit
        self._path = path
        self._lock: Lock | None = lock

    def write(self, visit: Visit) -> None:
        """Keep it as it is now.

        Raises:
            OSError: it cannot be kept; what was kept before is.
        """
        self.visit = visit
        private_file.write(self._path, json.dumps({"version": _VERSION, **asdict(visit)}))

    def forget(self) -> None:
        """One has left, or the room is over."""
        _remove(self._path)
        self.let_go()

    def let_go(self) -> None:
        """The next run may be who we were. More than once changes nothing."""
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.let_go()


class KeptSessions:
    """All visits of this user's programs. Its methods wait for the disk: call them in a thread."""

    def __init__(self, directory: Path, *, tell: Callable[[str], None] = lambda _: None) -> None:
        """
        Args:
            directory: is made when there is something to keep.
            tell: takes a sentence about a file that is not as it should be.
        """
        self._directory = directory
        self._tell = tell
        self._told: set[str] = set()
        self.fault = ""
        """Why nothing can be kept; empty as long as it can."""

    def find(self, who: Visitor, room: str) -> Held | None:
        """The newest visit of theirs to that room that a dead program has left; held from now."""
        for path in self._files():
            if (held := self._take(path)) is None:
                continue
            if held.visit.room == room and who.is_again(held.visit.who):
                return held
            held.let_go()
        return None

    def left_at(self, server: str) -> list[Visit]:
        """Every visit to that server that a dead program has left."""
        left = []
        for path in self._files():
            if (held := self._take(path)) is not None:
                held.let_go()
                left.append(held.visit)
        return [visit for visit in left if visit.who.server == server]

    def forget(self, visit: Visit) -> None:
        """That visit is over, unless somebody has taken it up since."""
        held = self.find(visit.who, visit.room)
        if held is not None:
            if held.visit == visit:
                held.forget()
            held.let_go()

    def keep(self, visit: Visit) -> Held | None:
        """Keep a new visit; None when it cannot be, and `fault` says why."""
        try:
            private_file.make_directory(self._directory)
            self._make_room()
            path = self._directory / f"{secrets.token_hex(8)}.json"
            lock = Lock.take(_lock_of(path))
            if lock is None:
                return None
            held = Held(path, lock, visit)
            try:
                held.write(visit)
            except BaseException:
                held.forget()
                raise
        except OSError as error:
            self.fault = f"cannot keep in {self._directory} who you are ({error.strerror})"
            return None
        return held

    def _take(self, path: Path) -> Held | None:
        """What is in that file, if no living program has it and it can be used."""
        try:
            lock = Lock.take(_lock_of(path))
        except OSError:
            return None
        if lock is None:
            return None
        try:
            text, said = private_file.read(path)
            self._say(said)
            return Held(path, lock, _visit(text))
        except FileNotFoundError:
            _remove(path)  # forgotten between our look and the lock
        except UnusableFileError as error:
            self._say(error.sentence)
        except OSError as error:
            self._say(f"cannot read {path} ({error.strerror}): remove it")
        except (ValueError, RecursionError):
            self._say(f"{path} held no session: it is removed")
            _remove(path)
        lock.let_go()
        return None

    def _files(self) -> Sequence[Path]:
        """The newest first."""
        dated = []
        with suppress(OSError):
            for path in self._directory.glob("*.json"):
                with suppress(OSError):
                    dated.append((path.lstat().st_mtime, path))
        return [path for _, path in sorted(dated, reverse=True)]

    def _make_room(self) -> None:
        """Remove what nobody can want any more, and what is too much."""
        old = time.time() - KEPT_SECONDS
        for number, path in enumerate(self._files(), start=1):
            if number >= KEPT or path.lstat().st_mtime < old:
                lock = Lock.take(_lock_of(path))
                if lock is not None:
                    _remove(path)
                    lock.let_go()
        for draft in self._directory.glob(".*.draft"):  # of a program that died writing it
            if draft.lstat().st_mtime < time.time() - _DRAFT_SECONDS:
                draft.unlink(missing_ok=True)

    def _say(self, sentence: str) -> None:
        if sentence and sentence not in self._told:
            self._told.add(sentence)
            self._tell(sentence)


def _remove(path: Path) -> None:
    """A file whose lock we hold; it goes first."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
        _lock_of(path).unlink(missing_ok=True)


def _lock_of(path: Path) -> Path:
    return path.with_suffix(".lock")


def _visit(text: str) -> Visit:
    """What a file says.

    Raises:
        ValueError, RecursionError: it is none of ours.
    """
    match json.loads(text):
        case {
            "version": 1,
            "who": {
                "program": str(program),
                "server": str(server),
                "name": str(name),
                "credential": str(credential),
            },
            "room": str(room),
            "session": str(session),
        }:
            who = Visitor(program=program, server=server, name=name, credential=credential)
            return Visit(who=who, room=room, session=session)
        case _:
            raise ValueError("no session")
