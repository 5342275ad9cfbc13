"""A real disk of a test's own that is full when the test wants it."""

import contextlib
import errno
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.support.tools import missing


class SmallDisk:
    """A file system in memory, of a megabyte or so."""

    def __init__(self, path: Path) -> None:
        self.path = path
        """Where it is mounted."""
        self._filler = path / "filler"

    def fill(self) -> None:
        """Leave no room on it, not for one byte."""
        with self._filler.open("ab", buffering=0) as file:
            for size in (65_536, 4096, 1):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def free(self) -> None:
        """Have room on it again."""
        self._filler.unlink(missing_ok=True)

    @contextlib.contextmanager
    def full(self) -> Iterator[None]:
        """Full for the block, with room after it."""
        self.fill()
        try:
            yield
        finally:
            self.free()


@contextlib.contextmanager
def small_disk(size: str = "1536k") -> Iterator[SmallDisk]:
    """Mount one, which takes root; where that cannot be had the test ends here."""
    with tempfile.TemporaryDirectory(prefix="disk-") as name:
        options = f"size={size},mode=700"
        mounting = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", name]
        if os.geteuid() != 0 or subprocess.run(mounting, check=False).returncode != 0:
            missing("no file system can be mounted here: that takes root")
        try:
            yield SmallDisk(Path(name))
        finally:
            subprocess.run(["umount", name], check=True)
