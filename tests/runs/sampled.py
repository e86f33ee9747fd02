"""Jobs for the simulators, and the test that their counts have the right distribution."""

import numpy as np

from runs import programs
from runs.contract import Job, SourceKind
from runs.limits import Limits
from runs.qasm import read

# The chance, at most, that one comparison fails for a simulator that is right.
FALSE_ALARM = 5e-7


def job(operations=None, measured=(), *, shots=1000, seed=1, device="braket_sv", text=""):
    operations = None if operations is None else tuple(operations)
    return Job(
        device, shots, seed, tuple(measured), operations, text,
        wall_seconds=60, memory_bytes=2 * 1024**3,
    )  # fmt: skip


def outcome(provider, *arguments, **members):
    return provider.run(job(*arguments, **members), checkpoint=lambda: None)


def chance_of(counts, expected):
    """Return a bound on the chance that ``counts``, or worse ones, are drawn from ``expected``.

    It holds for every distribution and number of shots: n times the relative entropy of what was
    seen to what is expected, over k outcomes, exceeds x > k - 1 with a probability of at most
    exp(-x) (e x / (k - 1))**(k - 1) (R. Agrawal, IEEE Trans. Inf. Theory 66, 6297, 2020,
    theorem 1). Rare outcomes count as one, and so do impossible ones, which are none of the rare.

    ``expected`` is a sequence over all outcomes in order, or a mapping of the possible ones.
    """
    shots = sum(counts.values())
    wanted = {key: shots * share for key, share in _by_key(counts, expected).items()}
    unseen = wanted.keys() - counts
    bins = {}
    for key in (*counts, *unseen):
        due = wanted.get(key, 0)
        name = key if due >= 5 else "rare" if due >= 1e-9 * shots else "impossible"
        seen, before = bins.get(name, (0, 0))
        bins[name] = (seen + counts.get(key, 0), before + due)
    return _chance(bins.values())


def _chance(bins):
    """Return the bound for the pairs of what was seen and what was due."""
    if any(seen and due <= 0 for seen, due in bins):
        return 0.0
    distance = sum(seen * np.log(seen / due) for seen, due in bins if seen)
    free = len(bins) - 1
    if distance <= free or not free:
        return 1.0
    return float(np.exp(free - distance + free * np.log(distance / free)))


def _by_key(counts, expected):
    if isinstance(expected, dict):
        return expected
    width = len(expected).bit_length() - 1
    assert {len(key) for key in counts} == {width}
    return {format(place, f"0{width}b"): float(share) for place, share in enumerate(expected)}


def assert_drawn_from(counts, expected):
    """See that ``counts`` may have been drawn from ``expected``, at :data:`FALSE_ALARM`."""
    chance = chance_of(counts, expected)
    assert chance > FALSE_ALARM, (chance, counts, expected)


def job_of(request):
    """Check a request as a submission does, and return what a worker hands to the provider."""
    limits = Limits()
    return programs.job(
        programs.check(request, limits),
        shots=request.shots,
        seed=request.seed,
        device_id=request.device_id,
        limits=limits,
    )


def execute(provider, request):
    return provider.run(job_of(request), checkpoint=lambda: None)


def run_text(provider, text, **members):
    """Run a program, checked and put into normal form as every source is."""
    reading = read(text, kind=SourceKind.OPENQASM3, limits=Limits(), parameters={})
    made = job(measured=reading.measured_qubits, text=reading.openqasm, **members)
    return provider.run(made, checkpoint=lambda: None)


def program(*lines, qubits=2, bits=2):
    zeros = "0" * bits
    return "\n".join(
        ["OPENQASM 3.0;", f'bit[{bits}] b = "{zeros}";', f"qubit[{qubits}] q;", *lines]
    )
