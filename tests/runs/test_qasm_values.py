"""What expressions are worth: quotients, angles with a size, bits, arrays, and their casts."""

import pytest

from runs.contract import SourceKind
from runs.errors import RunError
from runs.limits import Limits
from runs.qasm import read

HEAD = {
    SourceKind.OPENQASM3: 'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[3] q;\nbit[3] c;\n',
    SourceKind.OPENQASM2: 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[3];\ncreg c[3];\n',
}


def reading(body, *, kind=SourceKind.OPENQASM3):
    return read(HEAD[kind] + body, kind=kind, limits=Limits())


def refused(body, **more):
    with pytest.raises(RunError) as caught:
        reading(body, **more)
    return caught.value


def angle(expression, *, before="", kind=SourceKind.OPENQASM3):
    (gate,) = reading(f"{before}rx({expression}) q[0];", kind=kind).circuit.operations
    return gate.angles[0]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("pi / 2", 1.5707963267948966),
        ("1.0 / 2", 0.5),
        ("4 / 2 * pi", 6.283185307179586),
        ("2 ** 3 ** 2", 512),
        ("-2 ** 2", -4),
        ("7 % 4 + 0.5", 3.5),
        ("-7 % 4", -3),
        ("1_000 * 0x1f + 0b101 + 0o17", 31020),
        ("float(7) / 2", 3.5),
        ("int(7.9)", 7),
        ('popcount("1011")', 3),
        ("int[3](bit[3](5))", -3),
        ('uint[4](rotl("0011", 1))', 6),
        ('int(rotr("0011", 1))', 9),
        ("arccos(cos(0.3))", 0.3),
        ("true + 1", 2),
        ("5 & 6 | 1 ^ 3", 6),
        ("1 << 3 >> 1", 4),
    ],
)  # fmt: skip
def test_expressions_have_the_value_of_the_language(expression, value):
    assert angle(expression) == pytest.approx(value, abs=1e-12)


def test_whole_numbers_are_divided_as_in_c_where_a_whole_number_is_asked_for():
    body = "int n = 7;\nfor int i in [0:n / 3] { x q[i]; }\nint m = -7 / 2;\nrx(m) q[0];"

    operations = reading(body).circuit.operations

    assert [operation.gate for operation in operations] == ["x", "x", "x", "rx"]
    assert operations[-1].angles == (-3,)


@pytest.mark.parametrize("expression", ["1/2*pi", "3/2", "-(1/3)", "0.5 + 1/2", "sin(1/2)"])
def test_an_angle_whose_fraction_the_language_cuts_off_is_refused(expression):
    error = refused(f"rx({expression}) q[0];")

    assert error.code == "invalid_circuit"
    assert "divides whole numbers, which OpenQASM 3 cuts off" in error.message
    assert error.problems[0].hint == "Write one of them with a point: 1.0/2."


def test_version_2_divides_real_numbers():
    assert angle("1/2*pi", kind=SourceKind.OPENQASM2) == pytest.approx(1.5707963267948966)


def test_the_power_of_a_gate_may_be_a_fraction():
    (gate,) = reading("pow(1/2) @ x q[0];").circuit.operations

    assert gate.power == 0.5


@pytest.mark.parametrize(
    ("before", "steps"),
    [
        ("angle[4] a = 9 * (pi / 8);", 9),
        ("angle[4] a = -pi / 8;", 15),
        ("angle[4] a = pi; a += 9 * pi / 8;", 1),
        ("angle[4] a = 5 * pi / 4; uint[4] two = 2; a = two * a;", 4),
        ("angle[4] a = 7 * pi / 8; a = a / 2;", 3),
        ("angle[4] a = 9 * (pi / 8); a <<= 2;", 4),
        ("angle[4] a = 9 * (pi / 8); a = a >> 2;", 2),
        ("angle[4] a = 9 * (pi / 8) ; a ^= pi / 8;", 8),
        ('angle[4] a = angle[4](bit[4]("0011"));', 3),
        ("angle[4] a = pi / 4; a = -a;", 14),
        ('angle[4] a = 0.0; a[2:3] = "11";', 12),
    ],
)
def test_angles_with_a_size_count_in_steps(before, steps):
    assert angle("a", before=before) == pytest.approx(steps * 3.141592653589793 / 8)


def test_an_angle_without_a_size_is_the_number_that_it_is_given():
    assert angle("a", before="angle a = -0.6;") == -0.6


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("array[int, 2] a = {1, 2, 3};", "this is 3, where 2 is declared"),
        ("array[int, 2, 2] a = {1, 2};", "this is 2, where 2 × 2 is declared"),
        ("array[int, 2] a;\nx q[a[2]];", "the array has 2 elements, so there is no [2]"),
        ("array[int, 2] a;\na = {1, 2};", "{ has no meaning here"),
        ("array[int, 2] a;\narray[int, 3] b;\na[0:1] = b;", "an array of 3 cannot fill 2 places"),
        ("array[int, 2, 2] a;\na[0] = 1;", "a single value cannot be put in the place of an array of 2"),
        ("array[int, 0] a;", "the length of an array must be at least 1, not 0"),
        ("array[int, 2] a;\nrx(a) q[0];", "an array is no number"),
        ("array[int, 2] a;\nrx(a[0, 1]) q[0];", "this names more dimensions than the array has"),
        ("bit[2] d = c;", "2 bits cannot be given the value of 3"),
        ("int[2] n = int[2](c);", "3 bits cannot be read as a number of 2"),
        ("angle[4] a = 0.1;\nangle[5] b = 0.2;\nrx(a + b) q[0];", "angles of different sizes cannot be combined"),
        ("angle[80] a;", "an angle has 1 to 64 bits, not 80"),
        ("rx(2im) q[0];", "only real numbers are supported"),
        ("complex z = 1;", "only whole numbers, floats, angles, bits and truth values are supported"),
        ("duration d = 5ns;", "a simulator knows no time, so durations have no meaning here"),
        ("const bit d = 1;\nd = 0;", "a constant cannot be assigned to"),
        ("let both = q[0:1] ++ q[1:2];", "a register cannot be joined with a part of itself"),
        ("x q[2:1];", "this range names no element of q"),
        ("rotl(5, 1);", "only bits can be rotated"),
        ("c ^= measure q;", "a measurement is assigned with = only"),
    ],
)  # fmt: skip
def test_what_has_no_value_is_refused(body, message):
    error = refused(f"{body}\nx q[0];")

    assert len(error.problems) == 1
    assert error.message.partition(": ")[2] == message
