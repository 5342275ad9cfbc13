"""An HTTP proxy on loopback, that lets through to one port whatever host it is asked for."""

import contextlib
import re
import socket
import threading
from collections.abc import Iterator

from tests.support.tls import pump


class HttpProxy:
    """It answers CONNECT with a tunnel, or with whatever it is told to."""

    def __init__(self, listener: socket.socket, target: int) -> None:
        self.netloc = f"127.0.0.1:{listener.getsockname()[1]}"
        self.answer = b""
        """Said instead of letting anybody through; empty: let them."""
        self.asked: list[str] = []
        """The heads of what it was asked."""
        self._listener = listener
        self._target = target

    def serve(self) -> None:
        """Take visitors until the listener is shut."""
        while True:
            try:
                visitor, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._visit, args=(visitor,), daemon=True).start()

    def _visit(self, visitor: socket.socket) -> None:
        with visitor, contextlib.suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head and (more := visitor.recv(4096)):
                head += more
            self.asked.append(head.decode())
            if self.answer:
                visitor.sendall(self.answer)
                return
            with socket.create_connection(("127.0.0.1", self._target)) as server:
                if head.startswith(b"CONNECT "):
                    visitor.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                else:
                    # The origin's own form of the target, RFC 9112 §3.2.1.
                    server.sendall(re.sub(rb"^(\w+) http://[^/]+", rb"\1 ", head))
                back = threading.Thread(target=pump, args=(server, visitor), daemon=True)
                back.start()
                pump(visitor, server)
                back.join()


@contextlib.contextmanager
def http_proxy(target: int) -> Iterator[HttpProxy]:
    """A proxy, and behind it a server on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = HttpProxy(listener, target)
        thread = threading.Thread(target=proxy.serve)
        thread.start()
        try:
            yield proxy
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
