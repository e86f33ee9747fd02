"""Jobs for the simulators, and the test that their counts have the right distribution."""

import numpy as np
from scipy.stats import chi2

from runs.contract import Job, SourceKind
from runs.limits import Limits
from runs.qasm import read

# The chance that a chi-square test fails for a simulator that is right.
FALSE_ALARM = 1e-6


def job(operations=None, measured=(), *, shots=1000, seed=1, device="braket_sv", text=""):
    operations = None if operations is None else tuple(operations)
    return Job(
        device, shots, seed, tuple(measured), operations, text,
        wall_seconds=60, memory_bytes=2 * 1024**3,
    )  # fmt: skip


def outcome(provider, *arguments, **members):
    return provider.run(job(*arguments, **members), checkpoint=lambda: None)


def assert_drawn_from(counts, expected):
    """Pearson's chi-square test at FALSE_ALARM, rare outcomes pooled; impossible ones must not be."""
    width = len(expected).bit_length() - 1
    shots = sum(counts.values())
    observed = np.zeros(len(expected))
    for key, count in counts.items():
        assert len(key) == width
        observed[int(key, 2)] = count
    wanted = shots * np.asarray(expected)
    assert not observed[wanted < 1e-9 * shots].any(), counts
    rare = wanted < 5
    bins = [*zip(observed[~rare], wanted[~rare], strict=True)]
    if wanted[rare].sum() > 1e-9 * shots:
        bins.append((observed[rare].sum(), wanted[rare].sum()))
    statistic = sum((seen - due) ** 2 / due for seen, due in bins)
    assert statistic <= chi2.isf(FALSE_ALARM, max(1, len(bins) - 1)), (counts, expected)


def text_job(text, **members):
    """Return the job of a program, checked and put into normal form as every source is."""
    reading = read(text, kind=SourceKind.OPENQASM3, limits=Limits(), parameters={})
    return job(measured=reading.measured_qubits, text=reading.openqasm, **members)


def run_text(provider, text, **members):
    return provider.run(text_job(text, **members), checkpoint=lambda: None)


def program(*lines, qubits=2, bits=2):
    zeros = "0" * bits
    return "\n".join(
        ["OPENQASM 3.0;", f'bit[{bits}] b = "{zeros}";', f"qubit[{qubits}] q;", *lines]
    )
