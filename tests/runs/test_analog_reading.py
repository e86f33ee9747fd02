"""Numbers of analog programs are finite in the units that they are read in."""

from copy import deepcopy

import pytest

from runs.analog import parse
from runs.errors import RunError
from runs.limits import Limits

LINE = {"time_series": {"times": ["0", "1e-6"], "values": ["0", "0"]}, "pattern": "uniform"}
ATOM = {
    "braketSchemaHeader": {"name": "braket.ir.ahs.program", "version": "1"},
    "setup": {"ahs_register": {"sites": [["0", "0"]], "filling": [1]}},
    "hamiltonian": {
        "drivingFields": [{"amplitude": LINE, "phase": LINE, "detuning": LINE}],
        "localDetuning": [],
    },
}


@pytest.mark.parametrize("far", ["1e308", 1e308, "-1e303", "1e999"], ids=str)
def test_a_place_that_is_no_number_in_micrometres_is_refused(far):
    assert parse(ATOM, limits=Limits()).sites == ((0.0, 0.0),)
    program = deepcopy(ATOM)
    program["setup"]["ahs_register"]["sites"] = [[far, "0"]]
    with pytest.raises(RunError) as refused:
        parse(program, limits=Limits())
    assert refused.value.code == "invalid_circuit"
    assert "The x of site 0" in refused.value.problems[0].message
