"""Memory given back to the machine, where the C library is glibc; elsewhere nothing happens.

Building the index of 10,000 statements takes memory that is free afterwards but stays with the process,
and with many threads glibc keeps a heap for each: together that is half of what the bot would occupy.
"""

import ctypes
import gc
import platform

HEAPS = 1
_M_ARENA_MAX = -8


def share_heaps() -> None:
    """Let threads share heaps; to be called before they start."""
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, HEAPS)


def give_back() -> None:
    """Give back what the start left over; what is there now stays, and is not gone through for garbage again.

    Going through all of it takes a tenth of a second, in the midst of whatever somebody waits for.
    """
    gc.collect()
    gc.freeze()
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).malloc_trim(0)
