"""`python -m tui_rooms`, and the `tui-rooms` command."""

import signal
import sys
from types import FrameType

from tui_rooms.client import ending


def main() -> None:
    """Run the command line and leave with its exit code."""
    _end_as_with_ctrl_c()
    from tui_rooms.cli.main import run
    from tui_rooms.cli.standard_output import take_any_text

    take_any_text()
    sys.exit(run(sys.argv[1:]))


def _end_as_with_ctrl_c() -> None:
    """After a polite kill or with the terminal gone, too, rooms are left and files are finished.

    The screen and the server have handlers of their own.
    """
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows knows no hang-up
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)


def _interrupt(_: int, frame: FrameType | None) -> None:
    ending.note()
    handler = signal.getsignal(signal.SIGINT)
    if callable(handler):
        handler(signal.SIGINT, frame)
    else:
        # Ctrl-C is ignored, as in everything that a script starts with `&`.
        raise KeyboardInterrupt


if __name__ == "__main__":
    main()
