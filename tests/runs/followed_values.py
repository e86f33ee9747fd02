"""What expressions and gates are worth on one path of a followed program."""

import math
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from openqasm3 import ast

from tests.runs.reference import BASES

CONSTANTS = {"pi": math.pi, "tau": math.tau, "euler": math.e}
SIGNS = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
    "%": lambda a, b: int(math.fmod(a, b)), "**": lambda a, b: a**b,
    "/": lambda a, b: int(a / b) if isinstance(a, int) and isinstance(b, int) else a / b,
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "&": lambda a, b: a & b, "|": lambda a, b: a | b, "^": lambda a, b: a ^ b,
    "<<": lambda a, b: a << b, ">>": lambda a, b: a >> b,
    "&&": lambda a, b: bool(a) and bool(b), "||": lambda a, b: bool(a) or bool(b),
}  # fmt: skip
GATES = {
    "x": "x", "y": "y", "z": "z", "h": "h", "s": "s", "t": "t", "sdg": "si", "rx": "rx", "ry": "ry",
    "rz": "rz", "p": "phaseshift", "phaseshift": "phaseshift", "U": "u", "swap": "swap", "i": "i",
    "si": "si", "ti": "ti", "v": "v", "cx": "ctrl x", "cnot": "ctrl x", "cz": "ctrl z",
    "ccnot": "ctrl ctrl x",
}  # fmt: skip


@dataclass
class Path:
    """One way in which a run may go: its state, what its names hold, where it goes next."""

    state: np.ndarray
    names: list[dict] = field(default_factory=lambda: [{}])
    flow: str = ""
    result: object = None

    def find(self, name):
        for frame in reversed(self.names):
            if name in frame:
                return frame[name]
        return CONSTANTS[name]

    def set(self, name, value):
        frame = next(frame for frame in reversed(self.names) if name in frame)
        frame[name] = value

    def applied(self, matrix, qubits):
        """Apply a gate to ``qubits``, the first of them leftmost in its matrix."""
        width = len(qubits)
        gate = matrix.reshape([2] * 2 * width)
        state = np.tensordot(gate, self.state, axes=(range(width, 2 * width), qubits))
        self.state = np.moveaxis(state, range(width), qubits)

    def split(self, qubit):
        """Yield the outcomes that a measurement may have, each with the path it leads to."""
        for bit in (0, 1):
            state = self.state.copy()
            np.moveaxis(state, qubit, 0)[1 - bit] = 0
            if (np.abs(state) ** 2).sum() > 1e-12:
                names = [
                    {
                        name: [*held] if isinstance(held, list) else held
                        for name, held in frame.items()
                    }
                    for frame in self.names
                ]
                yield bit, Path(state, names, self.flow, self.result)


def number(value):
    """Return bits as a number, bit 0 being the lowest, and any other value as it is."""
    if not isinstance(value, list):
        return value
    return sum(int(bit) << place for place, bit in enumerate(value))


def bits(value, width):
    whole = int(number(value))
    return [(whole >> place) & 1 for place in range(width)]


def cast(kind, value, path):
    """Return ``value`` as a type holds it."""
    if isinstance(kind, ast.BitType):
        return bits(value, 1 if kind.size is None else evaluate(kind.size, path))
    if isinstance(kind, ast.FloatType):
        return float(number(value))
    if isinstance(kind, ast.BoolType):
        return bool(number(value))
    whole = int(number(value))
    if kind.size is None:
        return whole
    span = 1 << evaluate(kind.size, path)
    whole %= span
    return whole - span if isinstance(kind, ast.IntType) and whole >= span // 2 else whole


def evaluate(node, path):
    """Return the value of an expression without calls."""
    visit = _VISITS.get(type(node))
    return node.value if visit is None else visit(node, path)


def _binary(node, path):
    return SIGNS[node.op.name](number(evaluate(node.lhs, path)), number(evaluate(node.rhs, path)))


def _unary(node, path):
    value = number(evaluate(node.expression, path))
    return -value if node.op.name == "-" else not value


def _index(node, path):
    whole, index = evaluate(node.collection, path), node.index[0]
    if isinstance(index, ast.RangeDefinition):
        return whole[evaluate(index.start, path) : evaluate(index.end, path) + 1]
    return whole[evaluate(index, path)]


_VISITS = {
    ast.BitstringLiteral: lambda node, _path: bits(node.value, node.width),
    ast.Identifier: lambda node, path: path.find(node.name),
    ast.UnaryExpression: _unary,
    ast.BinaryExpression: _binary,
    ast.IndexExpression: _index,
    ast.Cast: lambda node, path: cast(node.type, evaluate(node.argument, path), path),
}


def places(node, path):
    """Return the qubits that a register, or a part of one, names."""
    if isinstance(node, ast.Identifier):
        return path.find(node.name)
    name, index = (
        (node.name.name, node.indices[0][0])
        if isinstance(node, ast.IndexedIdentifier)
        else (node.collection.name, node.index[0])
    )
    whole = path.find(name)
    if isinstance(index, ast.RangeDefinition):
        return whole[evaluate(index.start, path) : evaluate(index.end, path) + 1]
    return (whole[evaluate(index, path)],)


@cache
def _matrix(name, *angles):
    return BASES[name](*angles)


def gate_matrix(node, path):
    """Return the matrix of a gate of the library under its modifiers."""
    *controls, name = GATES[node.name.name].split()
    matrix = _matrix(name, *(number(evaluate(angle, path)) for angle in node.arguments))
    for modifier in [*reversed(node.modifiers), *controls]:
        kind = modifier if isinstance(modifier, str) else modifier.modifier.name
        matrix = matrix.conj().T if kind == "inv" else _controlled(matrix, closed=kind == "ctrl")
    return matrix


def _controlled(matrix, *, closed):
    nothing, zero = np.eye(len(matrix)), np.zeros_like(matrix)
    blocks = [[nothing, zero], [zero, matrix]] if closed else [[matrix, zero], [zero, nothing]]
    return np.block(blocks)
