"""What one run may ask for and one runner may use. Settings override the defaults. Core."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Limits:
    """Limits of the simulator routes; every number is an inclusive maximum."""

    state_vector_qubits: int = 20
    density_matrix_qubits: int = 10
    analog_atoms: int = 9
    listed_qubits: int = 12
    result_types: int = 20
    sweep_points: int = 100
    shots: int = 100_000
    operations: int = 2_000
    source_bytes: int = 32 * 1024
    nesting: int = 32
    tokens: int = 20_000
    preview_statements: int = 300
    control_qubits: int = 6
    largest_angle: float = 1e6
    name_characters: int = 120
    rationale_characters: int = 4_000
    tags: int = 20
    tag_characters: int = 40
    wall_seconds: int = 60
    memory_bytes: int = 2 * 1024**3
    active_runs_per_user: int = 2
    queued_runs_per_user: int = 20
    queued_runs: int = 5_000
    attempts: int = 3
    hand_backs: int = 10

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Limits":
        """Return the defaults with every ``RUN_LIMIT_<FIELD>`` of ``environment`` applied.

        :raises ValueError: if a value is not a positive number.
        """
        changes: dict[str, int | float] = {}
        for field in fields(cls):
            text = environment.get(f"RUN_LIMIT_{field.name.upper()}")
            if text is None:
                continue
            number = float(text) if field.name == "largest_angle" else int(text)
            if number <= 0:
                raise ValueError(f"RUN_LIMIT_{field.name.upper()} must be positive, not {text}")
            changes[field.name] = number
        return replace(cls(), **changes)  # type: ignore[arg-type]

    def as_environment(self) -> dict[str, str]:
        """Return the variables from which :meth:`from_environment` makes the same limits."""
        return {
            f"RUN_LIMIT_{field.name.upper()}": str(getattr(self, field.name))
            for field in fields(self)
        }
