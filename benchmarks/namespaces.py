"""Network namespaces for benchmarks: machines of their own, for the network. Root only."""

import contextlib
import ctypes
import os
import subprocess
import time
from collections.abc import Sequence
from typing import Final

_NEW_NETWORK: Final = 0x4000_0000
"""CLONE_NEWNET."""


class Namespace:
    """A network namespace; it goes, with its interfaces, when it is closed or this process ends."""

    def __init__(self) -> None:
        """
        Raises:
            OSError, subprocess.CalledProcessError: it cannot be made here.
        """
        if os.geteuid() != 0:
            raise PermissionError("needs root")
        # It ends with its input: nothing is left behind, however this process ends.
        self._holder = subprocess.Popen(
            ["unshare", "--net", "cat"], stdin=subprocess.PIPE, start_new_session=True
        )
        self.pid = self._holder.pid
        """Of a process in it."""
        self.words = ["nsenter", f"--net=/proc/{self.pid}/ns/net"]
        """Before a command, which then runs in it."""
        here = os.readlink("/proc/self/ns/net")
        for _ in range(500):
            with contextlib.suppress(OSError):
                if os.readlink(f"/proc/{self.pid}/ns/net") != here:
                    break
            time.sleep(0.01)
        else:
            self.close()
            raise OSError("no network namespace came to be")

    def run(self, command: str | Sequence[str]) -> None:
        """Run a command in it.

        Raises:
            subprocess.CalledProcessError: it failed.
        """
        words = command.split() if isinstance(command, str) else command
        subprocess.run([*self.words, *words], check=True, capture_output=True)

    def enter(self) -> None:
        """Have the calling thread, and nothing else, be in it from now on."""
        libc = ctypes.CDLL(None, use_errno=True)
        with open(f"/proc/{self.pid}/ns/net", "rb") as place:
            if libc.setns(place.fileno(), _NEW_NETWORK):
                code = ctypes.get_errno()
                raise OSError(code, os.strerror(code))

    def close(self) -> None:
        """Let it go; more than once changes nothing."""
        self._holder.kill()
        self._holder.communicate()
