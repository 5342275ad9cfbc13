"""How a webhook proves where it comes from: as standardwebhooks.com has it, version 1.

Receivers find a library for it in most languages. They check the signature, refuse a timestamp
that is minutes old, and remember ids: the same id again is the same news again.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping

from tui_rooms.rules.room import Seconds


def signed_headers(secret: bytes, *, hook_id: str, body: bytes, now: Seconds) -> Mapping[str, str]:
    """The headers of one attempt: its id stays the same, its time is that of the attempt."""
    timestamp = str(int(now))
    signed = b".".join((hook_id.encode(), timestamp.encode(), body))
    signature = base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
    return {
        "content-type": "application/json",
        "webhook-id": hook_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature}",
    }
