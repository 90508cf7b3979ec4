"""Keys: UUIDs in time order (version 7, RFC 9562 section 5.7), made by the application.

Rows can be merged between towns and spread over a distributed PostgreSQL without renumbering, HSDS asks for UUIDs, and
time order keeps a B-tree's inserts at its right edge.
"""

import os
import threading
import time
import uuid

_lock = threading.Lock()
_last_millisecond = 0
_sequence = 0


def uuid7() -> uuid.UUID:
    """A fresh key, greater than every key made before it by this process.

    48 bits of Unix time in milliseconds, 12 bits counting within the millisecond (method 1 of RFC 9562 section 6.2;
    on overflow the clock is borrowed forward), 62 random bits.
    """
    global _last_millisecond, _sequence
    with _lock:
        now = time.time_ns() // 1_000_000
        if now > _last_millisecond:
            _last_millisecond, _sequence = now, 0
        else:  # same millisecond, or a clock set back: go on counting
            _sequence += 1
            if _sequence > 0xFFF:
                _last_millisecond, _sequence = _last_millisecond + 1, 0
        milliseconds, sequence = _last_millisecond, _sequence
    random = int.from_bytes(os.urandom(8)) & (2**62 - 1)
    return uuid.UUID(int=(milliseconds << 80) | (0x7 << 76) | (sequence << 64) | (0b10 << 62) | random)
