"""Pragmas of Amazon Braket: noise, result types, and the box that is run as it stands. Core.

They are read as the Braket developer guide writes them. What a simulator here does not offer is
refused by its name, so that no pragma is passed over that would change a result.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from openqasm3 import ast

from runs.channels import CHANNELS, NOT_OFFERED
from runs.circuits import Operation
from runs.circuits.words import count
from runs.errors.findings import shown
from runs.qasm import operands
from runs.qasm.entities import Qubits
from runs.qasm.expressions import number
from runs.qasm.refusals import Refusal, too_large, unsupported
from runs.qasm.state import State
from runs.qasm.steps import GateStep

_BRAKET = re.compile(r"braket\b\s*(\w*)")
_LETTERS = ("x", "y", "z", "i")
_NAME = re.compile(r"\w*")
_CALL = re.compile(r"(\w+)\s*\(([^()]*)\)\s*(.*)", re.DOTALL)
_PLACE = re.compile(r"(\$?[^\W\d]\w*|\$\d+)\s*(?:\[([-\d:,{}\s]*)\])?")
_FACTOR = re.compile(r"([a-z]+)\s*(?:\(([^()]*)\)|(all)|)")
_LONGEST = 4096
_BITS = re.compile(r'"([01]+)"')
_NUMBER = re.compile(r"\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?")
_COMMAS = re.compile(r",(?![^\[{]*[\]}])")
_OFFERED = "The result types are probability, expectation, variance, state_vector and amplitude."
_NO_RESULTS = {
    "sample": "Counts say the same: ask for an expectation with shots.",
    "density_matrix": "Ask for expectation values of the observables that you need.",
    "adjoint_gradient": "Ask for an expectation value at shifted angles, as a sweep does.",
}


def take(state: State, node: ast.Pragma) -> None:
    """Do what a pragma asks for.

    :raises Refusal: if it is none of Braket's, or not well formed, or not offered.
    """
    command = node.command.partition("//")[0].strip()
    match = _BRAKET.match(command)
    if match is None:
        raise unsupported(
            f"the pragma {shown(command)} is not known",
            hint="Pragmas begin with #pragma braket; leave others out.",
        )
    what, rest = match[1], command[match.end() :]
    act = _PRAGMAS.get(what)
    if act is None:
        raise unsupported(
            f"#pragma braket {shown(what)} is not supported",
            hint="The pragmas are noise, result and verbatim.",
        )
    act(state, rest.strip())


def _verbatim(_state: State, rest: str) -> None:
    """A simulator runs every gate as it stands, so this changes nothing."""
    if rest:
        raise Refusal("#pragma braket verbatim takes nothing after it")


def _unitary(_state: State, _rest: str) -> None:
    raise unsupported(
        "gates of arbitrary matrices are not supported",
        hint="Build the unitary from gates; any of one qubit is U(theta, phi, lambda).",
    )


def _noise(state: State, rest: str) -> None:
    match = _CALL.fullmatch(rest)
    name = _NAME.match(rest)[0]  # type: ignore[index]
    if name not in CHANNELS:
        near = get_close_matches(name[:40], [*CHANNELS], 1)
        known = f"The noise channels are {', '.join(CHANNELS)}."
        hint = NOT_OFFERED.get(name) or (f"Did you mean {near[0]}?" if near else known)
        raise unsupported(f"there is no noise channel {shown(name)}", hint=hint)
    if match is None:
        raise Refusal(
            f"the noise {name} is not well formed",
            hint=f"Write it as #pragma braket noise {name}(0.1) q[0]",
        )
    channel = CHANNELS[name]
    chances = [_chance(state, text.strip()) for text in match[2].split(",") if match[2].strip()]
    for complaint in channel.complaints(chances):
        raise Refusal(f"the noise {name} {complaint}")
    qubits = _qubits(state, match[3])
    if channel.qubits != 1 and len(qubits) != channel.qubits:
        needed = count(channel.qubits, "qubit")
        raise Refusal(f"the noise {name} needs {needed}, but is given {len(qubits)}")
    _check_distinct(name, qubits)
    for targets in [qubits] if channel.qubits != 1 else [(qubit,) for qubit in qubits]:
        state.add(GateStep(Operation.of(name, targets, probabilities=chances)))


def _result(state: State, rest: str) -> None:
    name, _, more = rest.partition(" ")
    if name in _NO_RESULTS:
        raise unsupported(f"the result type {name} is not offered", hint=_NO_RESULTS[name])
    act = _RESULTS.get(name)
    if act is None:
        near = get_close_matches(name[:40], [*_RESULTS], 1)
        hint = f"Did you mean {near[0]}?" if near else _OFFERED
        raise unsupported(f"there is no result type {shown(name)}", hint=hint)
    state.result_types += act(state, name, more.strip())


def _state_vector(_state: State, name: str, rest: str) -> list[dict[str, Any]]:
    if rest:
        raise Refusal(f"the result type {name} takes nothing after it")
    return [{"type": name}]


def _amplitude(_state: State, name: str, rest: str) -> list[dict[str, Any]]:
    states = [_BITS.fullmatch(text.strip()) for text in rest.split(",")]
    if not all(states):
        raise Refusal(
            "an amplitude names states in quotes", hint='Write it as amplitude "00", "11".'
        )
    return [{"type": name, "states": [match[1] for match in states if match]}]


def _probability(state: State, name: str, rest: str) -> list[dict[str, Any]]:
    if rest in ("", "all"):
        return [{"type": name}]
    qubits = _qubits(state, rest)
    _check_distinct(name, qubits)
    return [{"type": name, "targets": list(qubits)}]


def _observable(state: State, name: str, rest: str) -> list[dict[str, Any]]:
    factors = [_factor(state, name, text.strip()) for text in rest.split("@")]
    if len(factors) == 1 and not factors[0][1].single:
        letter, register = factors[0]
        return [_of(name, [letter], [qubit]) for qubit in register.indices]
    letters = [letter for letter, _ in factors]
    targets = [qubit for _, place in factors for qubit in place.indices]
    if len(targets) != len(letters):
        raise Refusal("each factor of an observable is of one qubit", hint=_EXAMPLE)
    _check_distinct(name, targets)
    return [_of(name, letters, targets)]


_EXAMPLE = "Write it as expectation z(q[0]) @ x(q[1])."


def _of(name: str, letters: Sequence[str], targets: Sequence[int]) -> dict[str, Any]:
    return {"type": name, "observable": [*letters], "targets": [*targets]}


def _factor(state: State, name: str, text: str) -> tuple[str, Qubits]:
    match = _FACTOR.fullmatch(text)
    letter = text.partition("(")[0].strip()
    if letter in ("h", "hermitian"):
        raise unsupported(
            f"the observable {letter} is not offered",
            hint="Observables are products of x, y, z and i; turn the qubit with gates before.",
        )
    if match is None or letter.partition(" ")[0] not in _LETTERS:
        raise Refusal(f"the observable of this {name} is not well formed", hint=_EXAMPLE)
    if match[2] is None:
        return match[1], Qubits(tuple(_used(state)))
    return match[1], _place(state, match[2].strip())


def _used(state: State) -> list[int]:
    gates = (step.operation for step in state.steps if isinstance(step, GateStep))
    return sorted({qubit for operation in gates for qubit in operation.qubits})


def _qubits(state: State, text: str) -> tuple[int, ...]:
    if not text.strip():
        raise Refusal("a qubit is missing here", hint="Name qubits as q[0] or $0.")
    if len(text) > _LONGEST:
        raise too_large("this pragma is too long")
    found = [_place(state, part.strip()) for part in _COMMAS.split(text)]
    return tuple(qubit for place in found for qubit in place.indices)


def _place(state: State, text: str) -> Qubits:
    """Return the qubits of ``q``, ``q[0]``, ``q[0:2]``, ``q[{0, 2}]`` or ``$0``."""
    match = _PLACE.fullmatch(text)
    if match is None:
        raise Refusal(f"{shown(text)} names no qubit", hint="Name qubits as q[0] or $0.")
    name: ast.Identifier | ast.IndexedIdentifier = ast.Identifier(match[1])
    if match[2] is not None:
        name = ast.IndexedIdentifier(ast.Identifier(match[1]), [_index(match[2].strip())])
    return operands.qubits(state, name)


def _index(text: str) -> ast.IndexElement:
    try:
        if text.startswith("{") and text.endswith("}"):
            return ast.DiscreteSet([_whole(part) for part in text[1:-1].split(",")])
        if ":" not in text:
            return [_whole(text)]
        first, *middle, last = (_whole(part) if part.strip() else None for part in text.split(":"))
        (step,) = middle or (None,)
        return [ast.RangeDefinition(first, last, step)]
    except ValueError:
        raise Refusal(f"[{shown(text)}] is no index", hint="Name qubits as q[0] or $0.") from None


def _whole(text: str) -> ast.Expression:
    return ast.IntegerLiteral(int(text[:20]))


def _chance(state: State, text: str) -> float:
    """Return a probability: a number, or what an input or a constant of that name holds."""
    if _NUMBER.fullmatch(text):
        return float(text)
    if not text.isidentifier():
        raise Refusal(f"{shown(text)} is no probability", hint="Write a number: 0.1.")
    return number(state, ast.Identifier(text), "a probability")


def _check_distinct(name: str, qubits: Sequence[int]) -> None:
    if len({*qubits}) != len(qubits):
        raise Refusal(f"{name} names one qubit twice")


_PRAGMAS: Mapping[str, Callable[[State, str], None]] = {
    "noise": _noise,
    "result": _result,
    "unitary": _unitary,
    "verbatim": _verbatim,
}
_RESULTS: Mapping[str, Callable[[State, str, str], list[dict[str, Any]]]] = {
    "probability": _probability,
    "expectation": _observable,
    "variance": _observable,
    "state_vector": _state_vector,
    "amplitude": _amplitude,
}
