"""What an analog program is, once it is known to be well formed. Core: plain frozen data.

Positions are in micrometres, times in microseconds, amplitudes and detunings in rad/µs, phases in
rad. The Hamiltonian, in units of ħ, is that which Amazon Braket documents for QuEra's Aquila::

    H(t) = Ω(t)/2 Σ (e^{iφ(t)} |g⟩⟨r| + h.c.) − Σ (Δ(t) + δ(t) h_k) n_k + Σ C6 / R_jk⁶ n_j n_k

Amplitude Ω, detuning Δ and local detuning δ go straight from point to point; the phase φ keeps
the value of a point until the next one.
"""

from dataclasses import dataclass
from functools import cached_property

C6 = 5.42e6  # rad µm⁶/µs, of the Rydberg state 70S of rubidium; as in Braket


@dataclass(frozen=True)
class Series:
    """The course of one field: at least two points, the first at 0, times ascending."""

    times: tuple[float, ...]
    values: tuple[float, ...]

    @property
    def peak(self) -> float:
        """The largest absolute value."""
        return max(map(abs, self.values))


@dataclass(frozen=True)
class LocalDetuning:
    """A detuning that differs from site to site; ``pattern`` has a part from 0 to 1 for each."""

    magnitude: Series
    pattern: tuple[float, ...]

    @property
    def peak(self) -> float:
        """The largest local detuning of any site."""
        return self.magnitude.peak * max(self.pattern)


@dataclass(frozen=True)
class AnalogProgram:
    """A register of ``sites``, ``filling`` telling which hold an atom, and the fields on it."""

    sites: tuple[tuple[float, float], ...]
    filling: tuple[bool, ...]
    amplitude: Series
    phase: Series
    detuning: Series
    local: LocalDetuning | None = None

    @cached_property
    def filled(self) -> tuple[int, ...]:
        """The sites that hold an atom; an outcome has a bit for each of them, in this order."""
        return tuple(site for site, is_filled in enumerate(self.filling) if is_filled)

    @property
    def atoms(self) -> int:
        """The number of atoms."""
        return len(self.filled)

    @property
    def duration(self) -> float:
        """When all fields end."""
        return self.amplitude.times[-1]

    @property
    def blockade_radius(self) -> float:
        """Within how many micrometres two atoms shift each other by more than the peak drive."""
        peak = self.amplitude.peak
        return float((C6 / peak) ** (1 / 6)) if peak else 0.0

    @property
    def series(self) -> tuple[Series, ...]:
        """All courses in time."""
        local = (self.local.magnitude,) if self.local else ()
        return (self.amplitude, self.phase, self.detuning, *local)

    @cached_property
    def rate(self) -> float:
        """The fastest turn of an atom by the fields, √(Ω² + Δ²), from the peaks of both."""
        detuning = self.detuning.peak + (self.local.peak if self.local else 0)
        return float((self.amplitude.peak**2 + detuning**2) ** 0.5)
