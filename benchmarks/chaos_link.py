"""The link of the chaos: a TUN relay between the server and those behind it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from benchmarks.namespaces import Namespace
from benchmarks.tun_link import device_name

NETWORK: Final = "10.9.1"
SERVER: Final = f"{NETWORK}.1"


class BadLink:
    """What is set holds at once."""

    def __init__(self, server: Namespace, clients: Namespace, seed: int) -> None:
        self.address = f"{NETWORK}.2"
        """Of those behind it."""
        self._clients = clients
        self._last = 2
        self._weather: dict[str, Any] = {
            "loss": 0.0,
            "delay": 0.0,
            "cut": False,
            "drop_udp": False,
        }
        script = Path(__file__).with_name("tun_link.py")
        self._relay = subprocess.Popen(
            [
                *(sys.executable, str(script), str(server.pid), SERVER),
                *(str(clients.pid), self.address, "--seed", str(seed)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._relay.stdout is not None
        if self._relay.stdout.readline() != "up\n":
            raise OSError("the link did not come up")
        self._device = device_name(self._relay.pid, "b")
        self._has_no_way = False

    @property
    def loss(self) -> float:
        """Share of all packets that is lost, each way, 0 to 1."""
        return float(self._weather["loss"])

    @loss.setter
    def loss(self, share: float) -> None:
        self._set(loss=share)

    @property
    def delay(self) -> float:
        """Seconds, each way."""
        return float(self._weather["delay"])

    @delay.setter
    def delay(self, seconds: float) -> None:
        self._set(delay=seconds)

    @property
    def cut(self) -> bool:
        """Nothing goes through; nobody is told."""
        return bool(self._weather["cut"])

    @cut.setter
    def cut(self, is_cut: bool) -> None:
        self._set(cut=is_cut)

    @property
    def drop_udp(self) -> bool:
        """No UDP goes through; the rest does."""
        return bool(self._weather["drop_udp"])

    @drop_udp.setter
    def drop_udp(self, drops: bool) -> None:
        self._set(drop_udp=drops)

    @property
    def no_way(self) -> bool:
        """Those behind it have no network at all, and their kernel says so."""
        return self._has_no_way

    @no_way.setter
    def no_way(self, is_gone: bool) -> None:
        if is_gone != self._has_no_way:
            self._has_no_way = is_gone
            verb = "add" if is_gone else "del"
            self._clients.run(f"ip rule {verb} priority 10 to {NETWORK}.0/24 blackhole")

    async def change_address(self) -> None:
        """All behind the link have another address from now on, the old one is gone."""
        self._last = self._last % 250 + 1 if self._last != 250 else 2
        old, self.address = self.address, f"{NETWORK}.{self._last}"
        self._clients.run(f"ip addr del {old}/24 dev {self._device}")
        self._clients.run(f"ip addr add {self.address}/24 dev {self._device}")

    def calm(self) -> None:
        """As at the beginning, but for the address."""
        self._set(loss=0.0, delay=0.0, cut=False, drop_udp=False)
        self.no_way = False

    def _set(self, **changes: Any) -> None:
        self._weather.update(changes)
        assert self._relay.stdin is not None
        self._relay.stdin.write(json.dumps(changes) + "\n")
        self._relay.stdin.flush()

    def close(self) -> None:
        """The devices go with it."""
        self._relay.kill()
        self._relay.communicate()
