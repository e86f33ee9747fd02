"""The check of result values: those that were asked for, possible, and what the counts give. Core.

Kinds of results that a later version may add are passed over.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from evidence.manifest import Manifest
from evidence.members import Members, read_canonical
from evidence.packet.report import Check, CheckVerdict
from runs.results import Kind, ResultType, estimate
from runs.results.model import AMPLITUDES

# Simulators round; what is wrong is wrong by far more.
_TOLERANCE = 1e-6
_LOWEST: Mapping[str, float] = {Kind.EXPECTATION: -1, Kind.VARIANCE: 0}


def check(manifest: Manifest, files: Mapping[str, bytes]) -> Iterator[Check]:
    """Yield what was found of the values of a packet; nothing where it has none."""
    facts = manifest.values
    if facts is None or facts.path not in files:
        return
    counts = files.get(manifest.counts.path) if manifest.counts else None
    try:
        values = _values(files[facts.path])
        problem = _problem(values, manifest.run.result_types)
        if not problem and counts is not None:
            problem = _contradiction(values, counts)
    except (ValueError, RecursionError):
        problem = "The values cannot be read."
    if problem:
        yield Check("values", CheckVerdict.FAILED, problem, facts.path)
        return
    number = f"{facts.results:,} result{'' if facts.results == 1 else 's'}"
    exact = "" if facts.shots else ", and stated to be exact"
    how = f"are possible{exact}" if counts is None else "follow from the counts"
    sentence = f"The values of {number} {how}."
    yield Check("values", CheckVerdict.PASSED, sentence, facts.path)


def _values(content: bytes) -> list[Members]:
    return list(read_canonical(content, "the values").objects("values"))


def _problem(values: Sequence[Members], asked: Sequence[str]) -> str:
    if [value.text("type") for value in values] != list(asked):
        return "The values are not those of the result types that were asked for."
    if not all(_is_possible(value) for value in values):
        return "There is a value that nothing can have."
    return ""


def _is_possible(value: Members) -> bool:
    kind = value.text("type")
    if kind == Kind.PROBABILITY:
        shares = value.quantities("probabilities").values()
        return min(shares, default=0) >= 0 and _is_one(shares)
    if kind in _LOWEST:
        error = value.optional_quantity("standardError") or 0
        within = _LOWEST[kind] - _TOLERANCE <= value.quantity("value") <= 1 + _TOLERANCE
        return within and error >= 0
    if kind not in AMPLITUDES:
        return True
    weights = [abs(amplitude) ** 2 for amplitude in value.amplitudes("amplitudes").values()]
    if kind == Kind.STATE_VECTOR:
        return _is_one(weights)
    return math.fsum(weights) <= 1 + _TOLERANCE


def _is_one(shares: Iterable[float]) -> bool:
    return math.isclose(math.fsum(shares), 1, abs_tol=_TOLERANCE)


def _contradiction(values: Sequence[Members], content: bytes) -> str:
    """Estimate the values again from the counts, as whoever holds both can."""
    result = read_canonical(content, "the counts")
    counts, qubits = result.numbers("counts"), result.places("measuredQubits")
    if not any(counts.values()) or {len(outcome) for outcome in counts} != {len(qubits)}:
        return "The counts cannot be what the values come from."
    known = [value for value in values if value.text("type") in tuple(Kind)]
    estimated = estimate([_result_type(value) for value in known], counts, qubits)
    for value, again in zip(known, estimated, strict=True):
        if not _agrees(value, Members(again, "the estimate")):
            return "There is a value that does not follow from the counts."
    return ""


def _result_type(value: Members) -> ResultType:
    kind = Kind(value.text("type"))
    word = value.texts("observable") if kind in _LOWEST else ()
    return ResultType(kind, value.places("targets"), word)


def _agrees(value: Members, again: Members) -> bool:
    if "probabilities" in again:
        listed, expected = value.quantities("probabilities"), again.quantities("probabilities")
        return listed.keys() == expected.keys() and all(
            math.isclose(share, expected[state], abs_tol=_TOLERANCE)
            for state, share in listed.items()
        )
    return math.isclose(value.quantity("value"), again.quantity("value"), abs_tol=_TOLERANCE)
