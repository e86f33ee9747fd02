"""Which qubits and bits a statement names: registers, indices, slices, sets, broadcasts. Core."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from openqasm3 import ast

from runs.circuits.words import count
from runs.contract import SourceKind
from runs.errors.findings import shown
from runs.qasm.entities import Bits, Entity, Qubits
from runs.qasm.expressions import integer
from runs.qasm.refusals import Refusal, Undeclared, unsupported
from runs.qasm.state import State

_T = TypeVar("_T")


def operand(state: State, node: ast.Expression | ast.IndexedIdentifier) -> Qubits | Bits:
    """Return the qubits or bits that ``node`` names.

    :raises Refusal: if it names neither, or an index that is not there.
    """
    try:
        return _operand(state, node)
    except Refusal as refusal:
        raise refusal.blame(node) from None


def _operand(state: State, node: ast.Expression | ast.IndexedIdentifier) -> Qubits | Bits:
    if isinstance(node, ast.IndexedIdentifier):
        entity = _register(state, node.name.name)
        for index in node.indices:
            entity = _part(state, entity, index, node.name.name)
        return entity
    if isinstance(node, ast.IndexExpression):
        collection = node.collection
        name = collection.name if isinstance(collection, ast.Identifier) else "the register"
        return _part(state, operand(state, collection), node.index, name)
    if isinstance(node, ast.Concatenation):
        return _joined(operand(state, node.lhs), operand(state, node.rhs))
    if isinstance(node, ast.Identifier):
        return _register(state, node.name)
    raise unsupported("this is neither a qubit nor a register")


def _joined(left: Qubits | Bits, right: Qubits | Bits) -> Qubits | Bits:
    if type(left) is not type(right):
        raise Refusal("qubits and bits cannot be joined")
    if set(left.indices) & set(right.indices):
        raise Refusal("a register cannot be joined with a part of itself")
    return replace(left, indices=left.indices + right.indices, single=False)


def qubits(state: State, node: ast.Expression | ast.IndexedIdentifier) -> Qubits:
    """Return the qubits that ``node`` names.

    :raises Refusal: if it names anything else.
    """
    found = operand(state, node)
    if isinstance(found, Bits):
        raise Refusal("a qubit is needed here, not a bit")
    return found


def bits(state: State, node: ast.Expression | ast.IndexedIdentifier) -> Bits:
    """Return the bits that ``node`` names.

    :raises Refusal: if it names anything else.
    """
    found = operand(state, node)
    if isinstance(found, Qubits):
        raise Refusal("a bit is needed here, not a qubit")
    return found


def declared(state: State, name: str, kind: str) -> Entity:
    """Return what ``name`` stands for.

    :raises Refusal: if it stands for nothing; it says how a ``kind`` of it is declared.
    """
    try:
        return state.find(name)
    except Undeclared as refusal:
        example = f"{kind}[2] {shown(name)};"
        if state.kind is SourceKind.OPENQASM2:
            example = f"{kind[0]}reg {shown(name)}[2];".replace("breg", "creg")
        raise refusal.meaning(f"Declare it before: {example}") from None


def broadcast(operands: Sequence[Qubits]) -> list[tuple[int, ...]]:
    """Return the tuples of qubits of each application of a gate to registers and single qubits.

    :raises Refusal: if the registers differ in size.
    """
    sizes = {len(operand.indices) for operand in operands if not operand.single}
    if len(sizes) > 1:
        raise Refusal(f"the registers differ in size: {' and '.join(map(str, sorted(sizes)))}")
    times = sizes.pop() if sizes else 1
    columns = [
        operand.indices * times if operand.single else operand.indices for operand in operands
    ]
    return list(zip(*columns, strict=True)) if columns else [()]


def pick(
    state: State, whole: Sequence[_T], index: ast.IndexElement, name: str
) -> tuple[tuple[_T, ...], bool]:
    """Return the chosen elements of ``whole``, and whether one was named by its index.

    :raises Refusal: if an index is not there.
    """
    if isinstance(index, ast.DiscreteSet):
        places = [integer(state, value) for value in index.values]
        return tuple(_at(whole, place, name) for place in places), False
    if len(index) != 1:
        raise Refusal(f"{shown(name)} has one dimension only")
    if isinstance(index[0], ast.RangeDefinition):
        return _slice(state, whole, index[0], name), False
    return (_at(whole, integer(state, index[0]), name),), True


def ends(state: State, node: ast.RangeDefinition, first: int, last: int) -> range:
    """Return the values of a range, both ends included, which need not be small.

    :raises Refusal: if its step is 0.
    """
    step = integer(state, node.step) if node.step else 1
    if step == 0:
        raise Refusal("a range cannot have the step 0")
    if step < 0:
        first, last = last, first
    start = integer(state, node.start) if node.start else first
    end = integer(state, node.end) if node.end else last
    return range(start, end + (1 if step > 0 else -1), step)


def _register(state: State, name: str) -> Qubits | Bits:
    entity = declared(state, name, "qubit")
    if isinstance(entity, Qubits | Bits):
        return entity
    raise Refusal(f"{shown(name)} is neither a qubit nor a bit")


def _part(state: State, entity: Qubits | Bits, index: ast.IndexElement, name: str) -> Qubits | Bits:
    chosen, single = pick(state, entity.indices, index, name)
    return replace(entity, indices=chosen, single=single)


def _slice(
    state: State, whole: Sequence[_T], node: ast.RangeDefinition, name: str
) -> tuple[_T, ...]:
    size = len(whole)
    span = ends(state, node, 0, size - 1)
    toward = 1 if span.step > 0 else -1
    first, last = (
        place + size if -size <= place < 0 else place for place in (span.start, span.stop - toward)
    )
    chosen = range(first, last + toward, span.step)
    if not chosen:
        raise Refusal(f"this range names no element of {shown(name)}")
    for place in (*chosen[:1], *chosen[-1:]):
        _at(whole, place, name)
    return tuple(whole[place] for place in chosen)


def _at(whole: Sequence[_T], place: int, name: str) -> _T:
    if not -len(whole) <= place < len(whole):
        raise Refusal(
            f"{shown(name)} has {count(len(whole), 'element')}, so there is no [{place}]",
            hint=f"They are counted from 0 to {len(whole) - 1}." if whole else "",
        )
    return whole[place]
