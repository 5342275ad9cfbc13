"""Reading a server that is newer than this client: what is not known here is left out.

Unknown fields, kinds of events, kinds of messages and names in a set (a capability, say) are
skipped; all else is as strict as the wire.
"""

import json
import logging
from typing import Any, Final

from pydantic import ValidationError

from tui_rooms.wire.messages import SERVER_MESSAGE, ServerMessage

ROUNDS: Final = 3
"""What is left out may uncover what else is unknown; nobody needs more."""
_UNKNOWN: Final = frozenset({"union_tag_invalid", "enum", "literal_error"})

log = logging.getLogger(__name__)


def read(text: str | bytes) -> ServerMessage | None:
    """What a server says, as far as it is known here; None for a message of an unknown kind.

    Raises:
        ValidationError: it is not of the wire, old or new.
    """
    try:
        return SERVER_MESSAGE.validate_json(text, extra="ignore")
    except ValidationError as exc:
        # A text that is no JSON has no place at which something could be left out.
        if not any(fault["type"] in _UNKNOWN for fault in exc.errors(include_url=False)):
            raise
        error = exc
    message = json.loads(text)
    for _ in range(ROUNDS):
        faults = error.errors(include_url=False)
        if not faults[0]["loc"] and isinstance(message.get("type"), str):
            log.info("a message of the unknown kind %.40a is passed over", message["type"])
            return None
        places = [_place(message, fault["loc"]) for fault in faults if fault["type"] in _UNKNOWN]
        if len(places) != len(faults) or None in places:
            raise error
        for items, index in sorted(filter(None, places), key=lambda place: -place[1]):
            del items[index]
        try:
            return SERVER_MESSAGE.validate_json(json.dumps(message), extra="ignore")
        except ValidationError as exc:
            error = exc
    raise error


def _place(message: Any, loc: tuple[int | str, ...]) -> tuple[list[Any], int] | None:
    """The list and the index in it that a finding is about; None when it is not one of a list.

    A finding's path has the tags of unions in it, which are not in the message.
    """
    found: tuple[list[Any], int] | None = None
    here = message
    for step in loc:
        if isinstance(step, int) and isinstance(here, list):
            found, here = (here, step), here[step]
        elif isinstance(here, dict) and step in here:
            found, here = None, here[step]
    return found
