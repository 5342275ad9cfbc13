"""The few calls of the C library that Python does not offer, through cffi without a compiler."""

import signal
import sys
from typing import Any, Final

from cffi import FFI

ffi: Any = FFI()
# Of ifaddrs only the beginning, which is the same on Linux and macOS.
ffi.cdef("""
    struct iovec { void *iov_base; size_t iov_len; };
    struct msghdr {
        void *msg_name; uint32_t msg_namelen;
        struct iovec *msg_iov; size_t msg_iovlen;
        void *msg_control; size_t msg_controllen;
        int msg_flags;
    };
    struct mmsghdr { struct msghdr msg_hdr; unsigned int msg_len; };
    int sendmmsg(int fd, struct mmsghdr *vector, unsigned int count, int flags);
    int recvmmsg(
        int fd, struct mmsghdr *vector, unsigned int count, int flags, void *timeout);

    struct ifaddrs {
        struct ifaddrs *ifa_next; char *ifa_name; unsigned int ifa_flags; unsigned char *ifa_addr;
    };
    int prctl(int option, ...);
    int getifaddrs(struct ifaddrs **list);
    void freeifaddrs(struct ifaddrs *list);
""")
libc: Any = ffi.dlopen(None)

HAS_SENDMMSG: Final = sys.platform == "linux"
"""Whether the vector above has the memory layout of this system."""
HAS_RECVMMSG: Final = HAS_SENDMMSG
_PR_SET_PDEATHSIG: Final = 1


def die_with_parent() -> None:
    """Have this process killed when the one that has started it ends, even if it stands still then.

    Linux alone can do that.
    """
    if sys.platform == "linux":
        libc.prctl(_PR_SET_PDEATHSIG, ffi.cast("unsigned long", signal.SIGKILL))
