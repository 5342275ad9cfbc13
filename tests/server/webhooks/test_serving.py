"""Webhooks of a real server: `serve --webhook`."""

import base64
import hashlib
import hmac

from tests.server.api.people import make_room
from tests.server.webhooks.receiver import Receiver, receiving
from tests.support.dialogue import dialogue
from tests.support.server import running_server
from tests.support.waiting import wait_until


def kinds(receiver: Receiver) -> list[str]:
    """What has come in."""
    return [body["type"] for body in receiver.bodies()]


def test_a_server_tells_what_happens_in_its_rooms(tmp_path):
    """Start, comings and goings, a report, the end; signed with the data directory's secret."""
    data = tmp_path / "data"
    with (
        receiving() as receiver,
        running_server("--data", str(data), "--webhook", receiver.url) as server,
    ):
        host = make_room(server, title="Tea")
        with dialogue(server.url, name="Ben") as ben, dialogue(server.url, name="Cleo") as cleo:
            ben.ask("join_room", room=host.room, media=False)
            cleo.ask("join_room", room=host.room, media=False)
            ben.do("report", identity=cleo.welcome["identity"], reason="spam")
            host.do("end_room")
        wait_until(lambda: "room.ended" in kinds(receiver), "the end of the room")
        assert kinds(receiver) == [
            "room.started",
            "report.created",
            "participants.changed",
            "room.ended",
        ]
        joined = receiver.bodies()[2]["data"]["joined"]
        assert [who["name"] for who in joined] == ["Ben", "Cleo"]
        secret = (data / "webhook-secret").read_text().removeprefix("whsec_")
        for headers, body in receiver.taken:
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            expected = hmac.new(base64.b64decode(secret), signed, hashlib.sha256).digest()
            assert headers["webhook-signature"] == f"v1,{base64.b64encode(expected).decode()}"


def test_what_a_server_could_not_deliver_the_next_one_does(tmp_path):
    """Also what was still waiting for its batch when the server was told to end."""
    data = ("--data", str(tmp_path / "data"))
    with receiving() as receiver:
        url, port = receiver.url, int(receiver.url.split(":")[2].split("/")[0])
    with running_server(*data, "--webhook", url) as server:  # nobody listens there now
        host = make_room(server, title="Tea", room_type="open_mic")
        with dialogue(server.url, name="Ben") as ben:
            ben.ask("join_room", room=host.room, media=False)
    with receiving(port) as receiver, running_server(*data, "--webhook", url):
        wait_until(lambda: "participants.changed" in kinds(receiver), "what was left")
        assert kinds(receiver)[0] == "room.started"
        assert len(set(receiver.ids())) == len(receiver.ids())
