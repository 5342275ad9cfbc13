"""All commands, called so that each touches every edge that it has, and how they ended."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from tests.support.server import Server
from tests.support.speech import write_wav
from tui_rooms.cli.main import run
from tui_rooms.server.door.credentials.keys import load_keys

WORDS = {
    "open": "--plain --no-sound {server}",
    "demo": "--plain --no-sound",
    "serve": "--port 0 --data {here}/serve --idle-exit 0.2 --media-workers 0",
    "speak": "{here}/in.wav --room {room} --server {server}",
    "record": "{here}/out.wav --seconds 0.1 --room {room} --server {server}",
    "room": "{room} show --server {server}",
    "send": "{room} hello --json --server {server}",
    "chat": "{room} --json --server {server}",
    "rooms": "--server {server}",
    "settings": "",
    "devices": "--json",
    "doctor": "--no-sound --server {server}",
    "token": "--data {here}/keys",
}
"""How each is called so that it touches every edge it has."""
TALKERS = [name for name, words in WORDS.items() if "{server}" in words]
"""Those that talk with a server."""
IN_TIME = [name for name in TALKERS if name not in ("open", "doctor")]
"""Those of them that end with what the server, or the lack of one, says."""


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    errors: str


class Here:
    """Where the commands are run: files for them to use, and a server."""

    def __init__(self, directory: Path, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
        self.directory = directory
        self.server = server
        self.room = "tea"
        self._capsys = capsys
        write_wav(directory / "in.wav", np.zeros(960, np.int16))
        load_keys(directory / "keys")
        settings = directory / "home" / "config" / "tui-rooms" / "config.toml"
        settings.parent.mkdir(parents=True)
        settings.write_text('[you]\nname = "Ana"\n')

    def words(self, command: str, server: str | None = None) -> list[str]:
        """The whole command line."""
        given = WORDS[command].format(
            here=self.directory, room=self.room, server=server or self.server.url
        )
        return [command, *given.split()]

    def run(self, command: str, server: str | None = None) -> Ended:
        """Run it in this process."""
        return self.run_words(self.words(command, server))

    def run_words(self, words: list[str]) -> Ended:
        """Run a whole command line."""
        self._capsys.readouterr()
        try:
            code = run(words)
        except SystemExit as refused:  # by argparse, which has said why
            code = int(refused.code or 0)
        said = self._capsys.readouterr()
        return Ended(code, said.out, said.err)


def is_told(ended: Ended) -> bool:
    """Whether people learn of it: in a sentence, or as a finding, and never by a traceback."""
    said = ended.out + ended.errors
    return ("tui-rooms: " in said or ": error: argument " in said) and "Traceback" not in said
