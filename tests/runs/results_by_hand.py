"""Result values of a Bell pair, written down by hand: from 1 000 shots, and exact."""

HALF = 2**-0.5

SAMPLED = [
    {
        "type": "expectation",
        "observable": ["z", "z"],
        "targets": [0, 1],
        "value": 0.986,
        "standardError": 0.005273006732405158,
    },
    {"type": "variance", "observable": ["z"], "targets": [1], "value": 0.999804},
    {
        "type": "probability",
        "targets": [0, 1],
        "probabilities": {"00": 0.493, "01": 0.007, "11": 0.5},
    },
]
SAMPLED_COUNTS = {"00": 493, "01": 7, "11": 500}

EXACT = [
    {"type": "expectation", "observable": ["z", "z"], "targets": [0, 1], "value": 1.0},
    {"type": "expectation", "observable": ["x", "i"], "targets": [0, 1], "value": -1.1e-17},
    {"type": "variance", "observable": ["y"], "targets": [0], "value": 0.9999999999999998},
    {
        "type": "probability",
        "targets": [0, 1],
        "probabilities": {"00": 0.5000000000000001, "11": 0.4999999999999999},
    },
    {"type": "state_vector", "amplitudes": {"00": [HALF, 0.0], "11": [HALF, 0.0]}},
    {
        "type": "amplitude",
        "states": ["11", "01"],
        "amplitudes": {"11": [HALF, 0.0], "01": [0.0, 0.0]},
    },
]

# Twelve qubits are the most of which a state vector is listed, and twenty results the most of a run.
_STATES = [format(number, "012b") for number in range(2**12)]
LARGEST = [
    {"type": "state_vector", "amplitudes": {key: [2**-6.5, -(2**-6.5)] for key in _STATES}},
    *(
        {
            "type": "probability",
            "targets": [*range(first, 12), *range(first)],
            "probabilities": dict.fromkeys(_STATES, 2**-12),
        }
        for first in range(10)
    ),
    *(
        {"type": "expectation", "observable": ["x"] * 12, "targets": [*range(12)], "value": 0.5}
        for _ in range(9)
    ),
]


def types(values):
    """The result types that ``values`` answer."""
    found = {"value", "standardError", "probabilities", "amplitudes"}
    return [
        {name: member for name, member in value.items() if name not in found} for value in values
    ]


def numbers(values):
    """How many lines ``values`` take: one for each state, or for each single value."""
    return sum(
        len(value.get("probabilities") or value.get("amplitudes") or [0]) for value in values
    )
