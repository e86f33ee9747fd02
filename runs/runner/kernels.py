"""The simulator's compiled kernels: loads, and if need be compiles, every one that a job can use.

They are compiled by numba for each number of axes of the state, 0.7 s apiece, and cached in a
folder that children cannot see. So all are loaded before the first fork: 2 s from a filled cache.
An empty one is filled first, one process for each kernel, as a cache file belongs to a kernel.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from braket.default_simulator import DensityMatrixSimulator, StateVectorSimulator
from braket.default_simulator.gate_operations import BRAKET_GATES
from braket.default_simulator.operation import GateOperation

from runs.runner.isolation import die_with_parent

# A state of more axes than this is given to the kernels of one qubit.
_SMALL_AXES = 10
_ONE_QUBIT = {"h": (), "z": ()}
_TWO_QUBITS = {"cnot": (), "swap": (), "iswap": (), "cphaseshift": (0.1,)}


def load(*, state_vector_qubits: int, density_matrix_qubits: int) -> None:
    """Load the kernels for all sizes up to these."""
    sizes = (state_vector_qubits, density_matrix_qubits)
    if not any(Path(os.environ["NUMBA_CACHE_DIR"]).rglob("*.nbi")):
        _fill_cache(*sizes)
    for name in (*_ONE_QUBIT, *_TWO_QUBITS):
        _use(name, *sizes)


def _fill_cache(state_vector_qubits: int, density_matrix_qubits: int) -> None:
    waiting = [*_ONE_QUBIT, *_TWO_QUBITS]
    running, parent = 0, os.getpid()
    while waiting or running:
        if waiting and running < (os.cpu_count() or 1):
            name = waiting.pop()
            if os.fork() == 0:
                try:
                    # A fork does not inherit this, and a compiler of nobody would run for minutes.
                    die_with_parent(parent)
                    _use(name, state_vector_qubits, density_matrix_qubits)
                finally:
                    os._exit(0)  # what is not in the cache now is compiled by who needs it
            running += 1
        else:
            os.wait()
            running -= 1


def _use(name: str, state_vector_qubits: int, density_matrix_qubits: int) -> None:
    """Apply the gate ``name`` to a state of every size for which it has a kernel."""
    gate = _gate(name)
    for qubits in range(_SMALL_AXES + 1, state_vector_qubits + 1):
        state = StateVectorSimulator().initialize_simulation(
            qubit_count=qubits, shots=0, batch_size=1
        )
        state.evolve([gate])
    for qubits in _density_matrix_sizes(name, density_matrix_qubits):
        matrix = DensityMatrixSimulator().initialize_simulation(qubit_count=qubits, shots=0)
        matrix.evolve([gate])


def _density_matrix_sizes(name: str, most: int) -> Iterator[int]:
    """A density matrix has two axes for each qubit, and two-qubit kernels from two qubits on."""
    smallest = _SMALL_AXES // 2 + 1 if name in _ONE_QUBIT else 2
    return iter(range(smallest, most + 1))


def _gate(name: str) -> GateOperation:
    angles = _ONE_QUBIT.get(name) or _TWO_QUBITS.get(name, ())
    targets = (0,) if name in _ONE_QUBIT else (0, 1)
    return BRAKET_GATES[name](targets, *angles)
