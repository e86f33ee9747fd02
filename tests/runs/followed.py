"""A second reading of OpenQASM 3: a program is followed as it stands, on every path it may take.

It shares no line with the product but the parser. Nothing is lowered: each path carries a state
vector and the values of all names, a measurement makes two paths of one, and what comes next is
looked up in the tree. Qubit 0 is leftmost. It knows what the stories use, and no more.
"""

from collections import defaultdict
from functools import singledispatchmethod

import numpy as np
from openqasm3 import ast, parse

from tests.runs.followed_values import (
    SIGNS,
    Path,
    bits,
    cast,
    evaluate,
    gate_matrix,
    number,
    places,
)
from tests.runs.reference import X


def outcomes(text, register):
    """Return the probability of every content of a register, its bit 0 leftmost."""
    program = parse(text)
    declared = [node for node in program.statements if isinstance(node, ast.QubitDeclaration)]
    qubits = sum(1 if node.size is None else node.size.value for node in declared)
    start = np.zeros([2] * qubits, dtype=complex)
    start[(0,) * qubits] = 1
    found = defaultdict(float)
    for path in Follower().block(program.statements, [Path(start)]):
        key = "".join(map(str, path.find(register)))
        found[key] += float((np.abs(path.state) ** 2).sum())
    return dict(found)


class Follower:
    """Follows one program."""

    def __init__(self):
        self.subroutines, self.types = {}, {}

    def block(self, nodes, paths):
        """Return the paths after the statements; those that leave take none of them."""
        for node in nodes:
            going = [path for path in paths if not path.flow]
            paths = [path for path in paths if path.flow]
            for path in going:
                paths += self.do(node, path)
        return paths

    def scoped(self, nodes, paths, frame=()):
        for path in paths:
            path.names.append(dict(frame))
        paths = self.block(nodes, paths)
        for path in paths:
            path.names.pop()
        return paths

    @singledispatchmethod
    def do(self, node, path):
        """Return the paths after one statement; what is not known changes nothing."""
        assert isinstance(node, ast.Include | ast.QuantumBarrier), node
        return [path]

    @do.register
    def _(self, node: ast.QubitDeclaration, path):
        size = 1 if node.size is None else node.size.value
        taken = sum(len(value) for value in path.names[0].values() if isinstance(value, tuple))
        path.names[-1][node.qubit.name] = tuple(range(taken, taken + size))
        return [path]

    @do.register
    def _(self, node: ast.SubroutineDefinition, path):
        self.subroutines[node.name.name] = node
        return [path]

    @do.register(ast.ClassicalDeclaration)
    @do.register(ast.ConstantDeclaration)
    @do.register(ast.IODeclaration)
    def _(self, node, path):
        name, first = node.identifier.name, getattr(node, "init_expression", None)
        self.types[name] = node.type

        def put(after, value):
            after.names[-1][name] = cast(node.type, value, after)

        return self._given(ast.IntegerLiteral(0) if first is None else first, path, put)

    @do.register
    def _(self, node: ast.QuantumMeasurementStatement, path):
        def put(after, value):
            if node.target is not None:
                self._put(node.target, value, after)

        return self._given(node.measure, path, put)

    @do.register
    def _(self, node: ast.QuantumReset, path):
        paths = [path]
        for qubit in places(node.qubits, path):
            split = [pair for before in paths for pair in before.split(qubit)]
            for bit, after in split:
                if bit:
                    after.applied(X, [qubit])
            paths = [after for _, after in split]
        return paths

    @do.register
    def _(self, node: ast.ClassicalAssignment, path):
        def put(after, value):
            if node.op.name != "=":
                before = number(self._read(node.lvalue, after))
                value = SIGNS[node.op.name[:-1]](before, number(value))
            self._put(node.lvalue, value, after)

        return self._given(node.rvalue, path, put)

    @do.register
    def _(self, node: ast.QuantumGate, path):
        operands, matrix = [places(qubit, path) for qubit in node.qubits], gate_matrix(node, path)
        for turn in range(max(map(len, operands))):
            path.applied(matrix, [operand[min(turn, len(operand) - 1)] for operand in operands])
        return [path]

    @do.register
    def _(self, node: ast.BranchingStatement, path):
        return [
            done
            for after, value in self._valued(node.condition, path)
            for done in self.scoped(node.if_block if number(value) else node.else_block, [after])
        ]

    @do.register
    def _(self, node: ast.SwitchStatement, path):
        target = number(evaluate(node.target, path))
        for values, block in node.cases:
            if target in [evaluate(value, path) for value in values]:
                return self.scoped(block.statements, [path])
        return self.scoped(node.default.statements if node.default else [], [path])

    @do.register
    def _(self, node: ast.ForInLoop, path):
        span = node.set_declaration
        if isinstance(span, ast.DiscreteSet):
            turns = [evaluate(value, path) for value in span.values]
        else:
            step = evaluate(span.step, path) if span.step else 1
            end = evaluate(span.end, path) + (1 if step > 0 else -1)
            turns = range(evaluate(span.start, path), end, step)
        paths = [path]
        for value in turns:
            going = [before for before in paths if not before.flow]
            frame = {node.identifier.name: value}
            paths = [before for before in paths if before.flow]
            paths += arrived(self.scoped(node.block, going, frame), "continue")
        return arrived(paths, "break")

    @do.register
    def _(self, node: ast.WhileLoop, path):
        paths, ended = [path], []
        while paths:
            going = []
            for before in paths:
                (going if number(evaluate(node.while_condition, before)) else ended).append(before)
            done = arrived(self.scoped(node.block, going), "continue")
            ended += [after for after in done if after.flow]
            paths = [after for after in done if not after.flow]
        return arrived(ended, "break")

    @do.register(ast.BreakStatement)
    @do.register(ast.ContinueStatement)
    @do.register(ast.EndStatement)
    def _(self, node, path):
        path.flow = type(node).__name__.removesuffix("Statement").lower()
        return [path]

    @do.register
    def _(self, node: ast.CompoundStatement, path):
        return self.scoped(node.statements, [path])

    @do.register
    def _(self, node: ast.ExpressionStatement, path):
        return self._given(node.expression, path, lambda *_: None)

    @do.register
    def _(self, node: ast.ReturnStatement, path):
        def put(after, value):
            after.result, after.flow = value, "return"

        nothing = ast.IntegerLiteral(0)
        return self._given(nothing if node.expression is None else node.expression, path, put)

    def _given(self, node, path, put):
        """Put the value of an expression, a measurement or a call, on every path it leads to."""
        is_measured = isinstance(node, ast.QuantumMeasurement)
        found = (self._measured if is_measured else self._valued)(node, path)
        for after, value in found:
            put(after, value)
        return [after for after, _ in found]

    def _measured(self, node, path):
        found = [(path, [])]
        for qubit in places(node.qubit, path):
            found = [
                (after, [*bits_, bit])
                for before, bits_ in found
                for bit, after in before.split(qubit)
            ]
        return found

    def _valued(self, node, path):
        """Return the paths after an expression, each with the value that it has there."""
        if isinstance(node, ast.FunctionCall) and node.name.name in self.subroutines:
            return self._called(node, path)
        if isinstance(node, ast.BinaryExpression):
            return [
                (after, SIGNS[node.op.name](number(left), number(right)))
                for between, left in self._valued(node.lhs, path)
                for after, right in self._valued(node.rhs, between)
            ]
        return [(path, evaluate(node, path))]

    def _called(self, node, path):
        definition = self.subroutines[node.name.name]
        frame = {}
        for parameter, argument in zip(definition.arguments, node.arguments, strict=True):
            frame[parameter.name.name] = (
                places(argument, path)
                if isinstance(parameter, ast.QuantumArgument)
                else cast(parameter.type, evaluate(argument, path), path)
            )
        found = arrived(self.scoped(definition.body, [path], frame), "return")
        if definition.return_type is None:
            return [(after, 0) for after in found]
        return [(after, cast(definition.return_type, after.result, after)) for after in found]

    @staticmethod
    def _read(target, path):
        if isinstance(target, ast.Identifier):
            return path.find(target.name)
        return path.find(target.name.name)[evaluate(target.indices[0][0], path)]

    def _put(self, target, value, path):
        if isinstance(target, ast.Identifier):
            held, kind = path.find(target.name), self.types.get(target.name, ast.IntType())
            value = bits(value, len(held)) if isinstance(held, list) else cast(kind, value, path)
            path.set(target.name, value)
        else:
            place = evaluate(target.indices[0][0], path)
            path.find(target.name.name)[place] = int(number(value))


def arrived(paths, flow):
    """Let the paths go on that left what ends here."""
    for path in paths:
        path.flow = "" if path.flow == flow else path.flow
    return paths
