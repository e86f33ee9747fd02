"""The evolution of Rydberg atoms, worked out apart from Braket and from the code under test.

It reads the JSON that was sent, writes the Hamiltonian as dense matrices from the formula of
Braket's documentation, and multiplies exact exponentials of it at the middles of short steps
between the points of the fields. The error falls with the square of the step; one step of
Richardson's extrapolation takes most of what is left of it.
"""

import itertools

import numpy as np

C6 = 5.42e-24  # rad/s m⁶
_LOWER = np.array([[0, 1], [0, 0]], dtype=complex)  # |g⟩⟨r|
_RYDBERG = np.array([[0, 0], [0, 1]], dtype=complex)
_STEP = 1e-9


def probabilities(program):
    """Return the probabilities of all outcomes, the first filled site leftmost; 1 is Rydberg."""
    coarse, fine = (_evolved(program, step) for step in (_STEP, _STEP / 2))
    return (4 * fine - coarse) / 3


def _evolved(program, longest):
    operators = _Operators(program)
    state = np.zeros(operators.size, dtype=complex)
    state[0] = 1
    knots = sorted({time for times, _ in operators.courses for time in times})
    for start, end in itertools.pairwise(knots):
        steps = int(np.ceil((end - start) / longest))
        length = (end - start) / steps
        middles = start + length * (np.arange(steps) + 0.5)
        energies, vectors = np.linalg.eigh(operators.hamiltonians(middles))
        for energy, vector in zip(energies, vectors, strict=True):
            state = vector @ (np.exp(-1j * energy * length) * (vector.conj().T @ state))
    return np.abs(state) ** 2


class _Operators:
    """The matrices of a program, and the courses of their coefficients, in SI units."""

    def __init__(self, program):
        register = program["setup"]["ahs_register"]
        filled = [site for site, atom in enumerate(register["filling"]) if atom]
        places = np.array([register["sites"][site] for site in filled], dtype=float)
        atoms = len(filled)
        self.size = 2**atoms
        driving = program["hamiltonian"]["drivingFields"][0]
        self.amplitude, self.phase, self.detuning = (
            _course(driving[name]) for name in ("amplitude", "phase", "detuning")
        )
        self.courses = [self.amplitude, self.phase, self.detuning]
        self.lower = sum(_on(_LOWER, atom, atoms) for atom in range(atoms))
        excited = [_on(_RYDBERG, atom, atoms) for atom in range(atoms)]
        self.number = sum(excited)
        self.repulsion = sum(
            (
                C6
                / np.linalg.norm(places[one] - places[other]) ** 6
                * excited[one]
                @ excited[other]
                for one in range(atoms)
                for other in range(one)
            ),
            np.zeros_like(self.number),
        )
        self.local = None
        for local in program["hamiltonian"]["localDetuning"]:
            self.local = _course(local["magnitude"])
            parts = [float(local["magnitude"]["pattern"][site]) for site in filled]
            self.weighted = sum(part * n for part, n in zip(parts, excited, strict=True))
            self.courses.append(self.local)

    def hamiltonians(self, times):
        turned = np.interp(times, *self.amplitude) * np.exp(1j * _held(times, *self.phase)) / 2
        drive = turned[:, None, None] * self.lower
        total = drive + drive.conj().transpose(0, 2, 1) + self.repulsion
        total = total - np.interp(times, *self.detuning)[:, None, None] * self.number
        if self.local is not None:
            total = total - np.interp(times, *self.local)[:, None, None] * self.weighted
        return total


def _on(matrix, atom, atoms):
    whole = np.eye(1)
    for place in range(atoms):
        whole = np.kron(whole, matrix if place == atom else np.eye(2))
    return whole


def _course(member):
    series = member["time_series"]
    return np.array(series["times"], dtype=float), np.array(series["values"], dtype=float)


def _held(times, points, values):
    return values[np.searchsorted(points, times, side="right") - 1]
