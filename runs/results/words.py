"""Result types in words and signs, as pages and evidence show them. Core."""

from collections.abc import Mapping, Sequence

from runs.results.model import Kind, ResultType

MEANINGS: Mapping[Kind, str] = {
    Kind.PROBABILITY: "probabilities of the outcomes of the targets, in their order",
    Kind.EXPECTATION: "expectation value ⟨P⟩ of a Pauli word, one factor for each target",
    Kind.VARIANCE: "variance ⟨P²⟩ − ⟨P⟩² of a Pauli word",
    Kind.STATE_VECTOR: "amplitudes of all basis states",
    Kind.AMPLITUDE: "amplitudes of the basis states that are named",
}
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_MOST_STATES = 4
_MOST_NAMES = 6


def label(result: ResultType) -> str:
    """Return the sign of a value: ``⟨Z₀Z₁⟩``, ``Var(X₂)``, ``P(q0 q1)``, ``|ψ⟩``, ``⟨00|ψ⟩``."""
    if result.kind is Kind.EXPECTATION:
        return f"⟨{word(result)}⟩"
    if result.kind is Kind.VARIANCE:
        return f"Var({word(result)})"
    if result.kind is Kind.PROBABILITY:
        return f"P({_qubits(result.targets) or 'all qubits'})"
    if result.kind is Kind.STATE_VECTOR:
        return "|ψ⟩"
    shown = ", ".join(f"⟨{state}|ψ⟩" for state in result.states[:_MOST_STATES])
    more = len(result.states) - _MOST_STATES
    return f"{shown} and {more:,} more" if more > 0 else shown


def title(result: ResultType) -> str:
    """Return what the value is, in words: ``Expectation of Z₀Z₁``, ``Probabilities of q0 q1``."""
    if result.kind is Kind.EXPECTATION:
        return f"Expectation of {word(result)}"
    if result.kind is Kind.VARIANCE:
        return f"Variance of {word(result)}"
    if result.kind is Kind.PROBABILITY:
        return f"Probabilities of {_qubits(result.targets) or 'all qubits'}"
    if result.kind is Kind.STATE_VECTOR:
        return "State vector"
    if len(result.states) == 1:
        return f"Amplitude of {result.states[0]}"
    return f"Amplitudes of {len(result.states):,} states"


def summary(result_types: Sequence[ResultType], *, shots: int) -> str:
    """Return what a run gives: ``counts, ⟨Z₀Z₁⟩ and Var(X₂)``."""
    names = [*(["counts"] if shots else []), *map(label, result_types)]
    if len(names) > _MOST_NAMES:
        names = [*names[: _MOST_NAMES - 1], f"{len(names) - _MOST_NAMES + 1} more"]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def word(result: ResultType) -> str:
    """Return the observable as a product: ``Z₀X₁``."""
    factors = zip(result.observable, result.targets, strict=True)
    return "".join(f"{letter.upper()}{_subscript(qubit)}" for letter, qubit in factors)


def notation(result: ResultType) -> str:
    """Return the line that says the same in the run form: ``expectation Z0 Z1``."""
    factors = zip(result.observable, result.targets, strict=False)
    if result.observable:
        rest = [f"{letter.upper()}{qubit}" for letter, qubit in factors]
    else:
        rest = [*map(str, result.targets), *result.states]
    return " ".join([result.kind.value, *rest])


def _qubits(qubits: Sequence[int]) -> str:
    return " ".join(f"q{qubit}" for qubit in qubits)


def _subscript(number: int) -> str:
    return str(number).translate(_SUBSCRIPTS)
