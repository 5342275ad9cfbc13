"""The words of a command line, as text that can be sent."""

import argparse
from typing import Any

from tui_rooms.wire.system_text import readable


def make_readable(arguments: argparse.Namespace) -> argparse.Namespace:
    """All that is text among the arguments, made `readable`. Paths keep their bytes."""
    for name, value in vars(arguments).items():
        setattr(arguments, name, _readable_value(value))
    return arguments


def _readable_value(value: Any) -> Any:
    match value:
        case str():
            return readable(value)
        case list():
            return [_readable_value(one) for one in value]
        case _:
            return value
