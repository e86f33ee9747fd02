"""Classical types of OpenQASM: the casts that a declaration, an assignment or a call does. Core."""

from openqasm3 import ast

from runs.circuits.words import count
from runs.qasm import angles, arithmetic, arrays
from runs.qasm.bits import is_open, to_bits, word
from runs.qasm.choices import decided, mapped
from runs.qasm.expressions import evaluate, size
from runs.qasm.refusals import Refusal, too_large, unsupported
from runs.qasm.state import MOST_BITS, State
from runs.qasm.values import BitString, Form, Tree, Value, Word

_WIDEST = 64


def width(state: State, node: ast.Expression | None, default: int) -> int:
    """Return the size that a declaration gives, or ``default`` where it gives none.

    :raises Refusal: if it is not positive.
    """
    found = default if node is None else size(state, node, "a size")
    if found < 1 and node is not None:
        raise Refusal(f"a size must be at least 1, not {found}").blame(node)
    return found


def bit_width(state: State, kind: ast.BitType) -> int:
    """Return how many bits a type has, one where it does not say.

    :raises Refusal: if they are none, or more than a program may declare.
    """
    found = width(state, kind.size, 1)
    if found > MOST_BITS:
        raise too_large(f"this makes {found:,} bits; a program may declare {MOST_BITS:,}")
    return found


def assigned(state: State, kind: ast.ClassicalType, node: ast.Expression) -> Tree:
    """Return what a variable of type ``kind`` holds when ``node`` is assigned to it.

    :raises Refusal: if the type is not offered, or cannot hold the value.
    """
    if isinstance(kind, ast.ArrayType):
        return _array(state, kind, node)
    if isinstance(kind, ast.BitType):
        return to_bits(state, node, bit_width(state, kind))
    found = word(state, node)
    if found is not None and is_open(found.bits) and (made := _open(state, kind, found)):
        return made
    return decided(state, lambda: cast(state, kind, evaluate(state, node)))


def cast(state: State, kind: ast.ClassicalType | None, value: Value) -> Value:
    """Return ``value`` as the type ``kind`` holds it.

    :raises Refusal: if the type is not offered, or cannot hold the value.
    """
    if isinstance(kind, ast.FloatType):
        return float(arithmetic.as_real(value, "this number"))
    if isinstance(kind, ast.AngleType):
        return _angle(state, kind, value)
    if isinstance(kind, ast.BoolType):
        return bool(arithmetic.as_number(value))
    if isinstance(kind, ast.IntType | ast.UintType):
        return _whole(state, kind, value)
    if isinstance(kind, ast.BitType):
        places = bit_width(state, kind)
        if isinstance(value, BitString) and len(value) != places:
            raise Refusal(f"{count(places, 'bit')} cannot be given the value of {len(value)}")
        return BitString.of(arithmetic.as_integer(value), places)
    if isinstance(kind, ast.DurationType | ast.StretchType):
        raise unsupported("a simulator knows no time, so durations have no meaning here")
    raise unsupported("only whole numbers, floats, angles, bits and truth values are supported")


def check(state: State, kind: ast.ClassicalType) -> None:
    """Check that values of type ``kind`` are offered, and that its size is one.

    :raises Refusal: if not.
    """
    if isinstance(kind, ast.ArrayType):
        arrays.shape(state, kind)
        kind = kind.base_type
    if isinstance(kind, ast.BitType):
        bit_width(state, kind)
    else:
        cast(state, kind, 0)


def _open(state: State, kind: ast.ClassicalType, found: Word) -> Word | None:
    """Return bits that the run decides as a number of type ``kind``, without tabulating them."""
    bits = found.bits
    if isinstance(kind, ast.AngleType) and kind.size is not None:
        fits = width(state, kind.size, 1) == len(bits)
        return Word(bits, Form.ANGLE) if fits else None
    if not isinstance(kind, ast.IntType | ast.UintType) or found.form is not Form.UNSIGNED:
        return None
    places = _places(state, kind)
    if places < len(bits):
        return None
    signed = isinstance(kind, ast.IntType)
    return Word(bits + (0,) * (places - len(bits)), Form.SIGNED if signed else Form.UNSIGNED)


def _whole(state: State, kind: ast.IntType | ast.UintType, value: Value) -> int:
    places = _places(state, kind)
    if isinstance(value, BitString) and kind.size is not None and len(value) != places:
        raise Refusal(
            f"{len(value)} bits cannot be read as a number of {places}",
            hint="Name a part of them: c[0:3], say.",
        )
    number = int(arithmetic.as_number(value)) % (1 << places)
    negative = isinstance(kind, ast.IntType) and number >> (places - 1)
    return number - (1 << places) if negative else number


def _places(state: State, kind: ast.IntType | ast.UintType) -> int:
    places = width(state, kind.size, _WIDEST)
    if places > _WIDEST:
        raise too_large(f"whole numbers have at most {_WIDEST} bits")
    return places


def _angle(state: State, kind: ast.AngleType, value: Value) -> Value:
    """An angle without a size is any real number, as it is to gates."""
    if kind.size is None:
        return arithmetic.as_real(value, "an angle")
    places = width(state, kind.size, 1)
    if isinstance(value, BitString):
        if places != len(value):
            raise Refusal(f"{len(value)} bits make an angle[{len(value)}], and no other")
        return angles.from_steps(int(value), places)
    return angles.to_angle(arithmetic.as_real(value, "an angle"), places)


def _array(state: State, kind: ast.ArrayType, node: ast.Expression) -> Tree:
    lengths = arrays.shape(state, kind)
    held = arrays.literal(state, node)
    if arrays.lengths_of(held) != lengths:
        given = " × ".join(map(str, arrays.lengths_of(held))) or "no array"
        raise Refusal(f"this is {given}, where {' × '.join(map(str, lengths))} is declared")
    return _elements(state, kind.base_type, held)


def _elements(state: State, kind: ast.ClassicalType, held: Tree) -> Tree:
    if isinstance(held, list):
        return [_elements(state, kind, element) for element in held]
    if isinstance(held, Word):
        return held
    return mapped(held, lambda value: cast(state, kind, value))
