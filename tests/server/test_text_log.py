"""What a server writes to its log while people come, go, and try what is not theirs."""

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support.dialogue import dialogue
from tests.support.http import call
from tests.support.server import Server, running_server

_LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ [\w.]+ .+")


def test_no_secret_is_in_the_log_at_any_level(tmp_path: Path):
    """Tokens, sessions, passwords, secrets of links, keys; and each event is a line."""
    data = tmp_path / "data"
    options = ["--log-level", "debug", "--media-workers", "1", "--data", str(data)]
    with running_server(*options) as server:
        secrets = _visited(server, data)
        server.may_end = True
        server.process.terminate()
        assert server.process.wait(20) == 0
        log = server.log.read_text()
    assert all(len(secret) >= 8 for secret in secrets.values())
    assert {what for what, secret in secrets.items() if secret in log} == set()
    assert " DEBUG " in log
    assert [line for line in log.splitlines() if not _LINE.fullmatch(line)] == []


def _visited(server: Server, data: Path) -> dict[str, str]:
    """Do what takes a secret, rightly and wrongly; all these secrets, by what they are."""
    keys = json.loads((data / "keys.json").read_text())
    host = server.host_token
    found = {
        "API secret": keys["secret"],
        "host's token": host,
        "password": "correct-horse-battery",
        "wrong password": "wrong-horse-battery",
        "changed password": "another-horse-battery",
        "wrong token": host[:-8] + "AAAAAAAA",
        "no token": "no-token-at-all-8361",
        "wrong session": "no-session-at-all-8361",
        "wrong API secret": "no-secret-at-all-8361",
        "wrong invitation": "no-invitation-at-all-8361",
        "wrong calendar link": "nocalendaratall8361",
    }
    room = f"{server.url}/api/rooms/tea"
    wanted = {"title": "Tea", "room": "tea", "password": found["password"], "live": True}
    assert call(f"{server.url}/api/rooms", wanted, token=host).status == 201
    found["invitation"] = _behind(call(f"{room}/invitations", {}, token=host).body["link"], "=")
    start = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    later = {"title": "Later", "room": "later", "starts_at": start}
    assert call(f"{server.url}/api/rooms", later, token=host).status == 201
    links = f"{server.url}/api/rooms/later/calendar-links"
    calendar = call(links, b"", method="POST", token=host).body["link"]
    found["calendar link"] = _behind(calendar, "/").removesuffix(".ics")
    use = f"{server.url}/api/invitations/use"
    found["invited token"] = call(use, {"secret": found["invitation"], "name": "Ben"}).body["token"]
    assert call(use, {"secret": found["wrong invitation"]}).code == "bad-invitation"
    assert call(calendar).status == 200
    wrong_calendar = calendar.replace(found["calendar link"], found["wrong calendar link"])
    assert call(wrong_calendar).status == 404
    for secret, status in ((keys["secret"], 201), (found["wrong API secret"], 401)):
        pair = base64.b64encode(f"{keys['api_key']}:{secret}".encode()).decode()
        found[f"pair {status}"] = pair
        made = call(
            f"{server.url}/api/tokens",
            {"identity": "cleo"},
            headers={"Authorization": f"Basic {pair}"},
        )
        assert made.status == status
        if status == 201:
            found["made token"] = made.body["token"]
    for wrong in ("wrong token", "no token"):
        assert call(f"{server.url}/metrics", token=found[wrong]).code == "bad-token"
        with dialogue(server.url, token=found[wrong]) as refused:
            assert refused.welcome["type"] == "refused"
    with dialogue(server.url, session=found["wrong session"]) as refused:
        assert refused.welcome["type"] == "refused"
    with dialogue(server.url, name="Ana") as guest:
        found["session"] = guest.welcome["session"]
        for password in ("wrong password", "password"):
            guest.ask("join_room", room="tea", password=found[password], media=True)
        offer = guest.hear("media_offer")["sdp"]
        found["ICE password"] = _behind(offer, "a=ice-pwd:").split()[0]
        guest.ask("answer_media", sdp=offer.replace("a=setup:actpass", "a=setup:active"))
        guest.send('{"type": "join_room", "password": "' + found["wrong password"] + '", "nonsense')
    with dialogue(server.url, token=host) as talk:
        talk.ask("join_room", room="tea", media=False)
        changed = talk.do("update_room", password=found["changed password"])
        assert changed["type"] == "ack"
    return found


def _behind(text: str, mark: str) -> str:
    return text.rpartition(mark)[2] if len(mark) == 1 else text.partition(mark)[2]
