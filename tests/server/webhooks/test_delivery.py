"""Webhooks over real HTTP: signed, in order, again after failures and restarts."""

import asyncio
import base64
import hashlib
import hmac
import socket
import sqlite3
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from email.utils import formatdate
from pathlib import Path

import pytest

from tests.server.webhooks.receiver import Receiver, receiving
from tests.support.waiting import wait_until
from tui_rooms.server.webhooks.address import checked_url
from tui_rooms.server.webhooks.delivery import Webhooks
from tui_rooms.server.webhooks.queue import FILE, News, Queue
from tui_rooms.server.webhooks.retries import Retries

SECRET = b"a secret of a receiver's own, 32"
QUICK = Retries(first=0.01, longest=0.05, attempt=5.0)


@pytest.fixture
def receiver():
    """One that takes everything."""
    with receiving() as made:
        yield made


@asynccontextmanager
async def webhooks(tmp_path: Path, *urls: str, retries: Retries = QUICK) -> AsyncIterator[Webhooks]:
    """A server's webhooks."""
    made = Webhooks(urls, SECRET, tmp_path / FILE, clock=time.time, retries=retries)
    await made.start()
    try:
        yield made
    finally:
        await made.close()


async def until(receiver: Receiver, count: int) -> None:
    """Wait for so many requests, while the loop goes on."""
    await asyncio.to_thread(receiver.until, count)


async def until_delivered(tmp_path: Path, url: str) -> None:
    """Wait until nothing waits for that receiver any more."""
    queue = Queue(tmp_path / FILE)
    await asyncio.to_thread(wait_until, lambda: not queue.waiting(url), "an empty queue")
    queue.close()


async def test_a_webhook_is_signed_so_that_its_receiver_can_check_it(tmp_path, receiver):
    """HMAC-SHA256 over id, timestamp and body; the time is now."""
    async with webhooks(tmp_path, receiver.url) as sending:
        sending.post("room.started", {"room": "tea"})
        await until(receiver, 1)
    headers, body = receiver.taken[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(time.time() - int(headers["webhook-timestamp"])) < 60
    assert headers["content-type"] == "application/json"
    said = receiver.bodies()[0]
    assert (said["type"], said["data"]) == ("room.started", {"room": "tea"})


async def test_webhooks_arrive_in_order_and_each_with_its_own_id(tmp_path, receiver):
    """Also when the first ones were not taken at first."""
    receiver.answers = [500, 503]
    async with webhooks(tmp_path, receiver.url) as sending:
        for number in range(5):
            sending.post("n", {"number": number})
        await until(receiver, 7)
    assert [body["data"]["number"] for body in receiver.bodies()] == [0, 0, 0, 1, 2, 3, 4]
    assert len(set(receiver.ids()[:3])) == 1
    assert len(set(receiver.ids())) == 5


@pytest.mark.parametrize("status", [301, 307, 401, 404, 408, 429, 500, 503])
async def test_what_was_not_taken_is_sent_again_with_the_same_id(tmp_path, receiver, status):
    """So a receiver that had it already can tell."""
    receiver.answers = [status]
    async with webhooks(tmp_path, receiver.url) as sending:
        sending.post("a", {})
        await until(receiver, 2)
    assert len(set(receiver.ids())) == 1


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_a_message_that_is_refused_for_good_does_not_hold_up_the_next(
    tmp_path, receiver, status
):
    """The answer is about that message: the same again would be refused again."""
    receiver.answers = [status]
    async with webhooks(tmp_path, receiver.url) as sending:
        sending.post("bad", {})
        sending.post("good", {})
        await until(receiver, 2)
    assert [body["type"] for body in receiver.bodies()] == ["bad", "good"]


async def test_a_redirect_is_not_followed(tmp_path, receiver):
    """A receiver cannot send our news, or us, somewhere else."""
    with receiving() as elsewhere:
        receiver.answers, receiver.headers = [307, 307], {"Location": elsewhere.url}
        async with webhooks(tmp_path, receiver.url) as sending:
            sending.post("a", {})
            await until(receiver, 3)
        assert elsewhere.taken == []


async def test_a_restart_loses_nothing_and_keeps_the_ids(tmp_path):
    """What a server could not deliver, the next one on its data directory does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/hooks"
    async with webhooks(tmp_path, url) as sending:
        sending.post("first", {})
        sending.post("second", {})
    kept = Queue(tmp_path / FILE)
    first = kept.waiting(url)[0]
    kept.close()
    with receiving(port) as receiver:
        async with webhooks(tmp_path, url):
            await until(receiver, 2)
        assert [body["type"] for body in receiver.bodies()] == ["first", "second"]
        assert receiver.ids()[0] == first.hook_id


async def test_a_delivered_webhook_is_not_sent_again_after_a_restart(tmp_path, receiver):
    """It has left the file."""
    async with webhooks(tmp_path, receiver.url) as sending:
        sending.post("old", {})
        await until(receiver, 1)
        await until_delivered(tmp_path, receiver.url)
    async with webhooks(tmp_path, receiver.url) as sending:
        sending.post("new", {})
        await until(receiver, 2)
    assert [body["type"] for body in receiver.bodies()] == ["old", "new"]


async def test_a_receiver_that_hangs_holds_up_itself_alone(tmp_path, receiver):
    """It is cut off after its time; another receiver has its news long before."""
    begun: list[int] = []
    let_go = threading.Event()

    def hang_once() -> None:
        begun.append(1)
        if len(begun) == 1:
            let_go.wait(10)

    with receiving() as stuck:
        stuck.before_answer = hang_once
        quick = Retries(first=0.01, longest=0.05, attempt=0.2)
        async with webhooks(tmp_path, stuck.url, receiver.url, retries=quick) as sending:
            sending.post("a", {})
            await until(receiver, 1)
            await until(stuck, 1)
        let_go.set()
        assert len(begun) == 2
        assert stuck.ids()[0] == receiver.ids()[0]


async def test_after_a_day_in_vain_a_webhook_is_given_up(tmp_path, receiver, caplog):
    """And the next one has its turn; the log says so, without what was in it."""
    receiver.answers = [500]
    impatient = Retries(first=0.01, give_up_after=0.0)
    async with webhooks(tmp_path, receiver.url + "?key=s3cret", retries=impatient) as sending:
        sending.post("old", {"text": "private"})
        await until(receiver, 1)
        sending.post("new", {})
        await until(receiver, 2)
    assert [body["type"] for body in receiver.bodies()] == ["old", "new"]
    assert "given up: it answered 500" in caplog.text
    assert "s3cret" not in caplog.text
    assert "private" not in caplog.text


async def test_a_disk_that_fails_for_a_while_loses_no_webhook(tmp_path, receiver, caplog):
    """Neither writing nor reading the queue gives up: when the disk is back, all arrive once."""

    def disk(sending: Webhooks, statement: str) -> object:
        return sending._on_disk(sending._queue._database.execute, statement)

    async with webhooks(tmp_path, receiver.url) as sending:
        await disk(sending, "ALTER TABLE waiting RENAME TO lost")
        for number in range(3):
            sending.post("n", {"number": number})
        await asyncio.to_thread(wait_until, lambda: "webhooks wait" in caplog.text, "a failure")
        await disk(sending, "ALTER TABLE lost RENAME TO waiting")
        await until(receiver, 3)
        await until_delivered(tmp_path, receiver.url)
    assert [body["data"]["number"] for body in receiver.bodies()] == [0, 1, 2]


async def test_one_room_that_is_not_liked_holds_up_no_other(tmp_path, receiver):
    """Over real HTTP: 500 for whatever is about one room, and the others have theirs."""
    receiver.status_for = lambda said: 500 if said["data"]["room"] == "tea" else 204
    async with webhooks(tmp_path, receiver.url) as sending:
        for number in range(3):
            sending.post("n", {"room": "tea", "number": number})
            sending.post("n", {"room": "jazz", "number": number})
        await asyncio.to_thread(wait_until, lambda: len(rooms(receiver, "jazz")) == 3, "jazz")
        assert rooms(receiver, "jazz") == [0, 1, 2]
        receiver.status_for = lambda said: 204
        await until_delivered(tmp_path, receiver.url)
    # In any order: the second is tried too by then, and may be the first that is liked.
    assert sorted(rooms(receiver, "tea")[-3:]) == [0, 1, 2]


def rooms(receiver: Receiver, room: str) -> list[int]:
    """The numbers of what has come in about a room, tries that failed too."""
    said = [body["data"] for body in receiver.bodies()]
    return [data["number"] for data in said if data["room"] == room]


async def test_a_receiver_that_is_gone_is_left_alone_until_the_next_start(
    tmp_path, receiver, caplog
):
    """410: nothing waits for it any more, nothing new is kept for it, others go on."""
    receiver.status_for = lambda said: 410
    with receiving() as other:
        async with webhooks(tmp_path, receiver.url + "?key=s3cret", other.url) as sending:
            sending.post("first", {"room": "tea"})
            await asyncio.to_thread(wait_until, lambda: "answered 410" in caplog.text, "the end")
            sending.post("second", {"room": "tea"})
            await until(other, 2)
            await until_delivered(tmp_path, receiver.url + "?key=s3cret")
        assert len(receiver.taken) == 1
    assert "s3cret" not in caplog.text
    receiver.status_for = lambda said: 204
    async with webhooks(tmp_path, receiver.url) as sending:
        sending.post("third", {"room": "tea"})
        await until(receiver, 2)
    assert [body["type"] for body in receiver.bodies()] == ["first", "third"]


@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_a_wait_that_a_receiver_asks_for_is_kept_on_the_disk(tmp_path, receiver, form):
    """429 with `Retry-After`: not sooner, and a restart does not forget it."""
    wanted = time.time() + 3600.0
    receiver.answers = [429]
    receiver.headers = {
        "Retry-After": "3600" if form == "seconds" else formatdate(wanted, usegmt=True)
    }
    async with webhooks(tmp_path, receiver.url) as sending:
        sending.post("n", {"room": "tea"})
        queue = Queue(tmp_path / FILE)
        waits = await asyncio.to_thread(
            wait_until,
            lambda: [hook for hook in queue.waiting(receiver.url) if hook.attempts],
            "a wait on the disk",
        )
        queue.close()
    assert waits[0].next_at == pytest.approx(wanted, abs=60.0)


def test_webhooks_of_an_earlier_version_are_taken_over(tmp_path):
    """In their order, each in the lane of its room; one that is there twice is one."""
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as database:
        database.execute(
            "CREATE TABLE waiting (number INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL, "
            "hook_id TEXT NOT NULL, body BLOB NOT NULL, made_at REAL NOT NULL, "
            "attempts INTEGER NOT NULL DEFAULT 0, next_at REAL NOT NULL) STRICT"
        )
        bodies = [b'{"data": {"room": "tea"}}', b'{"data": {}}', b'{"data": {}}']
        for name, body in zip(("a", "b", "b"), bodies, strict=True):
            database.execute(
                "INSERT INTO waiting (url, hook_id, body, made_at, next_at) VALUES (?, ?, ?, 1, 1)",
                ("http://r", name, body),
            )
    with closing(Queue(tmp_path / FILE)) as queue:
        found = queue.waiting("http://r")
        assert [(hook.hook_id, hook.room) for hook in found] == [("a", "tea"), ("b", "")]
        assert queue.body(found[0]) == bodies[0]


def test_to_keep_a_webhook_twice_keeps_it_once(tmp_path):
    """Whoever was cancelled while the disk wrote does it again, and it is the same one."""
    news = News(hook_id="m", room="tea", body=b"{}", made_at=1.0)
    with closing(Queue(tmp_path / FILE)) as queue:
        first = queue.add(["http://a", "http://b"], news)
        assert queue.add(["http://a", "http://b"], news) == first
        assert len(queue.waiting("http://a")) == 1


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/x",
        "file:///etc/passwd",
        "example.org",
        "http://",
        "https://ana:secret@example.org/",
        "http://example.org:99999/",
        "http://[::1",
    ],
)
def test_only_plain_web_addresses_are_receivers(url):
    """The sentence never repeats a password."""
    with pytest.raises(ValueError, match="webhook URL") as refused:
        checked_url(url)
    assert "secret" not in str(refused.value)
