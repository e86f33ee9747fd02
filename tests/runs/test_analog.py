"""Analog programs are read completely: what is wrong is said at once, in words, and nothing else
is ever let through."""

import json
import math
from decimal import Decimal

import pytest
from braket.ahs import AnalogHamiltonianSimulation, AtomArrangement, DrivingField, LocalDetuning
from braket.ahs.atom_arrangement import SiteType
from braket.ir.ahs import Program
from braket.timings import TimeSeries

from runs import analog, canonical
from runs.analog.gallery import BY_SLUG, TEMPLATES
from runs.errors import RunError
from runs.limits import Limits
from tests.runs.analog_programs import HEADER, chain, constant, program

LIMITS = Limits()
JUNK = (
    None, True, -1, 0.5, 10**50, math.nan, -math.inf, 1e300, "", "x", "NaN", "1e999", "٣", "0" * 50,
    [], {}, [[]], [None], {"": 0},
)  # fmt: skip
SLOW = (
    "The fields turn the atoms at up to {} rad/µs for {} µs, which takes {} time steps; "
    "with {} this runner has time for {}"
)


def good():
    """Three sites, the middle one vacant, under all kinds of field."""
    local = ([0, 1000], [0, 1e7], [0.5, 1, 0])
    ramp = ([0, 400, 1000], [0, 1.5e7, 0])
    return program(chain(3, 5.5), ramp, filling=[1, 0, 1], local=local)


def read(sent):
    return analog.parse(sent, limits=LIMITS)


def refused(sent, *, limits=LIMITS):
    with pytest.raises(RunError) as caught:
        analog.parse(sent, limits=limits)
    assert {problem.field for problem in caught.value.problems} == {"analogProgram"}
    return caught.value


def changed(*path, to):
    """The good program with the value at ``path`` changed."""
    sent = good()
    place = sent
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return sent


def driving(*path, to):
    return changed("hamiltonian", "drivingFields", 0, *path, to=to)


def register(*path, to):
    return changed("setup", "ahs_register", *path, to=to)


def test_a_program_is_read_into_micrometres_and_microseconds():
    found = read(good())

    assert found.sites == ((0, 0), (5.5, 0), (11, 0))
    assert (found.filled, found.atoms, found.duration) == ((0, 2), 2, 1)
    assert (found.amplitude.times, found.amplitude.values) == ((0, 0.4, 1), (0, 15, 0))
    assert found.local.pattern == (0.5, 1, 0)
    assert found.rate == pytest.approx(math.hypot(15, 10))
    assert found.blockade_radius == pytest.approx((5.42e6 / 15) ** (1 / 6))


def test_numbers_may_be_numbers_or_decimal_text():
    sent = good()
    as_numbers = json.loads(
        json.dumps(sent), object_hook=lambda members: {k: _number(v) for k, v in members.items()}
    )

    assert isinstance(as_numbers["setup"]["ahs_register"]["sites"][1][0], float)
    assert read(as_numbers) == read(sent)


def _number(value):
    if isinstance(value, list):
        return [_number(element) for element in value]
    return float(value) if isinstance(value, str) and value[0].isdigit() and value != "1" else value


def test_what_the_sdk_writes_is_taken_as_it_is():
    sites = AtomArrangement()
    sites.add((0, 0)).add((5.5e-6, 0), SiteType.VACANT).add((Decimal("1.1e-5"), 0))
    ramp = TimeSeries().put(0, 0).put(1e-6, 1.5e7).put(4e-6, 0)
    flat = TimeSeries().put(0, 0).put(4e-6, 0)
    drive = DrivingField(amplitude=ramp, phase=flat, detuning=flat)
    shift = LocalDetuning.from_lists(times=[0, 4e-6], values=[0, 1e7], pattern=[0.5, 1.0, 0.0])
    whole = AnalogHamiltonianSimulation(register=sites, hamiltonian=drive + shift)

    sent = whole.to_ir().json()
    assert read(json.loads(sent)).filled == (0, 2)
    older = whole.to_ir().json(by_alias=True)
    assert "shiftingFields" in older
    assert read(json.loads(older)) == read(json.loads(sent))


@pytest.mark.parametrize("template", TEMPLATES, ids=BY_SLUG)
def test_a_template_is_a_program_that_braket_reads_too(template):
    assert Program.parse_obj(template.program).setup.ahs_register.filling == [
        1 for _ in range(template.analog.atoms)
    ]
    assert json.loads(analog.write(template.program)) == template.program
    assert template.description.endswith(".")
    assert template.physics.endswith(".")
    assert max(map(len, analog.write(template.program).splitlines())) <= 100


def test_everything_that_is_wrong_is_said_at_once():
    sent = good()
    sent["comment"] = "mine"
    sent["braketSchemaHeader"] = {"name": "braket.ir.jaqcd.program", "version": "1"}
    sent["setup"]["ahs_register"]["sites"][1] = ["1e-7", "0"]
    sent["setup"]["ahs_register"]["filling"] = [1, True, 2]
    drive = sent["hamiltonian"]["drivingFields"][0]
    drive["amplitude"]["time_series"]["times"][1] = "1.5e-6"
    drive["phase"]["pattern"] = [1, 1, 1]
    drive["detuning"]["time_series"]["times"][0] = None
    drive["slewRate"] = 1
    local = sent["hamiltonian"]["localDetuning"][0]["magnitude"]
    local["pattern"] = [1.5, 0]
    local["time_series"]["times"][1] = "9e-7"

    error = refused(sent)

    assert error.code == "invalid_circuit"
    assert [problem.message for problem in error.problems] == [
        "The program has the unknown member “comment”",
        "The header has the name “braket.ir.jaqcd.program”",
        "Sites 0 and 1 are 0.1 µm apart; sites are at least 1 µm apart",
        "The filling of site 1 is neither 0 nor 1",
        "The filling of site 2 is neither 0 nor 1",
        "The driving field has the unknown member “slewRate”",
        "The amplitude’s 3rd time is 1 µs, not later than the one before, 1.5 µs",
        "The phase’s pattern is a list, not uniform",
        "The detuning’s 1st time is null, not a finite decimal number",
        "The local detuning’s part of site 0 is 1.5; parts are from 0 to 1",
        "The pattern of the local detuning has 2 parts; the register has 3 sites",
        (
            "The fields end at different times: the amplitude at 1 µs, the phase at 1 µs, "
            "the local detuning at 0.9 µs"
        ),
    ]


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (None, "The analog program is empty"),
        ({}, "The analog program is empty"),
        ([], "The analog program is not a JSON object"),
        ({"setup": 1}, "The program has no member “braketSchemaHeader”"),
        (changed("braketSchemaHeader", "version", to="2"), "The header has the version “2”"),
        (register("sites", to=[]), "The register has 0 sites and a filling of 3"),
        (register("filling", to=[1, 1]), "The register has 3 sites and a filling of 2"),
        (register("filling", to=[0, 0, 0]), "The register holds no atom, so there is nothing to measure"),
        (register("filling", 0, to="1"), "The filling of site 0 is neither 0 nor 1"),
        (register("filling", 0, to=0.7), "The filling of site 0 is neither 0 nor 1"),
        (register("sites", 1, to=["0", "0"]), "Sites 0 and 1 are at the same place"),
        (register("sites", 1, to=["0", "0", "0"]), "Site 1 is not a list of two coordinates"),
        (register("sites", 1, 0, to="5.5"), "The register is 5.5e6 µm long in x; it may be 1,000 µm"),
        (driving("amplitude", "time_series", "values", 1, to=-1e6), "The amplitude’s 2nd value is −1 rad/µs; an amplitude is not negative"),
        (driving("amplitude", "pattern", to=[1, 1, 1]), "The amplitude’s pattern is a list, not uniform"),
        (driving("phase", "time_series", "times", 0, to="1e-7"), "The phase begins at 0.1 µs; every field begins at 0"),
        (driving("phase", "time_series", "values", to=[0]), "The phase has 2 times and 1 value"),
        (driving("phase", "time_series", to={"times": [0], "values": [0]}), "The phase has 1 point; it needs at least 2"),
        (driving("detuning", to="off"), "The detuning is a text, not an object"),
        (changed("hamiltonian", "drivingFields", to=[]), "The program has 0 driving fields; it needs exactly one"),
        (changed("hamiltonian", "drivingFields", to=2 * good()["hamiltonian"]["drivingFields"]), "The program has 2 driving fields; it needs exactly one"),
        (changed("hamiltonian", "localDetuning", to=2 * good()["hamiltonian"]["localDetuning"]), "The program has 2 local detunings; it has one at most"),
        (changed("hamiltonian", "shiftingFields", to=[]), "The Hamiltonian has both localDetuning and shiftingFields, which are one and the same"),
        (program([(0, 0)], constant(0.5, 1e6)), "The program lasts less than a nanosecond"),
    ],
)  # fmt: skip
def test_a_program_that_is_not_well_formed_is_refused_in_words(sent, message):
    error = refused(sent)

    assert error.code == "invalid_circuit"
    assert error.problems[0].message == message


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (program(chain(10, 6), constant(1000, 1e6)), "The register holds 10 atoms; this runner takes at most 9"),
        (program(chain(257, 3), constant(1000, 1e6)), "The register has 257 sites; this runner takes at most 256"),
        (program([(0, 0)], constant(20_001, 1e6)), "The program lasts 20.001 µs; this runner takes at most 20 µs"),
        (driving("detuning", "time_series", "values", 0, to=1e13), "The detuning’s 1st value is 1e7 rad/µs; this runner takes at most 1,000,000"),
        (program([(0, 0)], constant(2000, 1e6), constant(2000, 6e8)), SLOW.format("600", "2", "2,401", "1 atom", "2,000")),
        (program(chain(9, 6), constant(4000, 1e7), constant(4000, 6e7)), SLOW.format("60.83", "4", "487", "9 atoms", "400")),
    ],
)  # fmt: skip
def test_a_program_that_is_too_large_is_refused_as_such(sent, message):
    error = refused(sent)

    assert error.code == "runner_limit_exceeded"
    assert message in [problem.message for problem in error.problems]


def test_the_limit_of_atoms_and_of_time_is_that_of_the_workspace():
    small = Limits(analog_atoms=1)
    assert "takes at most 1" in refused(good(), limits=small).problems[0].message
    hasty = Limits(wall_seconds=20)
    assert refused(program(chain(9, 6), constant(4000, 3e7)), limits=hasty).code == (
        "runner_limit_exceeded"
    )


def test_a_program_that_was_accepted_once_can_be_looked_at_always():
    large = program(chain(12, 6), constant(20_000, 1e9))

    assert analog.parse_any_size(large).atoms == 12


def _places(value, path=()):
    yield path
    if isinstance(value, dict | list):
        for step in value if isinstance(value, dict) else range(len(value)):
            yield from _places(value[step], (*path, step))


def _replaced(path, junk):
    sent = [good()]
    place = sent
    for step in (0, *path)[:-1]:
        place = place[step]
    place[(0, *path)[-1]] = junk
    return sent[0]


def test_junk_in_any_place_is_read_or_refused_but_never_breaks_the_reader():
    places = list(_places(good()))
    taken = 0
    for sent in (_replaced(path, junk) for path in places for junk in JUNK):
        try:
            found = read(sent)
        except RunError:
            continue
        taken += 1
        assert Program.parse_obj(sent).braketSchemaHeader.dict() == HEADER
        assert all(map(math.isfinite, (found.rate, found.duration)))
    assert 0 < taken < len(places)


def test_the_text_that_a_person_reads_is_the_program():
    sent = good() | {"text": "ħ", "nothing": [], "list": [[1, 2], {"a": None}] * 20}

    assert json.loads(analog.write(sent)) == sent
    assert canonical.encode(json.loads(analog.write(good()))) == canonical.encode(good())
