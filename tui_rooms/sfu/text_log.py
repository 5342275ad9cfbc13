"""The text log of a server and its media workers, on standard error: one line an event.

A traceback is one line too, and nothing that others have sent can begin another, or act on the
terminal that shows it. Secrets stay out: what libraries would write of requests and frames is left
out at any level.
"""

import logging
import sys
import threading
from types import TracebackType
from typing import Any, Final

from tui_rooms.rules.printed import printed
from tui_rooms.sfu.log_floods import FloodGate

FORMAT: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"
LEVELS: Final = ("debug", "info", "warning", "error")
LONGEST: Final = 8_000
"""Characters of a line; of a longer one the end is kept too, where a traceback says what it was."""
_CUT: Final = " … "
_CHATTY: Final = ("uvicorn.error", "uvicorn.access", "httpx", "httpcore", "websockets")
"""They write whole URLs and messages, and those may hold a secret."""


class OneLine(logging.Formatter):
    """Whatever there is to say, on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        lines = super().format(record).splitlines()
        line = printed(" | ".join(part.strip() for part in lines if part.strip()))
        if len(line) > LONGEST:
            half = (LONGEST - len(_CUT)) // 2
            line = line[:half] + _CUT + line[-half:]
        return line


def start_text_log(level: str = "info") -> None:
    """Write from now on what is at least of that level, one of `LEVELS`; warnings too."""
    handler = FloodGate(sys.stderr)
    handler.setFormatter(OneLine(FORMAT))
    logging.basicConfig(level=level.upper(), handlers=[handler])
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.root.level))
    # A log that cannot be written is no reason to write of it.
    logging.raiseExceptions = False
    logging.captureWarnings(True)
    threading.excepthook = _thread_failed
    sys.unraisablehook = _unraisable


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    _log_failure("a thread has failed", failed.exc_type, failed.exc_value, failed.exc_traceback)


def _unraisable(failed: Any) -> None:
    what = failed.err_msg or "a failure that nobody could be told of"
    _log_failure(what, failed.exc_type, failed.exc_value, failed.exc_traceback)


def _log_failure(
    what: str, kind: type[BaseException], error: BaseException | None, tb: TracebackType | None
) -> None:
    logging.getLogger("tui_rooms").error("%s", what, exc_info=(kind, error or kind(), tb))
