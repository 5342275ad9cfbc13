"""Tokens at the doors of the command line: taken as they are pasted, and never shown."""

import json
from collections.abc import Iterator

import pytest

from tests.cli.walk import Here
from tests.support.http import call
from tests.support.server import Server, running_server
from tui_rooms.cli.exits import Exit
from tui_rooms.tui.settings.reading import read_settings


@pytest.fixture(scope="module")
def guarded() -> Iterator[Server]:
    """A server that lets nobody in without a token."""
    with running_server("--no-guests") as running:
        yield running


WRAPPED = ["{}\n", '"{}"', "'{}'\r\n", "Bearer {}", "\ufeff<{}>."]
"""As tokens come out of files, mails and headers."""


@pytest.mark.parametrize("wrapped", WRAPPED)
@pytest.mark.parametrize("door", ["option", "variable", "link"])
def test_a_token_is_taken_as_it_was_pasted(
    here: Here, guarded: Server, monkeypatch: pytest.MonkeyPatch, wrapped: str, door: str
):
    """At every door of a command."""
    pasted, words = wrapped.format(guarded.host_token), ["rooms", "--server", guarded.url]
    match door:
        case "option":
            words += ["--token", pasted]
        case "variable":
            monkeypatch.setenv("TUI_ROOMS_TOKEN", pasted)
        case _:
            words[-1] += f"#token={pasted}"
    ended = here.run_words(words)
    assert ended.code == Exit.OK, ended
    assert guarded.host_token not in ended.out + ended.errors


@pytest.mark.parametrize("wrapped", WRAPPED)
def test_the_settings_hold_a_token_alone(here: Here, wrapped: str):
    """From the file and from the environment, so that it is known as the same one everywhere."""
    alone = "abc.def.ghi"
    pasted = wrapped.format(alone)
    file = here.directory / "home" / "config" / "tui-rooms" / "config.toml"
    server = f"[[servers]]\nname = 'tea'\nurl = 'tea.example.org'\ntoken = {json.dumps(pasted)}\n"
    file.write_text(f"[you]\ntoken = {json.dumps(pasted)}\n{server}", encoding="utf-8")
    of_file = read_settings({"TUI_ROOMS_CONFIG": str(file)})
    assert of_file.you.token == of_file.servers[0].token == alone
    assert read_settings({"TUI_ROOMS_TOKEN": pasted}).you.token == alone


@pytest.mark.parametrize("wrapped", WRAPPED)
def test_an_invitation_is_taken_as_it_was_pasted(here: Here, guarded: Server, wrapped: str):
    """In a link, and beside a token in the header of the same request."""
    made = call(
        f"{guarded.url}/api/rooms", {"title": "Tea", "live": True}, token=guarded.host_token
    )
    room = made.body["room"]["room"]
    link = call(f"{guarded.url}/api/rooms/{room}/invitations", {}, token=guarded.host_token).body[
        "link"
    ]
    before, _, secret = str(link).partition("#invite=")
    ended = here.run_words(
        [
            *("record", str(here.directory / "out.wav"), "--seconds", "0.1", "--room", room),
            *("--server", f"{before}#invite={wrapped.format(secret)}"),
        ]
    )
    assert ended.code == Exit.OK, ended


@pytest.mark.parametrize("wrapped", WRAPPED[1:])
def test_the_servers_door_takes_a_token_as_it_was_pasted(guarded: Server, wrapped: str):
    """Of a script that reads it out of a file with quotes."""
    if "\ufeff" in wrapped or "\n" in wrapped:
        wrapped = wrapped.strip("\ufeff\r\n")  # no header can hold these
    pasted = wrapped.format(guarded.host_token).removeprefix("Bearer ")
    assert call(f"{guarded.url}/api/rooms", token=pasted).status == 200


@pytest.mark.parametrize(
    "broken",
    ["s3cret…", "s3cret\x00", "s3cr\u00e9t", "s3cret" * 1000],
    ids=lambda broken: ascii(broken[:9]),
)
@pytest.mark.parametrize("door", ["token", "invite"])
def test_a_token_that_cannot_be_sent_is_not_shown(
    here: Here, guarded: Server, broken: str, door: str
):
    """Nor a traceback that holds it, which is what an invitation ended with."""
    link = f"{guarded.url}/r/tea#{door}={broken}"
    out = str(here.directory / "out.wav")
    ended = here.run_words(["record", out, "--seconds", "0.1", "--room", "tea", "--server", link])
    assert ended.code in (Exit.REFUSED, Exit.NO_SERVER), ended
    assert ended.errors.startswith("tui-rooms: ")
    assert "s3cr" not in ended.errors
    assert "Traceback" not in ended.errors
