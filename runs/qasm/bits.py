"""Expressions bit by bit, so that registers are copied and compared without being tabulated. Core.

A register of 20 measured bits has a million values, but ``c == 5`` asks for one bit after the
other, and stops at the first that differs.
"""

import operator
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from openqasm3 import ast

from runs.circuits.words import count
from runs.qasm import angles, arithmetic
from runs.qasm.choices import decided, mapped, settled
from runs.qasm.entities import Bits, Variable
from runs.qasm.expressions import evaluate, integer, size, variable
from runs.qasm.nodes import Held
from runs.qasm.operands import pick
from runs.qasm.refusals import Refusal
from runs.qasm.state import State
from runs.qasm.values import Angle, BitString, Choice, Form, Lost, Tree, Value, Word

__all__ = ["compared", "of", "pick", "to_bits", "word"]

_FORMS: Mapping[type[ast.ClassicalType], Form] = {
    ast.IntType: Form.SIGNED,
    ast.UintType: Form.UNSIGNED,
    ast.AngleType: Form.ANGLE,
    ast.BitType: Form.UNSIGNED,
}
_BITWISE: Mapping[str, Callable[[int, int], int]] = {
    "&": lambda left, right: left & right,
    "|": lambda left, right: left | right,
    "^": lambda left, right: left ^ right,
}
_ORDER: Mapping[str, Callable[[int], bool]] = {
    "==": lambda order: order == 0,
    "!=": lambda order: order != 0,
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def of(state: State, node: ast.Expression) -> tuple[Tree, ...] | None:
    """Return the bits of an expression, the least significant first, if it is made of bits."""
    found = word(state, node)
    return None if found is None else found.bits


def word(state: State, node: ast.Expression) -> Word | None:
    """Return an expression as a word, if it is made of bits: registers, their parts, and casts.

    :raises Unknown: if an index in it depends on a bit that is measured at run time.
    """
    visit = _VISITS.get(type(node))
    return None if visit is None else visit(state, node)


def to_bits(state: State, node: ast.Expression, width: int) -> list[Tree]:
    """Return the values of ``width`` bits to which ``node`` is assigned.

    :raises Refusal: if it has another number of bits.
    """
    found = of(state, node)
    if found is None:
        return list(_tabulated(state, node, width))
    if len(found) != width:
        raise _misfit(len(found), width).blame(node)
    return list(found)


def compared(state: State, node: ast.BinaryExpression) -> bool | None:
    """Return the value of a comparison of words, from the highest bit down, if it is one.

    :raises Unknown: for the highest bit that decides it and is not assumed.
    """
    left, right = word(state, node.lhs), word(state, node.rhs)
    words = [found for found in (left, right) if found is not None]
    if not words or any(found.form is Form.ANGLE for found in words):
        return None
    if left is None or right is None:
        number = arithmetic.as_number(evaluate(state, node.rhs if right is None else node.lhs))
        if not isinstance(number, int):
            return None
        fixed = _constant(number)
        left, right = left or fixed, right or fixed
    return _ORDER[node.op.name](_compare(state, left, right))


def _compare(state: State, left: Word, right: Word) -> int:
    """Return -1, 0 or 1 as ``left`` is less than ``right``, equal or greater."""
    width = 1 + max(len(left.bits), len(right.bits))
    top = width - 1
    for place in range(top, -1, -1):
        one, other = (int(bool(settled(state, _bit(side, place)))) for side in (left, right))
        if one != other:
            return (1 if one > other else -1) * (-1 if place == top else 1)
    return 0


def _bit(side: Word, place: int) -> Tree:
    """Return one bit of a word that is continued with its sign, or with 0."""
    if place < len(side.bits):
        return side.bits[place]
    return side.bits[-1] if side.form is Form.SIGNED else 0


def _constant(number: int) -> Word:
    return Word(tuple(BitString.of(number, number.bit_length() + 1)), Form.SIGNED)


def _word(bits: list[Tree] | tuple[Tree, ...], form: Form = Form.UNSIGNED) -> Word:
    return Word(tuple(bits), form)


def _named(state: State, node: ast.Identifier) -> Word | None:
    entity = variable(state, node)
    if entity is not None:
        return _of_variable(state, entity)
    found = next((frame[node.name] for frame in state.frames[::-1] if node.name in frame), None)
    return _word([state.values[bit] for bit in found.indices]) if isinstance(found, Bits) else None


def _of_variable(state: State, entity: Variable) -> Word | None:
    """Return the bits of a number whose type has a size."""
    held, form = state.values[entity], _FORMS.get(type(entity.type))
    if isinstance(held, Word):
        return held
    if form is None or isinstance(held, Lost | list):
        return None
    declared = getattr(entity.type, "size", None)
    if declared is None:
        return None
    width = size(state, declared, "a size")
    bits = [mapped(held, partial(_bit_of, place)) for place in range(width)]
    return _word(bits, form)


def _bit_of(place: int, value: Value) -> int:
    if isinstance(value, Angle):
        return angles.bits_of(value)[place]
    return (arithmetic.as_integer(value) >> place) & 1


def _part(state: State, node: ast.IndexExpression) -> Word | None:
    whole = word(state, node.collection)
    if whole is None:
        return None
    chosen, _ = pick(state, whole.bits, node.index, "the register")
    return _word(chosen)


def _cast(state: State, node: ast.Cast) -> Word | None:
    """Reinterpret bits, as many as the type has; without a size they are a number above 0."""
    form = _FORMS.get(type(node.type))
    inner = word(state, node.argument) if form is not None else None
    if inner is None or form is None:
        return None
    declared = getattr(node.type, "size", None)
    if declared is None:
        return None if form is Form.ANGLE else _word(inner.bits)
    fits = size(state, declared, "a size") == len(inner.bits)
    return _word(inner.bits, form) if fits else None


def _flipped(value: Value) -> int:
    return 1 - arithmetic.as_integer(value)


def _unary(state: State, node: ast.UnaryExpression) -> Word | None:
    inner = word(state, node.expression) if node.op.name == "~" else None
    return inner and _word([mapped(bit, _flipped) for bit in inner.bits])


def _binary(state: State, node: ast.BinaryExpression) -> Word | None:
    if node.op.name in _BITWISE:
        return _combined(state, node)
    return _shifted(state, node) if node.op.name in ("<<", ">>") else None


def _combined(state: State, node: ast.BinaryExpression) -> Word | None:
    sides = [word(state, node.lhs), word(state, node.rhs)]
    if sides == [None, None]:
        return None
    if None in sides and any(side is not None and side.form is Form.ANGLE for side in sides):
        return None
    width = max(len(side.bits) for side in sides if side is not None)
    left, right = (
        side.bits if side is not None else _tabulated(state, operand, width)
        for side, operand in zip(sides, (node.lhs, node.rhs), strict=True)
    )
    if len(left) != len(right):
        raise Refusal(f"{len(left)} bits and {len(right)} bits cannot be combined").blame(node)
    act = _BITWISE[node.op.name]
    return _word([_both(state, act, *pair) for pair in zip(left, right, strict=True)])


def _tabulated(state: State, node: ast.Expression, width: int) -> tuple[Tree, ...]:
    """Return the bits of an expression that is not made of bits."""
    whole = decided(state, lambda: _bits_of(evaluate(state, node), width))
    return tuple(mapped(whole, operator.itemgetter(place)) for place in range(width))


def _both(state: State, act: Callable[[int, int], int], left: Tree, right: Tree) -> Tree:
    return decided(state, lambda: act(_int(state, left), _int(state, right)))


def _int(state: State, tree: Tree) -> int:
    return int(bool(settled(state, tree)))


def _shifted(state: State, node: ast.BinaryExpression) -> Word | None:
    inner = word(state, node.lhs)
    if inner is None:
        return None
    width = len(inner.bits)
    places = min(max(integer(state, node.rhs), 0), width)
    empty: tuple[Tree, ...] = (0,) * places
    if node.op.name == "<<":
        return _word(empty + inner.bits[: width - places], inner.form)
    return _word(inner.bits[places:] + empty, inner.form)


def _bits_of(value: Value, width: int) -> BitString:
    if isinstance(value, BitString):
        if len(value) != width:
            raise _misfit(len(value), width)
        return value
    if isinstance(value, Angle):
        return _bits_of(angles.bits_of(value), width)
    return BitString.of(arithmetic.as_integer(value), width)


def _misfit(given: int, width: int) -> Refusal:
    return Refusal(
        f"{count(width, 'bit')} cannot be given the value of {given}",
        hint="Name a part of them: c[0:3], say.",
    )


def is_open(bits: tuple[Tree, ...]) -> bool:
    """Whether any of ``bits`` depends on the run."""
    return any(isinstance(bit, Choice | Lost) for bit in bits)


def _held(_state: State, node: Held) -> Word | None:
    return node.tree if isinstance(node.tree, Word) else None


_VISITS: Mapping[type[ast.Expression], Callable[[State, Any], Word | None]] = {
    ast.Identifier: _named,
    Held: _held,
    ast.IndexExpression: _part,
    ast.Cast: _cast,
    ast.UnaryExpression: _unary,
    ast.BinaryExpression: _binary,
}
