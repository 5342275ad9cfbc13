"""When a room starts, entered at every door of one server by people in other zones."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from tests.server.api.people import make_room
from tests.support.http import call
from tests.support.server import Server, running_server
from tests.support.zones import AUCKLAND, BERLIN, KATHMANDU, ZONES, living_in
from tui_rooms.cli.exits import Exit
from tui_rooms.cli.main import run
from tui_rooms.tui.model.here import HERE


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One for all tests here: each uses rooms of its own."""
    with running_server() as running:
        yield running


Command = Callable[..., str]


@pytest.fixture
def command(server: Server, capsys: pytest.CaptureFixture[str]) -> Command:
    """What the host's command prints, in that zone; with another code, its complaint."""

    def printed(zone: str, *words: str, code: int = Exit.OK) -> str:
        with living_in(zone):
            got = run([*words, "--server", server.url, "--token", server.host_token])
        out, errors = capsys.readouterr()
        assert got == code, errors
        return out if code == Exit.OK else errors

    return printed


@pytest.mark.parametrize("days", [120, 240])
@pytest.mark.parametrize("zone", [BERLIN, AUCKLAND, KATHMANDU])
def test_a_room_starts_when_the_clock_there_will_show_it(
    command: Command, server: Server, zone: str, days: int
) -> None:
    """The command, its answer, the room's data and its calendar, beyond a change of the offset.

    Of today and these two days at least two have another offset, where clocks are changed.
    """
    with living_in(zone):
        wall = (datetime.now(HERE) + timedelta(days=days)).replace(hour=20, minute=30, fold=0)
        meant = wall.replace(second=0, microsecond=0).astimezone(UTC)
    room = f"late-{ZONES.index(zone)}-{days}"
    written = f"{wall:%Y-%m-%d %H:%M}"
    made = command(zone, "room", room, "create", "--starts-at", written)
    assert f"made room {room}, which starts at {written} " in made
    assert f"starts at {written} " in command(zone, "room", room, "show")
    told = call(f"{server.url}/api/rooms/{room}").body["room"]
    assert datetime.fromtimestamp(told["starts_at"], UTC) == meant
    file = call(f"{server.url}/api/rooms/{room}/calendar.ics").body
    [event] = icalendar.Calendar.from_ical(file).walk("VEVENT")
    assert event.decoded("dtstart") == meant


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("9999-12-31T23:59Z", "cannot start at 9999-12-31 23:59 UTC: choose a time to come"),
        ("9999-12-31T23:59-14:00", "cannot start at a time after the year 9999: choose"),
    ],
)
def test_a_start_too_far_off_is_refused_in_words(command: Command, written: str, says: str) -> None:
    """By the server; never with seconds since the epoch."""
    words = ("room", "never", "create", "--starts-at", written)
    refused = command(BERLIN, *words, code=Exit.REFUSED)
    assert says in refused
    assert "253402" not in refused


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("2001-01-01 00:00", "2001-01-01 00:00 is over already"),
        ("2001-02-29 00:00", "“2001-02-29 00:00” is no time; write now; or 20:30"),
        ("0001-01-01 00:00", "is at the edge of the calendar"),
    ],
)
def test_a_start_that_cannot_be_is_refused_before_anybody_is_asked(
    capsys: pytest.CaptureFixture[str], written: str, says: str
) -> None:
    """As on the screen."""
    with living_in(BERLIN), pytest.raises(SystemExit) as ended:
        run(["room", "never", "create", "--starts-at", written, "--server", "nowhere.invalid"])
    assert ended.value.code == Exit.USAGE
    assert says in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("starts_at", "says"),
    [
        ("9999-12-31T23:59:59Z", "cannot start at 9999-12-31 23:59 UTC: choose"),
        ("9999-12-31T23:59:59-14:00", "cannot start at a time after the year 9999: choose"),
        ("0001-01-01T00:00:00+14:00", "cannot start at a time before the year 1: choose"),
        ("2030-02-30T00:00:00Z", "no calendar or clock shows 2030-02-30T00:00:00Z: expected"),
        ("2030-02-28T23:59:60Z", "no calendar or clock shows 2030-02-28T23:59:60Z: expected"),
        ("2030-02-28T23:59:59+99:00", "no calendar or clock shows 2030-02-28T23:59:59+99:00: "),
        ("tomorrow", "body.starts_at': that is no time: expected ISO 8601 with a time zone"),
    ],
)
def test_the_api_refuses_such_a_start_in_words_too(
    server: Server, starts_at: str, says: str
) -> None:
    """None of them a library's."""
    refused = call(f"{server.url}/api/rooms", {"title": "Never", "starts_at": starts_at})
    assert refused.status in (400, 422)
    assert says in refused.reason
    assert "Value error" not in refused.reason


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        (
            "invitations",
            {"expires_at": "2001-01-01T00:00:00Z"},
            "an invitation until 2001-01-01 00:00 UTC would have expired",
        ),
        (
            "commands",
            {"command": {"kind": "update_room", "starts_at": 253402300800.0}},
            "cannot start at a time after the year 9999: choose",
        ),
        (
            "commands",
            {"command": {"kind": "update_room", "starts_at": -1.0}},
            "cannot start at 1969-12-31 23:59 UTC: choose",
        ),
    ],
)
def test_every_other_time_that_is_entered_is_refused_in_words(
    server: Server, path: str, body: dict, says: str
) -> None:
    """An invitation's end; a start in seconds, as programs give it."""
    soon = datetime.now(UTC) + timedelta(hours=1)
    host = make_room(server, title="Later", starts_at=soon.isoformat())
    refused = call(f"{host.url}/{path}", body, token=host.token)
    assert (refused.status, refused.code) == (422, "bad-time")
    assert says in refused.reason


def test_a_calendar_follows_a_link_that_the_command_gives(command: Command, server: Server) -> None:
    """The same each time; a room without a start has none."""
    soon = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    room = make_room(server, title="Followed", starts_at=soon).room
    link = command("UTC0", "room", room, "calendar").strip()
    assert "SUMMARY:Followed" in call(link).body
    assert link in command("UTC0", "room", room, "calendar", "--json")
    live = make_room(server, title="Now").room
    refused = command("UTC0", "room", live, "calendar", code=Exit.REFUSED)
    assert f"room '{live}' has no start" in refused
