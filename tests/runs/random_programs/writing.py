"""A random program as text, in OpenQASM 3 or 2, spelled now this way and now that."""

from tests.runs.random_programs import tree as t

_COMMENTS = ("// h q[0];", "/* x q[1]; */", "// measured \u2264 2\u03c0", "/* two\nlines */")


def text_of(program, chance):
    """Return the source of a tree; ``chance`` chooses between spellings that mean the same."""
    writer = _Writer(program.version, chance)
    lines = writer.head(program)
    for node in program.statements:
        lines += writer.statement(node)
        if chance.random() < 0.08:
            lines.append(chance.choice(_COMMENTS))
    return "\n".join(lines) + "\n"


class _Writer:
    def __init__(self, version, chance):
        self.version = version
        self.chance = chance

    def head(self, program):
        if self.version == 2:
            lines = ["OPENQASM 2.0;", 'include "qelib1.inc";']
        else:
            lines = [self.chance.choice(["OPENQASM 3.0;", "OPENQASM 3;"])]
            lines += self.chance.choice([[], ['include "stdgates.inc";']])
        for name in program.inputs:
            lines.append(f"input {self.chance.choice(['float', 'float[64]'])} {name};")
        declared = [self.qubits(*one) for one in program.qubits]
        declared += [self.bits(*one) for one in program.bits]
        return lines + declared

    def qubits(self, name, size):
        if self.version == 2 or (size is not None and self.chance.random() < 0.2):
            return f"qreg {name}[{size}];"
        return f"qubit {name};" if size is None else f"qubit[{size}] {name};"

    def bits(self, name, size):
        if self.version == 2 or (size is not None and self.chance.random() < 0.2):
            return f"creg {name}[{size}];"
        if size is None:
            return f"bit {name};"
        first = f' = "{"0" * size}"' if self.chance.random() < 0.3 else ""
        return f"bit[{size}] {name}{first};"

    def statement(self, node):
        """Return the lines of a statement."""
        return _WRITERS[type(node)](self, node)

    def gate(self, node):
        words = [self.modifier(modifier) for modifier in node.modifiers]
        angles = ", ".join(angle.text(self.version) for angle in node.angles)
        name = f"{node.name}({angles})" if angles else node.name
        qubits = ", ".join(map(self.place, node.places))
        return [" @ ".join([*words, f"{name} {qubits}".strip()]) + ";"]

    def modifier(self, modifier):
        if isinstance(modifier, t.Inverse):
            return "inv"
        if isinstance(modifier, t.Power):
            return f"pow({modifier.exponent})"
        word = "ctrl" if modifier.state else "negctrl"
        return f"{word}({modifier.size})" if modifier.size > 1 or modifier.counted else word

    def place(self, place):
        if isinstance(place, t.Whole):
            return place.name
        if isinstance(place, t.At):
            return f"{place.name}[{place.index.text(self.version)}]"
        if isinstance(place, t.Several):
            indices = ", ".join(index.text(self.version) for index in place.indices)
            return f"{place.name}[{{{indices}}}]"
        parts = [place.first, place.last]
        if place.step is not None:
            parts.insert(1, place.step)
        ends = ":".join("" if part is None else part.text(self.version) for part in parts)
        return f"{place.name}[{ends}]"

    def measure(self, node):
        qubits, bits = self.place(node.qubits), self.place(node.bits)
        if node.arrow or self.version == 2:
            return [f"measure {qubits} -> {bits};"]
        return [f"{bits} = measure {qubits};"]

    def reset(self, node):
        return [f"reset {self.place(node.qubits)};"]

    def barrier(self, node):
        return [f"barrier {', '.join(map(self.place, node.places))};"]

    def loop(self, node):
        if node.values:
            over = "{" + ", ".join(map(str, node.values)) + "}"
        elif node.step == 1:
            over = f"[{node.first}:{node.last}]"
        else:
            over = f"[{node.first}:{node.step}:{node.last}]"
        kind = self.chance.choice(["int", "uint", "int[32]"])
        return [f"for {kind} {node.variable} in {over} {{", *self.block(node.body), "}"]

    def block(self, body):
        return [f"  {line}" for node in body for line in self.statement(node)]

    def branch(self, node):
        head = f"if ({node.condition.text(self.version)})"
        if self.version == 2:
            return [f"{head} {line}" for inner in node.then for line in self.statement(inner)]
        lines = [f"{head} {{", *self.block(node.then), "}"]
        if node.otherwise:
            lines[-1:] = ["} else {", *self.block(node.otherwise), "}"]
        return lines

    def definition(self, node):
        angles = f"({', '.join(node.angles)})" if node.angles else ""
        head = f"gate {node.name}{angles} {', '.join(node.qubits)} {{"
        return [head, *self.block(node.body), "}"]

    def alias(self, node):
        return [f"let {node.name} = {' ++ '.join(map(self.place, node.parts))};"]

    def constant(self, node):
        return [f"const float {node.name} = {node.value.text(self.version)};"]


_WRITERS = {
    t.Gate: _Writer.gate,
    t.Measure: _Writer.measure,
    t.Reset: _Writer.reset,
    t.Barrier: _Writer.barrier,
    t.Loop: _Writer.loop,
    t.If: _Writer.branch,
    t.Definition: _Writer.definition,
    t.Alias: _Writer.alias,
    t.Constant: _Writer.constant,
}
