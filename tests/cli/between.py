"""Somebody between a client and a real server, who changes what the server says."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.sync.server import ServerConnection, serve

from tests.support.server import Server


@contextmanager
def websocket_server(talk: Callable[[ServerConnection], None]) -> Iterator[str]:
    """A WebSocket server that talks like this with everyone; its address."""
    with serve(talk, "127.0.0.1", 0, compression=None) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def relay_to(server: Server, said: Callable[[str], list[str]]) -> Iterator[str]:
    """A way to a server on which each of its messages becomes what `said` makes of it; its address.

    Media goes by UDP and does not come through here.
    """

    def talk(client: ServerConnection) -> None:
        with connect(server.url.replace("http", "ws", 1) + "/ws", max_size=None) as real:
            asking = threading.Thread(target=_pass_on, args=(client, real))
            asking.start()
            with suppress(ConnectionClosed):
                for text in real:
                    for changed in said(str(text)):
                        client.send(changed)
            client.close()
            asking.join()

    with websocket_server(talk) as address:
        yield address


def _pass_on(client: ServerConnection, real: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        for text in client:
            real.send(text)
    real.close()
