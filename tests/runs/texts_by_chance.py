"""Random programs in OpenQASM 3 whose variables, loops and subroutines depend on measurements."""

import random

HEAD = """OPENQASM 3.0;
include "stdgates.inc";
const float step = 0.4;
qubit[3] q;
bit[3] c;
output bit[3] out;
int n = 0;
uint[2] m = 1;
bool odd = false;
def look(qubit a) -> bit { h a; return measure a; }
def parity(bit[3] bits) -> bit {
  bit sum;
  for int i in [0:2] { sum ^= bits[i]; }
  return sum;
}
def nudge(qubit a, int k) {
  if (k > 1) { ry(step * k) a; return; }
  x a;
}
def first(qubit[2] a) -> int {
  for int i in [0:1] {
    bit seen = look(a[i]);
    if (seen) return i + 1;
  }
  return 0;
}
ry(0.9) q[0]; ry(1.7) q[1]; cx q[0], q[2]; h q[1];
"""
TAIL = "ry(0.7) q;\nout = measure q;\n"
CONDITIONS = (
    "c[{a}]", "c[{a}] != c[{b}]", "c == {k}", "c > {k}", "n == {s}", "n > {s}", "odd", "!odd",
    "m >= {s}", "c[{a}] && n < 2", "parity(c)", "odd || c[{b}] == 0", "int(c) % 3 == {s}",
    "!c[{a}] && m != {s}",
)  # fmt: skip
LINES = (
    "h q[{a}];", "ry(0.{k}) q[{a}];", "cx q[{a}], q[{b}];", "ctrl @ rx(step * n) q[{a}], q[{b}];",
    "ry(step * m + 0.1) q[{b}];", "x q[n % 3];", "c[{a}] = measure q[{b}];", "c = measure q;",
    "c[n % 2] = measure q[{a}];", "reset q[{a}];", "n += c[{a}];", "n = {s} - n;", "n = int(c);",
    "m = uint[2](c[{a}:{a1}]);", "m += 1;", "m <<= 1;", "odd = parity(c);", "odd = c[{a}] == c[{b}];",
    "c[{a}] = c[{b}];", "c[{a}] ^= odd;", 'c = c ^ "0{bits}";', "nudge(q[{a}], n);",
    "n = first(q[{a}:{a1}]);", "c[{b}] = look(q[{a}]);", "look(q[{a}]);", "c[0] = {bit}; odd = !odd;",
)  # fmt: skip


def random_text(seed):
    """Return a program; its last register is ``out``."""
    chance = random.Random(seed)
    return HEAD + "".join(_block(chance, length=9, depth=0)) + TAIL


def _block(chance, *, length, depth, in_loop=False):
    return [_statement(chance, depth, in_loop) + "\n" for _ in range(length)]


def _filled(chance, text):
    a, b = chance.sample(range(3), 2)
    low = chance.randrange(2)
    if "{a1}" in text:
        a = low
    return text.format(
        a=a, b=b, a1=low + 1, k=chance.randrange(1, 8), s=chance.randrange(3),
        bit=chance.randrange(2), bits=f"{chance.randrange(4):02b}",
    )  # fmt: skip


def _statement(chance, depth, in_loop):
    kind = chance.choice(["line"] * 9 + ["if", "else", "for", "switch", "while"] * (depth < 2))
    if in_loop and chance.random() < 0.25:
        leave = chance.choice(["break", "continue"])
        return f"if ({_filled(chance, chance.choice(CONDITIONS))}) {leave};"
    if kind == "line":
        return _filled(chance, chance.choice(LINES))
    return _COMPOUND[kind](chance, depth + 1, in_loop)


def _body(chance, depth, in_loop):
    lines = _block(chance, length=chance.randint(1, 3), depth=depth, in_loop=in_loop)
    return "{ " + " ".join(line.strip() for line in lines) + " }"


def _if(chance, depth, in_loop):
    return f"if ({_filled(chance, chance.choice(CONDITIONS))}) {_body(chance, depth, in_loop)}"


def _else(chance, depth, in_loop):
    return f"{_if(chance, depth, in_loop)} else {_body(chance, depth, in_loop)}"


def _for(chance, depth, _in_loop):
    turns = chance.choice(["[0:2]", "[2:-1:1]", "{0, 2}", "[0:int(c[1])]"])
    return f"for int i in {turns} {_body(chance, depth, True).replace('q[0]', 'q[i]')}"


def _while(chance, depth, _in_loop):
    name = f"w{chance.randrange(10**6)}"
    body = _body(chance, depth, True)
    return f"int {name} = 0; while ({name} < 2) {{ {name} += 1; {body} }}"


def _switch(chance, depth, in_loop):
    first, second = (_body(chance, depth, in_loop) for _ in range(2))
    rest = f" default {_body(chance, depth, in_loop)}" if chance.random() < 0.5 else ""
    return f"switch (n) {{ case 0, 2 {first} case 1 {second}{rest} }}"


_COMPOUND = {"if": _if, "else": _else, "for": _for, "while": _while, "switch": _switch}
