"""The server's API key and secret, kept in its data directory."""

import contextlib
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

KEYS_FILE = "keys.json"


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


def load_keys(directory: Path, *, create: bool = True) -> Keys:
    """Read the keys of a data directory, or make them there (file mode 0600).

    Raises:
        KeysError: not readable, not valid, or missing and not to be made.
    """
    path = directory / KEYS_FILE
    try:
        if create:
            _make_once(path)
        content = json.loads(path.read_text(encoding="utf-8"))
        keys = Keys(api_key=content["api_key"], secret=content["secret"])
    except FileNotFoundError as exc:
        raise KeysError(
            f"no keys in {directory}: start the server with that --data once, "
            "or name the directory of a server that has run"
        ) from exc
    except OSError as exc:
        raise KeysError(f"cannot use {path}: {exc.strerror}; choose another --data") from exc
    except (ValueError, KeyError, TypeError) as exc:
        raise KeysError(
            f"{path} is not a key file: expected JSON with api_key and secret; "
            "restore it, or remove it to make new keys (tokens made before stop working)"
        ) from exc
    if not isinstance(keys.secret, str) or len(keys.secret) < 32 or not keys.api_key:
        raise KeysError(f"the secret in {path} is too short: expected at least 32 characters")
    return keys


def _make_once(path: Path) -> None:
    """Write new keys unless the file is there; two servers at once agree on one."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = {"api_key": "K" + secrets.token_hex(8), "secret": secrets.token_urlsafe(32)}
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file)
        # A link fails when the other one was faster; its keys are then the ones.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
