"""OpenQASM 3 out: circuits, and programs that are more than circuits. Core.

The text holds gates, measurements and branches only: no include, no definition, no loop. It uses
the names that ``stdgates.inc`` and Amazon Braket share, and Braket's names otherwise, so that
Braket runs it as it stands. ``ctrl``, ``negctrl`` and ``pow`` are those of the language; noise
channels are Braket's pragmas.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from runs.circuits import Circuit, Operation
from runs.qasm.steps import BranchStep, GateStep, MeasureStep, Step, bits_of, flat, qubits_of

NOISE = "#pragma braket noise"
_SPELLED = {"u": "U"}
_DENOMINATORS = (1, 2, 3, 4, 6, 8, 16, 32)
_MOST_TURNS = 64


def to_openqasm(circuit: Circuit) -> str:
    """Return ``circuit`` as OpenQASM 3; reading it makes an equal circuit.

    Qubits keep their indices; bit *i* of register ``b`` is that of ``measured_qubits[i]``.
    """
    steps: list[Step] = [GateStep(operation) for operation in circuit.operations]
    steps += [MeasureStep(qubit, bit) for bit, qubit in enumerate(circuit.measured_qubits)]
    return program_text(steps, range(len(circuit.measured_qubits)))


def program_text(steps: Sequence[Step], order: Sequence[int]) -> str:
    """Return a program as OpenQASM 3, with one register of bits.

    Its first bits are those of ``order``, which an outcome has; the others are for conditions.
    """
    others = {bit for step in flat(steps) for bit in bits_of(step)} - {*order}
    places = {bit: place for place, bit in enumerate([*order, *sorted(others)])}
    size = 1 + max((qubit for step in flat(steps) for qubit in qubits_of(step)), default=0)
    lines = ["OPENQASM 3.0;", f"qubit[{size}] q;"]
    if any(isinstance(step, BranchStep) for step in steps):
        lines.append(f'bit[{len(places)}] b = "{"0" * len(places)}";')
    else:
        lines.append(f"bit[{len(places)}] b;")
    return "\n".join([*lines, *_lines(steps, places, ""), ""])


def operation_text(operation: Operation) -> str:
    """Return one operation as a statement; that of a noise channel takes a line of its own."""
    return _channel_text(operation) if operation.is_noise else f"{_gate_text(operation)};"


def _channel_text(operation: Operation) -> str:
    # Braket reads numbers with a point or an exponent only here, as repr writes every float.
    probabilities = ", ".join(repr(probability) for probability in operation.probabilities)
    return f"{NOISE} {operation.gate}({probabilities}) {_qubits(operation)}"


def _gate_text(operation: Operation) -> str:
    gate = _SPELLED.get(operation.gate, operation.gate)
    angles = ", ".join(angle_text(angle) for angle in operation.angles)
    call = f"{gate}({angles})" if angles else gate
    if operation.power != 1:
        call = f"pow({number_text(operation.power)}) @ {call}"
    if not operation.kind.controls:
        call = f"{_controls(operation.control_state)}{call}"
    return f"{call} {_qubits(operation)}" if operation.qubits else call


def _qubits(operation: Operation) -> str:
    return ", ".join(f"q[{qubit}]" for qubit in operation.qubits)


def angle_text(angle: float) -> str:
    """Return an angle so that it reads back to the same number: as a part of pi, or in digits."""
    if angle and abs(angle) < _MOST_TURNS * math.pi:
        for denominator in _DENOMINATORS:
            numerator = round(angle * denominator / math.pi)
            if numerator and numerator * math.pi / denominator == angle:
                return _part_of_pi(numerator, denominator)
    return number_text(angle)


def number_text(number: float) -> str:
    """Return a number in digits that read back to the same number."""
    return repr(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)


def _part_of_pi(numerator: int, denominator: int) -> str:
    sign = "-" if numerator < 0 else ""
    times = "" if abs(numerator) == 1 else f"{abs(numerator)}*"
    return f"{sign}{times}pi" + (f"/{denominator}" if denominator > 1 else "")


def _controls(states: Iterable[int]) -> str:
    text = ""
    for state, group in groupby(states):
        size = len(list(group))
        word = "ctrl" if state else "negctrl"
        text += f"{word} @ " if size == 1 else f"{word}({size}) @ "
    return text


def _lines(steps: Iterable[Step], places: Mapping[int, int], indent: str) -> list[str]:
    lines = []
    for step in steps:
        if isinstance(step, GateStep):
            lines.append(f"{indent}{operation_text(step.operation)}")
        elif isinstance(step, MeasureStep):
            lines.append(f"{indent}b[{places[step.bit]}] = measure q[{step.qubit}];")
        elif isinstance(step, BranchStep):
            lines += _branch(step, places, indent)
        else:
            lines.append(f"{indent}reset q[{step.qubit}];")
    return lines


def _branch(step: BranchStep, places: Mapping[int, int], indent: str) -> list[str]:
    cases = [
        " && ".join(f"b[{places[bit]}] == {value}" for bit, value in case) for case in step.cases
    ]
    condition = cases[0] if len(cases) == 1 else " || ".join(f"({case})" for case in cases)
    lines = [f"{indent}if ({condition}) {{"]
    lines += _lines(step.then, places, f"{indent}  ")
    if step.otherwise:
        lines += [f"{indent}}} else {{", *_lines(step.otherwise, places, f"{indent}  ")]
    return [*lines, f"{indent}}}"]
