"""The servers of a load test, each with a core of its own, and what runs beside them.

All of it lives in a network of its own (`enter_own_network`), which ends with the benchmark.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from tests.support.server import crowded_at

ROOT = Path(__file__).resolve().parent.parent
NETWORK = "10.78.0.0/16"
"""Of the clients, each of whom has an address of its own."""
HOST = "10.77.0.1"
"""Where servers listen."""
_GATE = "10.77.0.2"
WS_PORT = 8188
_INSIDE = "LOAD_INSIDE"
_STARTING = 20.0
_ENDING = 10.0
_IN_CLIENTS: list[str] = []


def enter_own_network() -> None:
    """Begin again in namespaces of our own: nothing of it is left behind, however it ends.

    Raises:
        SystemExit: this system does not let us.
    """
    if _INSIDE in os.environ:
        _connect_clients()
        return
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        raise SystemExit("needs unshare (util-linux) and ip (iproute2)")
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    spaces = ["--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    words = [sys.executable, *sys.argv]
    environment = {**os.environ, _INSIDE: "1"}
    os.execvpe("unshare", ["unshare", *user, *spaces, *words], environment)  # noqa: S606 - no shell is wanted


def _connect_clients() -> None:
    """A second network for the clients, and a pair of interfaces between the two.

    Not over loopback: Janus takes no address there, and sends by the interface that has its own.
    """
    holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
    here = os.readlink("/proc/self/ns/net")
    while os.readlink(f"/proc/{holder.pid}/ns/net") == here:
        time.sleep(0.01)
    _IN_CLIENTS[:] = ["nsenter", f"--net=/proc/{holder.pid}/ns/net"]
    for words in (
        "link set lo up",
        f"link add load0 type veth peer name load1 netns {holder.pid}",
        f"addr add {HOST}/24 dev load0",
        "link set load0 up",
        f"route add {NETWORK} via {_GATE}",
    ):
        subprocess.run(["ip", *words.split()], check=True)
    for words in (
        "link set lo up",
        f"addr add {_GATE}/24 dev load1",
        "link set load1 up",
        f"route add local {NETWORK} dev lo",
    ):
        subprocess.run([*_IN_CLIENTS, "ip", *words.split()], check=True)


def among_clients(words: Sequence[str]) -> list[str]:
    """A command that runs in the clients' network."""
    return [*_IN_CLIENTS, *words]


@dataclass
class Server:
    """One that listens."""

    name: str
    port: int
    """Of its signalling."""
    pids: dict[str, list[int]]
    """Processes whose cost counts: `media`, and `control` where that is another."""
    data: str = ""
    """Our server's directory; empty for Janus."""


@contextlib.contextmanager
def ours(core: int, workers: int = 1, crowd: int | None = None) -> Iterator[Server]:
    """`tui-rooms serve` with its media workers; all processes on that core.

    Args:
        crowd: people of one room from whom on it is spread over workers; None: as many as ever.
    """
    with tempfile.TemporaryDirectory(prefix="load-") as directory:
        program = [sys.executable, "-m", "tui_rooms"] if crowd is None else crowded_at(crowd)
        words = ["serve", "--host", HOST, "--port", "0", "--open", "--json"]
        # All whom the generator plays come from one address.
        words += ["--address-ms", "1000"]
        words += ["--media-workers", str(workers), "--data", f"{directory}/data"]
        with _running([*program, *words], core, directory) as process:
            assert process.stdout is not None
            # An empty line, and so a ValueError, when it could not start.
            told: dict[str, Any] = json.loads(process.stdout.readline())
            pids = {"media": _workers_of(process.pid), "control": [process.pid]}
            yield Server("ours", told["port"], pids, f"{directory}/data")


@contextlib.contextmanager
def janus(core: int, workers: int = 1) -> Iterator[Server]:
    """Janus with VideoRoom alone and so many event loops, all of it on that core."""
    with tempfile.TemporaryDirectory(prefix="load-") as directory:
        for name, text in _JANUS.items():
            (Path(directory) / name).write_text(
                text.format(directory=directory, host=HOST, loops=workers)
            )
        words = ["janus", "-F", directory]
        with _running(words, core, directory) as process:
            yield Server("Janus", WS_PORT, {"media": [process.pid]})


SERVERS = {"ours": ours, "Janus": janus}


@contextlib.contextmanager
def _running(words: Sequence[str], core: int, directory: str) -> Iterator["subprocess.Popen[str]"]:
    log = Path(directory) / "log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            ["taskset", "-c", str(core), *words],
            cwd=directory,
            env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": directory},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if words[0] == sys.executable else errors,
            stderr=errors,
            text=True,
        )
    try:
        if words[0] != sys.executable:
            _wait_for_port(process, log)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_ENDING)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.returncode not in (0, -15):
            print(f"{words[0]} ended with {process.returncode}: {log.read_text()[-2000:]}")


def _wait_for_port(process: "subprocess.Popen[str]", log: Path) -> None:
    until = time.monotonic() + _STARTING
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((HOST, WS_PORT), 1):
            return
        time.sleep(0.1)
    raise OSError(f"{process.args!r} does not listen: {log.read_text()[-2000:]}")


def _workers_of(pid: int) -> list[int]:
    """The media workers of our server."""
    children = " ".join(path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children"))
    return [
        int(child)
        for child in children.split()
        if b"workers.worker" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


@dataclass
class Sleeper:
    """A process on the server's core that only sleeps; how late it woke is the machine's doing."""

    core: int
    late_ms: list[float] = field(default_factory=list)

    def __enter__(self) -> Self:
        words = ["taskset", "-c", str(self.core), sys.executable, "-c", _SLEEPS]
        self._process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self._process.stdout.readline()
        return self

    def __exit__(self, *_: object) -> None:
        said, _errors = self._process.communicate("\n", timeout=_ENDING)
        self.late_ms = sorted(map(float, said.split()))

    @property
    def p99_ms(self) -> float:
        """Of all its naps."""
        return self.late_ms[len(self.late_ms) * 99 // 100] if self.late_ms else 0.0


_SLEEPS = """
import select, sys, time
print(flush=True)
late = []
while not select.select([sys.stdin], [], [], 0)[0]:
    begin = time.monotonic()
    time.sleep(0.005)
    late.append((time.monotonic() - begin - 0.005) * 1000)
print(*late)
"""

_LIBRARIES = next(map(str, Path("/usr/lib").glob("*/janus")), "/usr/lib/janus")


def _all_but(kind: str, kept: str) -> str:
    """Janus' own parts of a kind, to be disabled."""
    names = (path.name for path in sorted(Path(_LIBRARIES, kind).glob("*.so")))
    return ",".join(name for name in names if name != kept)


_JANUS = {
    "janus.jcfg": f"""
general: {{{{
    configs_folder = "{{directory}}"
    plugins_folder = "{_LIBRARIES}/plugins"
    transports_folder = "{_LIBRARIES}/transports"
    debug_level = 1
    event_loops = {{loops}}
    session_timeout = 0
}}}}
media: {{{{ ipv6 = false }}}}
nat: {{{{ ice_lite = true, ice_enforce_list = "{{host}}" }}}}
plugins: {{{{ disable = "{_all_but("plugins", "libjanus_videoroom.so")}" }}}}
transports: {{{{ disable = "{_all_but("transports", "libjanus_websockets.so")}" }}}}
events: {{{{ broadcast = false }}}}
""",
    "janus.plugin.videoroom.jcfg": "general: {{ }}\n",
    "janus.transport.websockets.jcfg": f"""
general: {{{{ json = "compact", ws = true, ws_port = {WS_PORT}, wss = false }}}}
admin: {{{{ admin_ws = false, admin_wss = false }}}}
""",
}
