"""`python -m tui_rooms`, and the `tui-rooms` command."""

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    from tui_rooms.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
