"""No source costs more than its own length allows: what explodes is refused as it begins to."""

import sys
import tracemalloc

import pytest

from runs.contract import SourceKind
from runs.errors import RunError
from runs.limits import Limits
from runs.qasm import read

LIMITS = Limits()
HEAD = 'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[5] q;\nbit[5] c;\n'
DOUBLED_CALLS = "".join(f"def f{n + 1}() {{ f{n}(); f{n}(); }}\n" for n in range(30))
MEASURED = "qubit[12] r;\nbit[12] d;\nh r;\nd = measure r;\n"
CASES = " ".join(f"case {n} {{ x q[0]; }}" for n in range(60))
SWITCHES = f"int n = int(d[0:7]);\nfor int i in [0:30] {{ switch (n) {{ {CASES} }} }}"
DOUBLED = "".join(f"gate a{n + 1} x {{ a{n} x; a{n} x; }}\n" for n in range(30))

BOMBS = {
    "tower of powers": "rx(9**9**9) q[0];",
    "power in an index": "h q[10**100000000];",
    "product": "rx(2**63 * 2**63 * 2**63) q[0];",
    "shift": "rx(1 << 1000000000) q[0];",
    "infinite number": "rx(1e300 * 1e300) q[0];",
    "long literal": f"rx({'9' * 5000}) q[0];",
    "long name": f"h {'q' * 5000};",
    "huge range of a loop": "for int i in [0:1000000000] { h q[0]; }",
    "huge range of nothing": "for int i in [0:1000000000] { }",
    "three nested loops": "for int i in [0:999] for int j in [0:999] for int k in [0:999] { }",
    "huge slice": "h q[0:1000000000];",
    "endless loop": "while (true) { }",
    "squaring": "int n = 3;\nfor int i in [0:100] { n = n * n; }",
    "doubled gates": f"gate a0 x {{ h x; }}\n{DOUBLED}a30 q[0];",
    "doubled nothing": f"gate a0 x {{ }}\n{DOUBLED}a30 q[0];",
    "gates in a circle": "gate a x { b x; }\ngate b x { a x; }\na q[0];",
    "huge power": "gate a x, y { h x; cx x, y; }\npow(999999) @ a q[0], q[1];",
    "parentheses": f"rx({'(' * 3000}1{')' * 3000}) q[0];",
    "signs": f"rx({'-' * 3000}1) q[0];",
    "fewer signs": f"rx({'-' * 250}1) q[0];",
    "sum": f"rx({'1+' * 5000}1) q[0];",
    "ifs": f"{'if (c[0] == 1) ' * 300}h q[0];",
    "fewer ifs": f"{'if (c[0] == 1) ' * 100}h q[0];",
    "joined registers": f"let a = {'q ++ ' * 2000}q;",
    "huge register": "qubit[1000000] r;\nh r;",
    "huge bits": "bit[1000000000] d;\nh q;",
    "huge number type": "int[1000000000] n = 1;",
    "many controls": "ctrl(1000000000) @ x q[0], q[1];",
    "controls of controls": "ctrl(5) @ ctrl(5) @ x q[0], q[1];",
    "many words": "x q[0];" * 4_500,
    "many operations": "for int i in [0:2000] { h q[0]; }",
    "file": 'include "/etc/passwd";',
    "device": 'include "/dev/zero";',
    "unknown gates without end": "for int i in [0:1000000] { hh q[0]; }",
    "a subroutine in a circle": "def f(qubit a) { f(a); }\nf(q[0]);",
    "two calls of itself": "def f(int n) { if (n > 0) { f(n - 1); f(n - 1); } }\nf(31);\nh q;",
    "doubled subroutines": f"def f0() {{ }}\n{DOUBLED_CALLS}f30();\nh q;",
    "huge bits of a parameter": "def f(bit[1000000000] a) { }\nf(c);",
    "bits of many calls": "def f() { bit[4096] a; }\nfor int i in [0:1000] { f(); }\nh q;",
    "huge constant bits": "const bit[1000000000] d = 1;",
    "huge array": "array[int[8], 4096, 4096] a;",
    "array of many dimensions": "array[int, 1, 1, 1, 1, 1, 1, 1, 1] a;",
    "array written to for ever": "array[int, 4096] a;\nfor int i in [0:100000] { a[0] = i; }",
    "huge angle": "angle[1000000000] a;",
    "sum of all bits": f"{MEASURED}if (popcount(d) == 9) x q[0];",
    "parity of all bits": f"{MEASURED}bit p;\nfor bit b in d {{ p ^= b; }}\nif (p) x q[0];",
    "a gate for every content": f"{MEASURED}rx(int(d)) q[0];",
    "a loop for every content": f"{MEASURED}for int i in [0:int(d[0:7])] {{ x q[0]; }}",
    "long conditions": f"{MEASURED}for int i in [0:1900] {{ if (popcount(d[0:7]) == 4) x q[0]; }}",
    "switch over everything": f"{MEASURED}{SWITCHES}",
    "left early for ever": "for int i in [0:2000] { c[0] = measure q[0]; if (c[0]) break; }",
    "leaving the program": "for int i in [0:1000000] { if (i < 0) { end; } }",
    "commas of a pragma": f"#pragma braket result probability {'q,' * 12_000}q",
    "brackets of a pragma": f"#pragma braket noise bit_flip({'(' * 12_000}) q[0]",
    "factors of a pragma": f"#pragma braket result expectation {'z(q[0]) @ ' * 2_000}z(q[0])",
    "statements that are none": "x y z;\n" * 4_000,
    "opened and never closed": f"{'{' * 30}{'x;' * 8_000}",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused(bomb):
    with pytest.raises(RunError) as caught:
        read(HEAD + BOMBS[bomb], kind=SourceKind.OPENQASM3, limits=LIMITS)

    assert caught.value.code in {
        "invalid_circuit",
        "unsupported_operation",
        "runner_limit_exceeded",
    }
    assert len(caught.value.message) < 200
    assert len(caught.value.problems) <= 51


def test_a_large_source_is_refused_before_it_is_looked_at():
    with pytest.raises(RunError) as caught:
        read("(" * 40_000, kind=SourceKind.OPENQASM3, limits=LIMITS)

    assert caught.value.message == ("The source has 40,000 bytes; this runner takes at most 32,768")


def test_expansion_stops_at_the_budget_and_holds_little_memory():
    tracemalloc.start()
    try:
        with pytest.raises(RunError):
            read(HEAD + BOMBS["doubled gates"], kind=SourceKind.OPENQASM3, limits=LIMITS)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 32 * 1024**2


def test_a_source_that_looks_like_a_path_is_no_path(tmp_path):
    path = tmp_path / "secret.qasm"
    path.write_text(HEAD + "h q;")

    with pytest.raises(RunError) as caught:
        read(str(path), kind=SourceKind.OPENQASM3, limits=LIMITS)

    assert caught.value.code == "invalid_circuit"


def test_reading_writes_nothing_of_the_source_anywhere(capfd):
    with pytest.raises(RunError):
        read(f"{HEAD}private(;", kind=SourceKind.OPENQASM3, limits=LIMITS)

    assert capfd.readouterr() == ("", "")


def test_the_recursion_limit_is_left_alone():
    before = sys.getrecursionlimit()

    with pytest.raises(RunError):
        read(HEAD + BOMBS["fewer signs"], kind=SourceKind.OPENQASM3, limits=LIMITS)

    assert sys.getrecursionlimit() == before
