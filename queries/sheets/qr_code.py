"""A QR code of an address, by ISO/IEC 18004: bytes, error correction M, versions 1 to 9."""

from __future__ import annotations

from functools import cache
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    # Whether the module at (row, column) is dark.
    Grid = dict[tuple[int, int], bool]

# By version: words for error correction per block, and words of data in each block.
_BLOCKS = (
    (10, (16,)),
    (16, (28,)),
    (26, (44,)),
    (18, (32,) * 2),
    (24, (43,) * 2),
    (16, (27,) * 4),
    (18, (31,) * 4),
    (22, (38,) * 2 + (39,) * 2),
    (22, (36,) * 3 + (37,) * 2),
)
# By version: where the middle of alignment patterns lies, along either side.
_ALIGNED = ((), (18,), (22,), (26,), (30,), (34,), (22, 38), (24, 42), (26, 46))
_MASKS: tuple[Callable[[int, int], int], ...] = (
    lambda r, c: (r + c) % 2,
    lambda r, _: r % 2,
    lambda _, c: c % 3,
    lambda r, c: (r + c) % 3,
    lambda r, c: (r // 2 + c // 3) % 2,
    lambda r, c: r * c % 2 + r * c % 3,
    lambda r, c: (r * c % 2 + r * c % 3) % 2,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2,
)
# Data that looks like a corner is penalised; either way round.
_LIKE_CORNERS = ("10111010000", "00001011101")


def qr_code(text: str) -> tuple[str, ...]:
    """Return the modules row by row, dark ones as 1; nothing for a text of over 180 bytes."""
    content = text.encode()
    fits = (n for n, (_, blocks) in enumerate(_BLOCKS, 1) if len(content) <= sum(blocks) - 2)
    version = next(fits, None)
    if version is None:
        return ()
    fixed = _patterns(version)
    size = 17 + 4 * version
    placed = dict(zip(_path(size, fixed), _bits(_words(content, version)), strict=False))
    drawn = [_masked(size, fixed, placed, mask) for mask in range(len(_MASKS))]
    return min(drawn, key=_penalty)


def _bits(words: list[int]) -> str:
    return "".join(f"{word:08b}" for word in words)


def _words(content: bytes, version: int) -> list[int]:
    """Return data and error correction, block by block through each other."""
    correction, lengths = _BLOCKS[version - 1]
    bits = f"0100{len(content):08b}{_bits(list(content))}0000"
    data = [int(bits[n : n + 8], 2) for n in range(0, len(bits), 8)]
    room = sum(lengths) - len(data)
    data += [(0xEC, 0x11)[n % 2] for n in range(room)]
    blocks = []
    for length in lengths:
        blocks.append(data[:length])
        data = data[length:]
    checks = [_remainder(block, correction) for block in blocks]
    return [*_interleaved(blocks), *_interleaved(checks)]


def _interleaved(blocks: list[list[int]]) -> Iterator[int]:
    longest = max(len(block) for block in blocks)
    return (block[n] for n in range(longest) for block in blocks if n < len(block))


def _times(one: int, other: int) -> int:
    """Return a product in the field of 256 elements that QR codes reckon in."""
    product = 0
    for bit in range(7, -1, -1):
        product = product << 1 ^ (product >> 7) * 0x11D
        product ^= (other >> bit & 1) * one
    return product


@cache
def _generator(degree: int) -> list[int]:
    """Return the coefficients of the generator polynomial, highest first, without the leading 1."""
    found = [0] * (degree - 1) + [1]
    root = 1
    for _ in range(degree):
        for n in range(degree):
            found[n] = _times(found[n], root) ^ (found[n + 1] if n + 1 < degree else 0)
        root = _times(root, 2)
    return found


def _remainder(block: list[int], degree: int) -> list[int]:
    """Return the words that correct errors in a block (Reed-Solomon)."""
    left = [0] * degree
    for word in block:
        factor = word ^ left.pop(0)
        left.append(0)
        left = [a ^ _times(b, factor) for a, b in zip(left, _generator(degree), strict=True)]
    return left


def _checked(value: int, generator: int, bits: int) -> int:
    """Return a value followed by the bits that correct errors in it (BCH)."""
    left = value << bits
    while left.bit_length() > bits:
        left ^= generator << (left.bit_length() - 1 - bits)
    return value << bits | left


def _patterns(version: int) -> Grid:
    """Return what is the same in every code of a version; the format is only kept room for."""
    size = 17 + 4 * version
    fixed: Grid = {(6, n): n % 2 == 0 for n in range(size)}
    fixed |= {(n, 6): n % 2 == 0 for n in range(size)}
    middles = (6, *_ALIGNED[version - 1]) if version > 1 else ()
    last = middles[-1] if middles else 0
    for row in middles:
        for column in middles:
            if (row, column) not in {(6, 6), (6, last), (last, 6)}:
                fixed |= _rings(row, column, 2, size)
    for row, column in ((3, 3), (3, size - 4), (size - 4, 3)):
        fixed |= _rings(row, column, 4, size)
    fixed |= dict.fromkeys(_format_places(size), False) | {(size - 8, 8): True}
    if version >= 7:
        for n in range(18):
            dark = bool(_checked(version, 0x1F25, 12) >> n & 1)
            fixed |= {(n // 3, size - 11 + n % 3): dark, (size - 11 + n % 3, n // 3): dark}
    return fixed


def _rings(row: int, column: int, reach: int, size: int) -> Grid:
    """Return squares around a module: dark, but for the second ring and the outermost of four."""
    light = {1} if reach == 2 else {2, 4}
    around = range(-reach, reach + 1)
    return {
        (row + r, column + c): max(abs(r), abs(c)) not in light
        for r in around
        for c in around
        if 0 <= row + r < size and 0 <= column + c < size
    }


def _format_places(size: int) -> list[tuple[int, int]]:
    """Return where the fifteen bits of the format stand, first bit first, twice."""
    beside = [(8, c) for c in (0, 1, 2, 3, 4, 5, 7, 8)] + [(r, 8) for r in (7, 5, 4, 3, 2, 1, 0)]
    apart = [(size - 1 - n, 8) for n in range(7)] + [(8, size - 8 + n) for n in range(8)]
    return [*beside, *apart]


def _path(size: int, fixed: Grid) -> Iterator[tuple[int, int]]:
    """Yield the places of data: pairs of columns from the right, up and down by turns."""
    pairs = [right for right in range(size - 1, 0, -2) if right > 6]
    pairs += [5, 3, 1]
    for turn, right in enumerate(pairs):
        rows = range(size) if turn % 2 else range(size - 1, -1, -1)
        for row in rows:
            yield from ((row, c) for c in (right, right - 1) if (row, c) not in fixed)


def _masked(
    size: int, fixed: Grid, placed: dict[tuple[int, int], str], mask: int
) -> tuple[str, ...]:
    """Return the code under one of the eight masks, with the format that says which."""
    flips = _MASKS[mask]
    told = f"{_checked(mask, 0x537, 10) ^ 0x5412:015b}"
    grid = fixed | dict(zip(_format_places(size), (bit == "1" for bit in told * 2), strict=True))
    places = ((r, c) for r in range(size) for c in range(size))
    for r, c in places:
        if (r, c) not in fixed:
            grid[r, c] = (placed.get((r, c)) == "1") != (flips(r, c) == 0)
    return tuple("".join(str(int(grid[r, c])) for c in range(size)) for r in range(size))


def _penalty(rows: tuple[str, ...]) -> int:
    """Return how hard a code is to read: long runs, squares, what looks like corners, imbalance."""
    columns = ["".join(column) for column in zip(*rows, strict=True)]
    total = 0
    for line in (*rows, *columns):
        runs = [len(list(run)) for _, run in groupby(line)]
        total += sum(run - 2 for run in runs if run >= 5)
        starts = range(len(line) - 10)
        total += 40 * sum(line[n : n + 11] in _LIKE_CORNERS for n in starts)
    for above, below in pairwise(rows):
        for n in range(len(above) - 1):
            total += 3 * (above[n : n + 2] + below[n : n + 2] in {"0000", "1111"})
    dark = sum(row.count("1") for row in rows)
    off = abs(dark * 20 - len(rows) ** 2 * 10)
    return total + 10 * (off // len(rows) ** 2)
