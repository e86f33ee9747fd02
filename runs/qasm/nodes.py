"""A part of the syntax tree that is known already: the result of a subroutine, say. Core."""

from collections.abc import Iterable
from dataclasses import dataclass

from openqasm3 import ast

from runs.qasm.values import Form, Tree, Word


@dataclass
class Held(ast.Expression):
    """An expression that stands for ``tree``."""

    tree: Tree


def held_bits(trees: Iterable[Tree]) -> Held:
    """Return an expression that stands for bits, the least significant first."""
    return Held(Word(tuple(trees), Form.UNSIGNED))
