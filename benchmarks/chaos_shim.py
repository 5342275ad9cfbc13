"""A disk that refuses or is slow, and a clock that is set, for one program and while it runs.

A library that is loaded before all others stands between the program and the system's calls; what
it does is read from a few bytes of shared memory. The monotonic clock is left alone.
"""

import mmap
import struct
import subprocess
from pathlib import Path
from typing import Final

_TOLD: Final = struct.Struct("iiq")
_SOURCE: Final = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile struct { int fails_with, slow_ms; long long ahead; } *told;
static const char *below;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("CHAOS_TOLD");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *map = mmap(0, sizeof *told, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    below = getenv("CHAOS_DISK");
    if (map != MAP_FAILED) told = map;
}

static int path_fails(const char *path) {
    if (!told || !below || (!told->fails_with && !told->slow_ms)) return 0;
    if (strncmp(path, below, strlen(below))) return 0;
    int ms = told->slow_ms;
    struct timespec pause = {ms / 1000, ms % 1000 * 1000000L};
    if (ms) nanosleep(&pause, 0);
    if (!told->fails_with) return 0;
    errno = told->fails_with;
    return 1;
}

static int file_fails(int file) {
    char link[64], path[4096];
    if (!told || (!told->fails_with && !told->slow_ms)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return path_fails(path);
}

#define REAL(name) static __typeof__(name) *real; if (!real) real = dlsym(RTLD_NEXT, #name)
#define FILE_CALL(type, name, parameters, arguments) \
    type name parameters { REAL(name); return file_fails(f) ? -1 : real arguments; }
FILE_CALL(ssize_t, write, (int f, const void *d, size_t n), (f, d, n))
FILE_CALL(ssize_t, pwrite, (int f, const void *d, size_t n, off_t a), (f, d, n, a))
FILE_CALL(ssize_t, pwrite64, (int f, const void *d, size_t n, off64_t a), (f, d, n, a))
FILE_CALL(int, ftruncate, (int f, off_t n), (f, n))
FILE_CALL(int, ftruncate64, (int f, off64_t n), (f, n))
FILE_CALL(int, fsync, (int f), (f))
FILE_CALL(int, fdatasync, (int f), (f))
int unlink(const char *p) { REAL(unlink); return path_fails(p) ? -1 : real(p); }
#define OPEN(name) int name(const char *p, int flags, ...) { \
    REAL(name); va_list more; va_start(more, flags); \
    int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, int) : 0; va_end(more); \
    return (flags & (O_ACCMODE | O_CREAT)) && path_fails(p) ? -1 : real(p, flags, mode); }
OPEN(open)
OPEN(open64)

int clock_gettime(clockid_t which, struct timespec *t) {
    REAL(clock_gettime);
    int result = real(which, t);
    if (!result && told && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE))
        t->tv_sec += told->ahead;
    return result;
}

int gettimeofday(struct timeval *restrict t, void *restrict zone) {
    REAL(gettimeofday);
    int result = real(t, zone);
    if (!result && told) t->tv_sec += told->ahead;
    return result;
}

time_t time(time_t *to) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    if (to) *to = t.tv_sec;
    return t.tv_sec;
}
"""


class Shim:
    """Between one program and its system."""

    def __init__(self, directory: Path, name: str, disk: Path | None = None) -> None:
        """Build it, unless it is there.

        Args:
            directory: where it lies.
            name: of the program.
            disk: the directory whose files are meant.

        Raises:
            OSError, subprocess.CalledProcessError: there is no C compiler.
        """
        library, told = directory / "shim.so", directory / f"told-{name}"
        if not library.exists():
            source = directory / "shim.c"
            source.write_text(_SOURCE)
            words = ["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"]
            subprocess.run(words, check=True)
        told.write_bytes(bytes(_TOLD.size))
        with told.open("r+b") as file:
            self._told = mmap.mmap(file.fileno(), _TOLD.size)
        self.env = {"LD_PRELOAD": str(library), "CHAOS_TOLD": str(told)}
        """With which the program has to be started."""
        if disk is not None:
            self.env["CHAOS_DISK"] = str(disk)

    def tell(self, *, fails_with: int = 0, slow_ms: int = 0, ahead: int = 0) -> None:
        """From now on, and only this.

        Args:
            fails_with: the errno of whatever would change a file; 0: none.
            slow_ms: what each such call takes longer.
            ahead: seconds by which the time of day is.
        """
        self._told[:] = _TOLD.pack(fails_with, slow_ms, ahead)
