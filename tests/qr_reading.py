"""Reads a QR code as a telephone's camera does once it has found the modules (ISO/IEC 18004), for a clean picture.

read_code(matrix)         the text; rows of dark (True) and light modules, without the border
matrix_of(path, size)     the modules of a drawing made of runs: "M2 2h7v1h-7z…"
"""

import re
from collections.abc import Iterator, Sequence

from qrcode.base import rs_blocks
from qrcode.util import pattern_position

Matrix = Sequence[Sequence[bool]]
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
MASKS = (
    lambda y, x: (y + x) % 2,
    lambda y, x: y % 2,
    lambda y, x: x % 3,
    lambda y, x: (y + x) % 3,
    lambda y, x: (y // 2 + x // 3) % 2,
    lambda y, x: y * x % 2 + y * x % 3,
    lambda y, x: (y * x % 2 + y * x % 3) % 2,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
)


def matrix_of(path: str, size: int, *, border: int) -> Matrix:
    rows = [[False] * size for _ in range(size)]
    for x, y, width, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path):
        assert width == back
        for place in range(int(x), int(x) + int(width)):
            rows[int(y)][place] = True
    edge = [rows[y][x] for y in range(size) for x in range(size) if min(y, x) < border or max(y, x) >= size - border]
    assert not any(edge), "nothing is drawn on the border"
    return [row[border : size - border] for row in rows[border : size - border]]


def read_code(code: Matrix) -> str:
    size = len(code)
    version = (size - 17) // 4
    format_at = [(8, x) for x in (0, 1, 2, 3, 4, 5, 7, 8)] + [(y, 8) for y in (7, 5, 4, 3, 2, 1, 0)]
    about = sum(code[y][x] << (14 - place) for place, (y, x) in enumerate(format_at)) ^ 0b101010000010010
    correction, mask = about >> 13, MASKS[about >> 10 & 7]
    bits = [code[y][x] ^ (mask(y, x) == 0) for y, x in _data_places(size, version)]
    words = [_number(bits[at : at + 8]) for at in range(0, len(bits) - 7, 8)]
    return _text(_in_order(words, version, correction), version)


def _data_places(size: int, version: int) -> Iterator[tuple[int, int]]:
    """Up and down in pairs of columns from the right, past what is drawn for the camera."""
    taken = {(y, x) for y in range(9) for x in range(9)}
    taken |= {(y, x) for y in range(9) for x in range(size - 8, size)}
    taken |= {(y, x) for y in range(size - 8, size) for x in range(9)}
    taken |= {(6, x) for x in range(size)} | {(y, 6) for y in range(size)}
    middles = pattern_position(version)
    for y in middles:
        for x in middles:
            if (y, x) in ((6, 6), (6, middles[-1]), (middles[-1], 6)):
                continue
            taken |= {(y + down, x + right) for down in range(-2, 3) for right in range(-2, 3)}
    if version >= 7:
        taken |= {(y, x) for y in range(6) for x in range(size - 11, size - 8)}
        taken |= {(y, x) for y in range(size - 11, size - 8) for x in range(6)}
    up = True
    for right in [*range(size - 1, 6, -2), *range(5, 0, -2)]:
        for y in range(size - 1, -1, -1) if up else range(size):
            for x in (right, right - 1):
                if (y, x) not in taken:
                    yield y, x
        up = not up


def _in_order(words: Sequence[int], version: int, correction: int) -> list[int]:
    """Blocks are dealt out like cards: the first word of each, then the second."""
    sizes = [block.data_count for block in rs_blocks(version, correction)]
    blocks: list[list[int]] = [[] for _ in sizes]
    dealt = iter(words)
    for place in range(max(sizes)):
        for block, most in zip(blocks, sizes, strict=True):
            if place < most:
                block.append(next(dealt))
    return [word for block in blocks for word in block]


def _text(words: Sequence[int], version: int) -> str:
    bits = [word >> (7 - place) & 1 == 1 for word in words for place in range(8)]
    at = 0

    def take(count: int) -> int:
        nonlocal at
        at += count
        return _number(bits[at - count : at])

    wide = 0 if version < 10 else 1 if version < 27 else 2
    found = b""
    while len(bits) - at >= 4 and (mode := take(4)):
        if mode == 4:
            found += bytes(take(8) for _ in range(take((8, 16, 16)[wide])))
        elif mode == 2:
            count = take((9, 11, 13)[wide])
            for _ in range(count // 2):
                found += "".join(ALPHANUMERIC[part] for part in divmod(take(11), 45)).encode()
            found += ALPHANUMERIC[take(6)].encode() if count % 2 else b""
        elif mode == 1:
            count = take((10, 12, 14)[wide])
            for _ in range(count // 3):
                found += f"{take(10):03}".encode()
            found += f"{take((0, 4, 7)[count % 3]):0{count % 3}}".encode() if count % 3 else b""
        else:
            raise AssertionError(f"a mode no telephone is asked to read here: {mode}")
    return found.decode()


def _number(bits: Sequence[bool]) -> int:
    return sum(bit << (len(bits) - 1 - place) for place, bit in enumerate(bits))
