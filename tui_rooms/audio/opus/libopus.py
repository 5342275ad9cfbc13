"""Finds libopus and describes the few functions that are called.

PyAV's wheels carry a recent libopus as a library of its own; it is taken first, because its
version is known. PyAV itself is not imported for that: it costs 100 ms.
"""

import ctypes
import ctypes.util
import importlib.util
import sys
from collections.abc import Iterator
from ctypes import POINTER, c_int, c_int32, c_ubyte, c_void_p
from functools import cache
from pathlib import Path

from tui_rooms.audio.errors import CodecError


@cache
def libopus() -> ctypes.CDLL:
    """The library, loaded once.

    Raises:
        CodecError: `no-libopus`; none was found, or what was found cannot be loaded.
    """
    for candidate in _candidates():
        try:
            library = ctypes.CDLL(candidate)
        except OSError:
            continue
        _describe(library)
        return library
    raise CodecError(
        "no-libopus",
        "no Opus codec found: neither in PyAV's package nor on the system. "
        "Install it with: apt install libopus0 (Debian), brew install opus (macOS)",
    )


def _candidates() -> Iterator[str]:
    yield from _bundled_with_pyav()
    found = ctypes.util.find_library("opus")
    if found is not None:
        yield found
    if sys.platform == "linux":
        yield "libopus.so.0"  # find_library needs a compiler or ldconfig; the loader does not


def _bundled_with_pyav() -> Iterator[str]:
    package = importlib.util.find_spec("av")
    if package is None or package.origin is None:
        return
    inside = Path(package.origin).parent
    # auditwheel and delvewheel put libraries beside the package, delocate inside it.
    for directory in (inside.parent / "av.libs", inside / ".dylibs"):
        for path in sorted(directory.glob("*opus*")):
            if "opusenc" not in path.name and "opusfile" not in path.name:
                yield str(path)


def _describe(library: ctypes.CDLL) -> None:
    """Argument types: without them ctypes would cut pointers to 32 bits."""
    library.opus_encoder_create.argtypes = [c_int32, c_int, c_int, POINTER(c_int)]
    library.opus_encoder_create.restype = c_void_p
    library.opus_encoder_destroy.argtypes = [c_void_p]
    library.opus_encoder_destroy.restype = None
    library.opus_encode.argtypes = [c_void_p, c_void_p, c_int, POINTER(c_ubyte), c_int32]
    library.opus_encode.restype = c_int32
    library.opus_decoder_create.argtypes = [c_int32, c_int, POINTER(c_int)]
    library.opus_decoder_create.restype = c_void_p
    library.opus_decoder_destroy.argtypes = [c_void_p]
    library.opus_decoder_destroy.restype = None
    library.opus_decode.argtypes = [c_void_p, ctypes.c_char_p, c_int32, c_void_p, c_int, c_int]
    library.opus_decode.restype = c_int
    library.opus_strerror.argtypes = [c_int]
    library.opus_strerror.restype = ctypes.c_char_p
    # These two take "..." in C: only the fixed arguments have a type here, values are wrapped
    # by the caller. (Apple's arm64 passes variadic arguments differently from fixed ones.)
    library.opus_encoder_ctl.argtypes = [c_void_p, c_int]
    library.opus_encoder_ctl.restype = c_int
    library.opus_decoder_ctl.argtypes = [c_void_p, c_int]
    library.opus_decoder_ctl.restype = c_int
