"""When a webhook that was not taken is sent again: by our own waits, or as its receiver asks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

from tui_rooms.rules.room import Seconds

_SECONDS: Final = re.compile("[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How long is waited for what."""

    first: Seconds = 1.0
    """After the first failure; each later wait is twice as long."""
    longest: Seconds = 300.0
    longest_asked: Seconds = 6 * 3600.0
    """However long a receiver asks us to wait."""
    give_up_after: Seconds = 86_400.0
    """Counted from when the webhook was made."""
    attempt: Seconds = 10.0
    """How long one attempt may take, from connecting to the answer's status."""

    def wait(self, attempts: int) -> Seconds:
        """The wait after that many attempts."""
        return min(self.longest, self.first * 2.0 ** min(attempts - 1, 32))

    def asked(self, headers: Mapping[str, str], *, wall: Seconds) -> Seconds | None:
        """The wait that an answer asks for in `Retry-After` (RFC 9110 §10.2.3), bounded.

        Args:
            wall: the time of day, in seconds since the epoch.

        Returns:
            None without the header, or when it is neither seconds nor a date.
        """
        wait = _seconds_of(headers.get("retry-after", "").strip(), wall)
        return None if wait is None else min(max(wait, self.first), self.longest_asked)


def _seconds_of(text: str, wall: Seconds) -> Seconds | None:
    if _SECONDS.fullmatch(text):
        return float(text)
    try:
        when = parsedate_to_datetime(text)
        # HTTP's dates are in GMT, which the old forms of them do not say.
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - wall
    except (ValueError, TypeError, OverflowError, LookupError):
        return None
