"""Merkle trees as Certificate Transparency has them: roots, paths, and proofs of growth. Core.

Sources: RFC 6962, section 2.1 (the tree and what is proved of it), and RFC 9162, sections 2.1.3.2
and 2.1.4.2 (how a proof is checked without the tree). All hashes are SHA-256, 32 bytes.
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import reduce

HASH_BYTES = 32
_LEAF = b"\x00"
_NODE = b"\x01"
_EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf that holds ``data``."""
    return hashlib.sha256(_LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node over two hashes."""
    return hashlib.sha256(_NODE + left + right).digest()


class Tree:
    """The tree over ``leaves``, the data of each.

    ``_levels[k][i]`` is the hash over the leaves from ``i * 2**k`` up to the next ``2**k``, or up
    to the last leaf of all: a node without a sibling is its own parent, which gives RFC 6962's
    tree. Making it takes time and room in proportion to the leaves, each question their logarithm.
    """

    def __init__(self, leaves: Iterable[bytes]) -> None:
        level = [leaf_hash(data) for data in leaves]
        self._levels = [level]
        while len(level) > 1:
            level = [_over(level[place : place + 2]) for place in range(0, len(level), 2)]
            self._levels.append(level)

    @property
    def size(self) -> int:
        """The number of leaves."""
        return len(self._levels[0])

    @property
    def root(self) -> bytes:
        """The hash over all leaves (MTH)."""
        return self._levels[-1][0] if self.size else _EMPTY

    def root_at(self, size: int) -> bytes:
        """Return the root of the tree when it had its first ``size`` leaves.

        :raises ValueError: if it never had so many.
        """
        self._check(size, most=self.size)
        hashes, start = [], 0
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                hashes.append(self._levels[level][start >> level])
                start += 1 << level
        return (
            reduce(lambda right, left: node_hash(left, right), reversed(hashes)) if size else _EMPTY
        )

    def path(self, index: int) -> tuple[bytes, ...]:
        """Return the proof that leaf ``index`` is in this tree (PATH), from its sibling upwards.

        :raises ValueError: if there is no such leaf.
        """
        self._check(index, most=self.size - 1)
        siblings = ((level, (index >> depth) ^ 1) for depth, level in enumerate(self._levels))
        return tuple(level[place] for level, place in siblings if place < len(level))

    def growth(self, earlier: int) -> tuple[bytes, ...]:
        """Return the proof that this tree is the one of ``earlier`` leaves with more (PROOF).

        It is empty where there was no leaf yet, or none came since.

        :raises ValueError: if the tree never had so many leaves.
        """
        self._check(earlier, most=self.size)
        if earlier in {0, self.size}:
            return ()
        return tuple(self._subproof(earlier, 0, self.size, is_known=True))

    def _subproof(self, earlier: int, start: int, end: int, *, is_known: bool) -> list[bytes]:
        """Return SUBPROOF over the leaves from ``start`` to ``end``, ``earlier`` counted in all.

        ``is_known`` says that the whole earlier tree is what is asked for, whose root the reader
        has.
        """
        if earlier == end:
            return [] if is_known else [self._node(start, end)]
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if earlier <= middle:
            proof = self._subproof(earlier, start, middle, is_known=is_known)
            return [*proof, self._node(middle, end)]
        proof = self._subproof(earlier, middle, end, is_known=False)
        return [*proof, self._node(start, middle)]

    def _node(self, start: int, end: int) -> bytes:
        level = (end - start - 1).bit_length()
        return self._levels[level][start >> level]

    def _check(self, number: int, *, most: int) -> None:
        if not 0 <= number <= most:
            raise ValueError(f"{number} is not from 0 to {most}, in a tree of {self.size} leaves")


def is_included(leaf: bytes, *, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Tell whether ``path`` shows that the hash ``leaf`` stands at ``index`` in a tree of ``size``.

    Whatever is given, an answer comes back.
    """
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            place, last = _up_from_the_left(place, last)
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(
    earlier_root: bytes, root: bytes, *, earlier: int, size: int, proof: Sequence[bytes]
) -> bool:
    """Tell whether ``proof`` shows that a tree of ``size`` leaves begins with the ``earlier`` ones.

    Whatever is given, an answer comes back.
    """
    if not 0 < earlier < size:
        return earlier == size and earlier_root == root and not proof
    place, last = earlier - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    # Where the earlier tree is complete its root is a node of the later one, and is left out.
    first, *rest = [earlier_root, *proof] if place == 0 else [*proof] or [b""]
    old = new = first
    for sibling in rest:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            place, last = _up_from_the_left(place, last)
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and old == earlier_root and new == root


def _over(pair: Sequence[bytes]) -> bytes:
    return node_hash(*pair) if len(pair) > 1 else pair[0]


def _up_from_the_left(place: int, last: int) -> tuple[int, int]:
    """Go up while the node has no sibling on its right, for such levels add nothing to a proof."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last
