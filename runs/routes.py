"""The routes that runs may take: providers, their devices, and what each of them takes. Core."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from runs.contract import Mode, SourceKind
from runs.errors import Problem, RunError
from runs.errors.findings import shown
from runs.limits import Limits

_ANALOG = (SourceKind.ANALOG_PROGRAM,)


class Kind(StrEnum):
    """How a device carries out a program, and so which limit of qubits or atoms holds."""

    STATE_VECTOR = "state_vector"
    DENSITY_MATRIX = "density_matrix"
    ANALOG = "analog"


@dataclass(frozen=True)
class Provider:
    """Who runs devices."""

    provider_id: str
    name: str
    summary: str


@dataclass(frozen=True)
class Device:
    """What runs programs, and within which bounds. Numbers of qubits and shots are inclusive."""

    provider_id: str
    device_id: str
    name: str
    mode: Mode
    kind: Kind
    summary: str
    least_shots: int = 1

    @property
    def carries_noise(self) -> bool:
        """Whether a circuit may have noise channels."""
        return self.kind is Kind.DENSITY_MATRIX

    @property
    def gives_exact_values(self) -> bool:
        """Whether it finds the values of result types without shots."""
        return self.kind in {Kind.STATE_VECTOR, Kind.DENSITY_MATRIX}

    @property
    def source_kinds(self) -> tuple[SourceKind, ...]:
        """The kinds of program that it takes."""
        return tuple(kind for kind in SourceKind if self.is_analog == (kind in _ANALOG))

    @property
    def is_analog(self) -> bool:
        """Whether it takes analog programs, and no circuits."""
        return self.kind is Kind.ANALOG

    def most_qubits(self, limits: Limits) -> int:
        """Return the largest number of qubits, or of atoms, that the device takes."""
        if self.is_analog:
            return limits.analog_atoms
        if self.kind is Kind.DENSITY_MATRIX:
            return limits.density_matrix_qubits
        return limits.state_vector_qubits

    def most_shots(self, limits: Limits) -> int:
        """Return the largest number of shots that the device takes."""
        return limits.shots


PROVIDERS: Mapping[str, Provider] = {
    "local": Provider(
        "local",
        "Local simulators",
        "Amazon Braket's simulators on this server: free, seeded, and nothing leaves it.",
    ),
}

DEVICES = (
    Device(
        "local",
        "braket_sv",
        "Braket state vector simulator",
        Mode.SIMULATOR,
        Kind.STATE_VECTOR,
        "Exact pure states. The choice for circuits without noise.",
    ),
    Device(
        "local",
        "braket_dm",
        "Braket density matrix simulator",
        Mode.SIMULATOR,
        Kind.DENSITY_MATRIX,
        "Exact mixed states, with noise channels. Slower, and for fewer qubits.",
    ),
    Device(
        "local",
        "braket_ahs",
        "Braket analog simulator",
        Mode.SIMULATOR,
        Kind.ANALOG,
        "Rydberg atoms under fields that change in time, exact. For analog programs.",
    ),
)


def devices_of(provider_id: str) -> tuple[Device, ...]:
    """Return the devices of a provider, none where there is no such provider."""
    return tuple(device for device in DEVICES if device.provider_id == provider_id)


def find(provider_id: str, device_id: str, mode: str) -> Device:
    """Return the device that a request names.

    :raises RunError: ``unsupported_provider_path`` if provider, device and mode do not belong
        together; the problem names what there is.
    """
    devices = devices_of(provider_id)
    if not devices:
        raise _unsupported(
            f"There is no provider “{shown(provider_id)}”",
            "providerId",
            f"Providers: {', '.join(PROVIDERS)}.",
        )
    names = [device.device_id for device in devices]
    device = next((device for device in devices if device.device_id == device_id), None)
    provider = PROVIDERS[provider_id].name
    if device is None:
        near = get_close_matches(device_id[:80], names, 1)
        meant = f"Did you mean {near[0]}? " if near else ""
        raise _unsupported(
            f"{provider} have no device “{shown(device_id)}”",
            "deviceId",
            f"{meant}Devices: {', '.join(names)}.",
        )
    if device.mode != mode:
        raise _unsupported(
            f"{device.name} is no device for the mode “{shown(mode)}”",
            "mode",
            f"Choose the mode {device.mode} for it.",
        )
    return device


def _unsupported(message: str, field: str, hint: str) -> RunError:
    return RunError("unsupported_provider_path", [Problem(message, field=field, hint=hint)])
