"""Result values as files: a JSON document and a table of comma-separated values. Core.

Numbers stand in both as in RFC 8785: the shortest digits from which every reader gets back the
very same double. The same values give the same bytes, and nothing is rounded.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from runs import canonical
from runs.contract import BIT_ORDER

HEADINGS = (
    *("result", "type", "observable", "targets", "state"),
    *("value", "imaginary", "standardError"),
)


def document(
    values: Sequence[Mapping[str, Any]],
    *,
    shots: int,
    measured_qubits: Sequence[int],
    sampling: str,
) -> dict[str, Any]:
    """Return everything that the values need to be read, as JSON.

    ``shots`` are 0 where the values are exact; ``measured_qubits`` are those that the characters
    of a state of all qubits belong to.
    """
    return {
        "values": [dict(value) for value in values],
        "shots": shots,
        "measuredQubits": list(measured_qubits),
        "bitOrder": BIT_ORDER,
        "sampling": sampling,
    }


def table(values: Iterable[Mapping[str, Any]]) -> str:
    """Return a line for every number: an expectation value, or one state of a result.

    ``result`` counts from 1; ``targets`` are separated by spaces, one for each letter of
    ``observable`` or character of ``state``; ``value`` and ``imaginary`` are the two parts of an
    amplitude. States are in order of their bits.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(HEADINGS)
    for place, value in enumerate(values, 1):
        head = [
            str(place),
            value["type"],
            "".join(value.get("observable", ())).upper(),
            " ".join(map(str, value.get("targets", ()))),
        ]
        writer.writerows([*head, *numbers] for numbers in _numbers(value))
    return buffer.getvalue()


def _numbers(value: Mapping[str, Any]) -> Iterator[list[str]]:
    if "probabilities" in value:
        shares = sorted(value["probabilities"].items())
        yield from ([state, _digits(share), "", ""] for state, share in shares)
    elif "amplitudes" in value:
        parts = sorted(value["amplitudes"].items())
        yield from ([state, _digits(re), _digits(im), ""] for state, (re, im) in parts)
    else:
        error = value.get("standardError")
        yield ["", _digits(value["value"]), "", "" if error is None else _digits(error)]


def _digits(number: float) -> str:
    return canonical.encode(number).decode()
