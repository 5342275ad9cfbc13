"""Exit codes, and the failure that carries one to the shell."""

from enum import IntEnum


class Exit(IntEnum):
    """What the shell is told."""

    OK = 0
    FAILED = 1
    USAGE = 2
    REFUSED = 3
    NO_SERVER = 4
    NO_SOUND = 5
    BAD_FILE = 6
    INTERRUPTED = 130


EXITS = {
    Exit.OK: "done",
    Exit.FAILED: "tui-rooms itself failed: a fault to report",
    Exit.USAGE: "the command line, the settings, a port or a directory cannot be used",
    Exit.REFUSED: "the server refused: unknown room, wrong token, not allowed; or muted by a host",
    Exit.NO_SERVER: "the server cannot be reached, went away, or lets no sound through",
    Exit.NO_SOUND: "no sound device where the command needs one",
    Exit.BAD_FILE: "the audio file cannot be read or written, or the output cannot be written",
    Exit.INTERRUPTED: "interrupted by Ctrl-C, `kill` or a closed terminal (screen and server: 0)",
}


class CommandError(Exception):
    """The command cannot go on; the text says what to do."""

    def __init__(self, exit_code: Exit, sentence: str) -> None:
        super().__init__(sentence)
        self.exit = exit_code
        self.sentence = sentence
