"""How one operation is drawn. Core."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from runs.channels import CHANNELS
from runs.circuits import Operation
from runs.drawing import shapes
from runs.drawing.angles import angle_words, power_words
from runs.drawing.shapes import Paint

_WIDEST = 48
_NARROW = 34
_LETTERS = ((2, 13), (3, 12), (4, 11), (5, 10.5))
_MOST_SMALL_LETTERS = 11


@dataclass(frozen=True)
class Place:
    """Where a column stands: the middle ``x``, and the height of each qubit's wire."""

    x: float
    heights: Mapping[int, float]


def operation_svg(operation: Operation, place: Place, *, index: int, fails: bool) -> str:
    """Return the group of one operation, with its description as title."""
    paint = shapes.PAINTS[operation.kind.family]
    if fails:
        paint = shapes.failing(paint)
    return (
        f'<g class="o {paint.name}" data-i="{index}">'
        f"<title>{escape(words(operation))}</title>{_body(operation, place, paint)}</g>"
    )


def measure_svg(qubit: int, place: Place) -> str:
    """Return the group of the measurement of one qubit."""
    return (
        f'<g class="o {shapes.MEASURE.name}"><title>Measure q{qubit}</title>'
        f"{shapes.meter(place.x, place.heights[qubit])}</g>"
    )


def words(operation: Operation) -> str:
    """Return an operation in words: ``Rz(π/4) on q2 controlled by q0``."""
    if operation.is_noise:
        return _noise_words(operation)
    angles = ", ".join(angle_words(angle) for angle in operation.angles)
    name = operation.kind.label + (f"({angles})" if angles else "")
    if operation.power != 1:
        name += f" to the power {power_words(operation.power)}"
    text = f"{name} on {_names(operation.targets)}"
    closed = _controls(operation, 1)
    opened = _controls(operation, 0)
    if closed:
        text += f" controlled by {_names(closed)}"
    if opened:
        text += f"{' and' if closed else ''} controlled by 0 of {_names(opened)}"
    return text


def _noise_words(operation: Operation) -> str:
    """Return a channel in words: ``Bit flip, probability 0.1, on q0``."""
    name = operation.gate.replace("two_qubit", "two-qubit").replace("_", " ").capitalize()
    values = zip(CHANNELS[operation.gate].probabilities, operation.probabilities, strict=True)
    told = ", ".join(f"{which} {value:.3g}" for which, value in values)
    return f"{name}, {told}, on {_names(operation.targets)}"


def _names(qubits: tuple[int, ...]) -> str:
    return ", ".join(f"q{qubit}" for qubit in qubits)


def _controls(operation: Operation, state: int) -> tuple[int, ...]:
    pairs = zip(operation.controls, operation.control_state, strict=True)
    return tuple(qubit for qubit, value in pairs if value == state)


def _body(operation: Operation, place: Place, paint: Paint) -> str:
    heights = [place.heights[qubit] for qubit in operation.qubits]
    parts = []
    if len(heights) > 1:
        parts.append(shapes.link(paint, place.x, min(heights), max(heights)))
    gate = operation.kind.base or operation.gate
    plain = operation.power == 1
    if gate == "x" and operation.controls and plain:
        parts.append(shapes.plus(paint, place.x, place.heights[operation.targets[0]]))
    elif gate == "z" and operation.controls and plain:
        height = place.heights[operation.targets[0]]
        parts.append(shapes.dot(paint, place.x, height, closed=True))
    elif gate == "swap" and plain:
        parts += [shapes.cross(paint, place.x, place.heights[q]) for q in operation.targets]
    else:
        parts.append(_box(operation, place, paint))
    for qubit, state in zip(operation.controls, operation.control_state, strict=True):
        parts.append(shapes.dot(paint, place.x, place.heights[qubit], closed=bool(state)))
    return "".join(parts)


def _box(operation: Operation, place: Place, paint: Paint) -> str:
    """A box around all targets; wires that only pass are drawn across it."""
    heights = [place.heights[qubit] for qubit in operation.targets]
    top, bottom = min(heights), max(heights)
    name, small = operation.kind.label, _small(operation)
    width = _NARROW
    fits = len(name) <= 3 and len(small) <= 4 and len(heights) == 1  # noqa: PLR2004 - in 34 units
    if operation.is_noise or not fits:
        width = _WIDEST
    elif small:
        width = 38
    middle = (top + bottom) / 2
    corner = shapes.ROUND if operation.is_noise else shapes.CORNER
    height = bottom - top + _NARROW
    parts = [shapes.box(paint, place.x, middle, width=width, height=height, corner=corner)]
    own = {place.heights[qubit] for qubit in operation.qubits}
    passing = [h for h in sorted(place.heights.values()) if top < h < bottom and h not in own]
    parts += [shapes.wire(place.x - width / 2, place.x + width / 2, h) for h in passing]
    text = (top + passing[0]) / 2 if passing else middle
    if len(heights) > 1 and not operation.is_noise:  # noise has no first and second qubit
        parts += [
            shapes.letters(paint, str(order), place.x - width / 2 + 6, height + 3, size=8)
            for order, height in enumerate(heights, 1)
        ]
    size = next((size for length, size in _LETTERS if len(name) <= length), 9.5)
    parts.append(shapes.letters(paint, name, place.x, text + (-1 if small else 4.5), size=size))
    if small:
        parts.append(shapes.letters(paint, small, place.x, text + 11, size=_small_size(small)))
    return "".join(parts)


def _small(operation: Operation) -> str:
    """Return what stands under the letters: angles and power, or probabilities."""
    parts = [angle_words(angle) for angle in operation.angles]
    parts += [f"{probability:.3g}" for probability in operation.probabilities]
    text = ", ".join(parts)
    if len(text) > _MOST_SMALL_LETTERS:
        text = f"{parts[0]}, …"
    if operation.power != 1:
        text = f"{text} ^{power_words(operation.power)}".strip()
    return text


def _small_size(text: str) -> float:
    return 9.5 if len(text) <= 7 else 7.5  # noqa: PLR2004 - what fits the widest box
