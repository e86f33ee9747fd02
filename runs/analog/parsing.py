"""From the JSON of Braket's analog programs to an AnalogProgram, or all that is wrong. Core.

The form is that of ``braket.ir.ahs.program``, version 1, in SI units, with numbers as JSON numbers
or as decimal text. Braket's own reader drops members that it does not know, and cuts a filling of
0.7 down to 0; this one refuses both.
"""

from typing import Any

from runs.analog.fields import read_hamiltonian
from runs.analog.grid import COARSEST, least_steps, most_steps
from runs.analog.model import AnalogProgram
from runs.analog.reading import Reader
from runs.analog.register import MOST_SITES, number_of_sites, read_register
from runs.analog.words import atoms, figure
from runs.errors.findings import Findings, shown
from runs.limits import Limits

HEADER = {"name": "braket.ir.ahs.program", "version": "1"}
_ANY_SIZE = Limits(analog_atoms=MOST_SITES, largest_angle=1e30)
_EXPORT = "Send what AnalogHamiltonianSimulation(…).to_ir().json() gives."


def parse(program: object, *, limits: Limits) -> AnalogProgram:
    """Return the analog program of the JSON object ``program``.

    :raises RunError: if anything is wrong, with every problem under a name in words.
    """
    findings = Findings()
    reader = Reader(findings)
    read = _read_whole(reader, findings, program, limits)
    _check_steps(reader, read, limits)
    findings.raise_if_any()
    return read


def parse_any_size(program: object) -> AnalogProgram:
    """Return the analog program of ``program``, however many atoms and steps it has: to look at.

    :raises RunError: if it is not well formed.
    """
    findings = Findings()
    return _read_whole(Reader(findings), findings, program, _ANY_SIZE)


def _read_whole(
    reader: Reader, findings: Findings, program: object, limits: Limits
) -> AnalogProgram:
    if not isinstance(program, dict) or not program:
        is_empty = program is None or program == {}
        what = "is empty" if is_empty else "is not a JSON object"
        reader.wrong(f"The analog program {what}", hint=_EXPORT)
    findings.raise_if_any()
    read = _read(reader, program, limits)
    findings.raise_if_any()
    assert read is not None
    return read


def _read(reader: Reader, program: object, limits: Limits) -> AnalogProgram | None:
    parts = reader.members("The program", program, "braketSchemaHeader", "setup", "hamiltonian")
    if "braketSchemaHeader" in parts:
        _check_header(reader, parts["braketSchemaHeader"])
    register = read_register(reader, parts["setup"], limits) if "setup" in parts else None
    if "hamiltonian" not in parts:
        return None
    sites = number_of_sites(parts.get("setup"))
    fields = read_hamiltonian(reader, parts["hamiltonian"], limits, sites=sites)
    if register is None or fields is None:
        return None
    return AnalogProgram(
        sites=register.sites,
        filling=register.filling,
        amplitude=fields.amplitude,
        phase=fields.phase,
        detuning=fields.detuning,
        local=fields.local,
    )


def _check_header(reader: Reader, value: Any) -> None:
    header = reader.members("The header", value, *HEADER)
    for key, told in header.items():
        if told != HEADER[key]:
            reader.wrong(
                f"The header has the {key} “{shown(told)}”",
                hint=f"This runner takes {HEADER['name']}, version {HEADER['version']}.",
            )


def _check_steps(reader: Reader, program: AnalogProgram, limits: Limits) -> None:
    """Find whether the fields are too fast, for too long, to be followed in time."""
    most = most_steps(program.atoms, wall_seconds=limits.wall_seconds)
    if least_steps(program) > most:
        reader.too_much(
            f"The fields turn the atoms at up to {figure(program.rate, digits=4)} rad/µs for "
            f"{figure(program.duration)} µs, which takes {least_steps(program):,} time steps; with "
            f"{atoms(program.atoms)} this runner has time for {most:,}",
            hint=f"Each radian takes {COARSEST} steps. Make the fields weaker or shorter, or take "
            "fewer atoms.",
        )
