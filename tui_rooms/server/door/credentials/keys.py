"""The server's API key and secret, and what signs its webhooks, kept in its data directory."""

import base64
import binascii
import contextlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from tui_rooms.server.storage.private_files import PRIVATE_FILE, make_directory, read_small

KEYS_FILE = "keys.json"
WEBHOOK_FILE = "webhook-secret"
_WEBHOOK_PREFIX = "whsec_"


class KeysError(Exception):
    """The key file cannot be used; the operator must act. The text is for them."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Keys:
    """What signs this server's tokens."""

    api_key: str
    """Public name of the key; the issuer of tokens."""
    secret: str = field(repr=False)

    def are(self, api_key: str, secret: str) -> bool:
        """Whether somebody who shows that key and secret holds these; takes the same time."""
        same_key = hmac.compare_digest(self.api_key.encode(), api_key.encode())
        same_secret = hmac.compare_digest(self.secret.encode(), secret.encode())
        return same_key and same_secret


def load_keys(directory: Path, *, create: bool = True) -> Keys:
    """Read the keys of a data directory, or make them there (file mode 0600).

    Raises:
        KeysError: not readable, not valid, or missing and not to be made.
    """
    path = directory / KEYS_FILE
    try:
        if create:
            made = {"api_key": "K" + secrets.token_hex(8), "secret": secrets.token_urlsafe(32)}
            _make_once(path, json.dumps(made))
        content = json.loads(read_small(path))
        keys = Keys(api_key=_text(content["api_key"]), secret=_text(content["secret"]))
    except OSError as exc:
        if isinstance(exc, FileNotFoundError) and not create:
            raise KeysError(
                f"no keys in {directory}: start the server with that --data once, "
                "or name the directory of a server that has run"
            ) from exc
        raise KeysError(f"cannot use {path}: {exc.strerror}; choose another --data") from exc
    except (ValueError, KeyError, TypeError, RecursionError) as exc:
        raise KeysError(
            f"{path} is not a key file: expected JSON with api_key and secret; "
            "restore it, or remove it to make new keys (tokens made before stop working)"
        ) from exc
    if len(keys.secret) < 32:
        raise KeysError(f"the secret in {path} is too short: expected at least 32 characters")
    return keys


def load_webhook_secret(directory: Path) -> bytes:
    """What signs webhooks, read or made in a data directory (file mode 0600).

    The file holds it as receivers are given it: `whsec_` and base64.

    Raises:
        KeysError: not readable or not valid.
    """
    path = directory / WEBHOOK_FILE
    try:
        _make_once(path, _WEBHOOK_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode())
        text = read_small(path).strip()
        secret = base64.b64decode(text.removeprefix(_WEBHOOK_PREFIX), validate=True)
    except OSError as exc:
        raise KeysError(f"cannot use {path}: {exc.strerror}; choose another --data") from exc
    except (ValueError, binascii.Error) as exc:
        raise KeysError(_not_a_webhook_secret(path)) from exc
    if len(secret) < 24:
        raise KeysError(_not_a_webhook_secret(path))
    return secret


def _not_a_webhook_secret(path: Path) -> str:
    return (
        f"{path} is not a webhook secret: expected {_WEBHOOK_PREFIX} and at least 24 bytes in "
        "base64; restore it, or remove it to make a new one (receivers need it then)"
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or not value or not value.isprintable():
        raise ValueError("no text")
    return value


def _make_once(path: Path, content: str) -> None:
    """Write a new file unless it is there; two servers at once agree on one."""
    if path.exists():
        return
    make_directory(path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # else a loss of power may leave an empty file of that name
        # A link fails when the other one was faster; its content then counts.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
