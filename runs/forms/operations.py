"""The table of operations that people fill in: rows of text, and what they mean."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.http import QueryDict

from runs.channels import CHANNELS
from runs.forms.angles import read_angle, write_angle

_COLUMNS = ("gate", "targets", "controls", "values")
_Value = TypeVar("_Value")


@dataclass
class Row:
    """One operation as it was typed; ``errors`` say what is wrong, ``wrong`` in which columns.

    ``values`` are the angles of a gate, or the probabilities of a noise channel.
    """

    gate: str = ""
    targets: str = ""
    controls: str = ""
    values: str = ""
    errors: list[str] = field(default_factory=list)
    wrong: set[str] = field(default_factory=set)

    @property
    def is_blank(self) -> bool:
        return not any(getattr(self, column).strip() for column in _COLUMNS)

    @classmethod
    def of(cls, operation: Mapping[str, Any]) -> "Row":
        """Return the row that says what ``operation`` (of the API) says."""
        angles = operation.get("angles") or _one(operation, "angle")
        chances = operation.get("probabilities") or _one(operation, "probability")
        return cls(
            gate=str(operation.get("gate", "")),
            targets=", ".join(map(str, operation.get("targets", []))),
            controls=", ".join(map(str, operation.get("controls", []))),
            values=", ".join([*map(write_angle, angles), *map(repr, chances)]),
        )

    def as_operation(self) -> dict[str, Any]:
        """Return the operation, and note in ``errors`` what cannot be read."""
        operation: dict[str, Any] = {"gate": self.gate.strip().lower()}
        targets = self._list("targets", _qubit)
        controls = self._list("controls", _qubit)
        is_noise = operation["gate"] in CHANNELS
        values = self._list("values", _probability if is_noise else read_angle)
        one, several = ("probability", "probabilities") if is_noise else ("angle", "angles")
        operation["targets"] = targets
        if controls:
            operation["controls"] = controls
        if len(values) == 1:
            operation[one] = values[0]
        elif values:
            operation[several] = values
        return operation

    def refuse(self, message: str, column: str = "gate") -> None:
        """Note what is wrong, and in which column."""
        self.errors.append(message)
        self.wrong.add(column)

    def _list(self, column: str, read: Callable[[str], _Value]) -> list[_Value]:
        values = []
        text: str = getattr(self, column)
        for word in filter(None, (word.strip() for word in text.split(","))):
            try:
                values.append(read(word))
            except ValueError as error:
                self.refuse(str(error), column)
        return values


def _one(operation: Mapping[str, Any], name: str) -> list[float]:
    return [operation[name]] if name in operation else []


def _probability(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise ValueError(f"“{word}” is not a probability; write 0.05") from None


def _qubit(word: str) -> int:
    if not word.isascii() or not word.isdigit():
        raise ValueError(f"“{word}” is not the number of a qubit; write 0, 1, 2")
    return int(word)


def rows_of(operations: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Return the rows of a circuit given as operations."""
    return [Row.of(operation) for operation in operations]


def typed_rows(data: QueryDict) -> list[Row]:
    """Return the rows of a posted form, blank ones too."""
    columns = [data.getlist(f"op_{column}") for column in _COLUMNS]
    return [Row(*cells) for cells in zip(*columns, strict=False)]


def is_expressible(operations: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether the table can show every operation: it has no powers and control states."""
    known = {"gate", "targets", "controls", "angle", "angles", "probability", "probabilities"}
    return all(set(operation) <= known for operation in operations)
