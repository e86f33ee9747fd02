"""OpenQASM 2 and 3, in and out. Core.

A source is scanned (:mod:`runs.qasm.scan`), parsed to a tree (:mod:`runs.qasm.syntax`), walked
against a list of what is allowed (:mod:`runs.qasm.statements`) and lowered to a circuit, or to a
checked program where gates depend on measurements (:mod:`runs.qasm.lowering`).
"""

from runs.qasm.lowering import Reading, read
from runs.qasm.printing import to_openqasm
from runs.qasm.scan import normal_newlines, statement_count

__all__ = ["Reading", "normal_newlines", "read", "statement_count", "to_openqasm"]
