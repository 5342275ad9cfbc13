"""A real HTTP server that takes webhooks, or does with them what a test wants."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.waiting import wait_until

Headers = dict[str, str]


class Receiver:
    """What has come in, and how it is answered."""

    def __init__(self) -> None:
        self.taken: list[tuple[Headers, bytes]] = []
        """Headers (lower case) and body of every request, whatever it was answered."""
        self.answers: list[int] = []
        """The statuses of the next answers."""
        self.headers: Headers = {}
        """Beside the status of each answer that is no success."""
        self.status_for: Callable[[Any], int] = lambda said: 204
        """The status for what a webhook says, once `answers` are used up."""
        self.before_answer: Callable[[], None] = lambda: None
        self.url = ""

    def bodies(self) -> list[Any]:
        """What the requests said."""
        return [json.loads(body) for _, body in self.taken]

    def ids(self) -> list[str]:
        """The ids of the requests."""
        return [headers["webhook-id"] for headers, _ in self.taken]

    def until(self, count: int) -> None:
        """Wait for so many requests."""
        wait_until(lambda: len(self.taken) >= count, f"{count} webhooks")


@contextlib.contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    """A receiver on loopback; on that port, for one that comes back."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = (
                receiver.answers.pop(0)
                if receiver.answers
                else receiver.status_for(json.loads(body))
            )
            receiver.before_answer()
            receiver.taken.append((headers, body))  # before the next one may come
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.send_response(status)
                for name, value in receiver.headers.items() if status >= 300 else ():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/hooks"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
