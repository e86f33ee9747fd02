"""Reading result types as requests name them: what is well formed by itself. Core."""

from collections import Counter
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from runs.circuits.numbers import QUBIT_CEILING
from runs.circuits.words import count
from runs.errors.findings import Findings, shown
from runs.limits import Limits
from runs.results.model import OBSERVABLES, Kind, ResultType

LETTERS = ("x", "y", "z", "i")
MEMBERS = {
    Kind.PROBABILITY: ("type", "targets"),
    Kind.EXPECTATION: ("type", "observable", "targets"),
    Kind.VARIANCE: ("type", "observable", "targets"),
    Kind.STATE_VECTOR: ("type",),
    Kind.AMPLITUDE: ("type", "states"),
}
_KNOWN = f"The result types are {', '.join(Kind)}."
# What Amazon Braket has beside these, and where its answer is found here.
_NOT_OFFERED = {
    "sample": "Counts say the same: ask for an expectation with shots.",
    "density_matrix": "Ask for expectation values of the observables that you need.",
    "adjoint_gradient": "Ask for an expectation value at shifted angles, as a sweep does.",
}
_EXAMPLES = {
    Kind.EXPECTATION: '{"type": "expectation", "observable": ["z", "z"], "targets": [0, 1]}',
    Kind.VARIANCE: '{"type": "variance", "observable": ["x"], "targets": [0]}',
    Kind.PROBABILITY: '{"type": "probability", "targets": [0, 1]}',
    Kind.AMPLITUDE: '{"type": "amplitude", "states": ["00", "11"]}',
}


class Entry:
    """Where one result type stands, and what it is called in messages.

    Those that a program names itself belong to its text, the others to the request's list.
    """

    def __init__(self, findings: Findings, index: int, name: str, *, is_own: bool = False) -> None:
        self.failed = False
        self._findings = findings
        self.name = f"result type {index + 1}" + (f" ({name})" if name else "")
        self._field = f"resultTypes[{index}]"
        if is_own:
            self.name = f"{self.name} of the program"
            self._field = "source"

    def add(self, code: str, what: str, *, hint: str | None = None) -> None:
        """Say that this result type ``what``."""
        self.failed = True
        message = f"{self.name[0].upper()}{self.name[1:]} {what}"
        self._findings.add(code, message, field=self._field, hint=hint)

    def wrong(self, what: str, *, hint: str | None = None) -> None:
        """Say that this result type is not well formed."""
        self.add("invalid_circuit", what, hint=hint)


def parse(
    asked: Sequence[Any], *, limits: Limits, findings: Findings
) -> list[tuple[Entry, ResultType]]:
    """Return what can be read of the request's list, and find whatever is wrong with the rest."""
    if len(asked) > limits.result_types:
        findings.add(
            "runner_limit_exceeded",
            f"There are {len(asked):,} result types; a run may have at most {limits.result_types}",
            field="resultTypes",
        )
        asked = asked[: limits.result_types]
    found = []
    for index, members in enumerate(asked):
        name = members.get("type") if isinstance(members, dict) else None
        entry = Entry(findings, index, shown(name) if isinstance(name, str) else "")
        result = _read(entry, members, limits)
        if result is not None and not entry.failed:
            found.append((entry, result))
    return found


def readable(asked: Sequence[Any], limits: Limits) -> tuple[ResultType, ...]:
    """Return those of the request's list that are well formed, whatever is wrong with others."""
    return tuple(result for _, result in parse(asked, limits=limits, findings=Findings()))


def _read(entry: Entry, members: Any, limits: Limits) -> ResultType | None:
    if not isinstance(members, dict):
        entry.wrong("is not an object", hint=f"Write it as {_EXAMPLES[Kind.PROBABILITY]}.")
        return None
    kind = _kind(entry, members.get("type"))
    if kind is None:
        return None
    for key in sorted(members.keys() - {*MEMBERS[kind]}):
        known = ", ".join(MEMBERS[kind])
        entry.wrong(f"has the unknown key “{shown(key)}”", hint=f"It may have {known}.")
    if kind is Kind.AMPLITUDE:
        return ResultType(kind, states=_states(entry, members.get("states"), limits))
    if kind is Kind.STATE_VECTOR:
        return ResultType(kind)
    targets = _targets(entry, members, kind)
    if kind is Kind.PROBABILITY:
        return ResultType(kind, targets)
    word = _observable(entry, members.get("observable"), len(targets))
    return ResultType(kind, targets, observable=word)


def _kind(entry: Entry, name: Any) -> Kind | None:
    if not isinstance(name, str):
        entry.wrong("names no type", hint=_KNOWN)
    elif name in _NOT_OFFERED:
        entry.add("unsupported_operation", "is not offered", hint=_NOT_OFFERED[name])
    elif name not in tuple(Kind):
        near = get_close_matches(name[:40].lower().replace(" ", "_"), [*Kind], 1)
        hint = f"Did you mean {near[0]}?" if near else _KNOWN
        entry.add("unsupported_operation", "is none that there is", hint=hint)
    else:
        return Kind(name)
    return None


def _targets(entry: Entry, members: dict[str, Any], kind: Kind) -> tuple[int, ...]:
    """Return the qubits, or nothing where there are none or they are not right."""
    if "targets" not in members and kind not in OBSERVABLES:
        return ()
    targets = members.get("targets")
    if not isinstance(targets, list) or not targets:
        entry.wrong("names no qubits", hint=f"Write it as {_EXAMPLES[kind]}.")
        return ()
    if not all(type(qubit) is int and 0 <= qubit < QUBIT_CEILING for qubit in targets):
        entry.wrong(f"has targets that are not qubits from 0 to {QUBIT_CEILING - 1}")
        return ()
    for qubit, times in sorted(Counter(targets).items()):
        if times > 1:
            entry.wrong(f"names qubit {qubit} twice")
    return tuple(targets)


def _observable(entry: Entry, word: Any, targets: int) -> tuple[str, ...]:
    if not isinstance(word, list) or not word:
        entry.wrong("names no observable", hint=f"Write it as {_EXAMPLES[Kind.EXPECTATION]}.")
        return ()
    for letter in word:
        if letter not in LETTERS:
            entry.add(
                "unsupported_operation",
                f"has the factor {shown(letter)}, which is no Pauli observable",
                hint=f"An observable is a list of {', '.join(LETTERS)}, one for each target.",
            )
    if targets and len(word) != targets:
        factors = count(len(word), "factor")
        entry.wrong(f"has {factors} for {count(targets, 'target')}; each qubit takes one")
    return tuple(str(letter) for letter in word)


def _states(entry: Entry, states: Any, limits: Limits) -> tuple[str, ...]:
    if not isinstance(states, list) or not states:
        entry.wrong("names no states", hint=f"Write it as {_EXAMPLES[Kind.AMPLITUDE]}.")
        return ()
    most = 2**limits.listed_qubits
    if len(states) > most:
        what = f"names {len(states):,} states; this runner lists at most {most:,}"
        entry.add("runner_limit_exceeded", what)
        return ()
    for state in states:
        if not isinstance(state, str) or not state or {*state} - {"0", "1"}:
            entry.wrong(f"has the state {shown(state)}, which is not a text of 0 and 1")
            return ()
    if len({*states}) < len(states):
        entry.wrong("names a state twice")
    return tuple(states)
