"""From scanned text to the syntax tree of the ``openqasm3`` package, and its errors in words. Core.

OpenQASM 2 is parsed by the same grammar: its powers and its names that version 3 reserves are
rewritten first, in place, so that lines stay where they are.
"""

import re
from threading import Lock
from typing import Any

from antlr4 import CommonTokenStream, InputStream
from antlr4.error.ErrorListener import ErrorListener
from antlr4.error.Errors import ParseCancellationException, RecognitionException
from antlr4.error.ErrorStrategy import BailErrorStrategy
from antlr4.Token import Token as AntlrToken
from openqasm3 import ast
from openqasm3._antlr.qasm3Lexer import qasm3Lexer
from openqasm3._antlr.qasm3Parser import qasm3Parser
from openqasm3.parser import QASM3ParsingError, QASMNodeVisitor

from runs.contract import SourceKind
from runs.errors import Problem, RunError
from runs.errors.findings import shown
from runs.qasm.scan import Token

# The runtime of the parser keeps its tables in the module and knows no threads.
_ONE_AT_A_TIME = Lock()
_POSITION = re.compile(r"L(\d+):C(\d+): (.*)", re.DOTALL)
_FEW = 3
TOO_DEEP = "The source nests expressions or statements too deeply"
# fmt: off
_RESERVED_SINCE_3 = frozenset({
    "def", "defcal", "defcalgrammar", "cal", "extern", "box", "let", "break", "continue",
    "else", "end", "return", "for", "while", "in", "switch", "case", "default", "input",
    "output", "const", "readonly", "mutable", "qubit", "bit", "bool", "int", "uint", "float",
    "angle", "complex", "array", "void", "duration", "stretch", "gphase", "inv", "pow",
    "ctrl", "negctrl", "durationof", "delay", "sizeof", "true", "false", "im", "pragma", "nop",
})
# fmt: on
_VERSIONS = {
    SourceKind.OPENQASM2: ("2", "2.0"),
    SourceKind.OPENQASM3: ("3", "3.0", "3.1"),
}


def syntax_tree(source: str, tokens: list[Token], kind: SourceKind) -> ast.Program:
    """Return the tree of ``source``, whose ``tokens`` were scanned.

    :raises RunError: if the text does not follow the grammar of its version.
    """
    _check_version(tokens, kind)
    text = source.replace("\ufeff", " ")
    if kind is SourceKind.OPENQASM2:
        text = _as_version_3(text, tokens)
    try:
        with _ONE_AT_A_TIME:
            return _parse(text)
    except ParseCancellationException as error:
        raise RunError("invalid_circuit", [_unexpected(error.args[0])]) from None
    except QASM3ParsingError as error:
        raise RunError("invalid_circuit", [_misplaced(error)]) from None
    except RecursionError:
        problem = Problem(TOO_DEEP, field="source")
        raise RunError("runner_limit_exceeded", [problem]) from None


def _parse(text: str) -> ast.Program:
    """Do what ``openqasm3.parse`` does, without its printing of source text to standard error."""
    lexer = qasm3Lexer(InputStream(text))
    parser = qasm3Parser(CommonTokenStream(lexer))
    lexer.removeErrorListeners()
    lexer.addErrorListener(_Strict())
    parser.removeErrorListeners()
    # The runtime for Python has no method that sets it.
    parser._errHandler = BailErrorStrategy()  # noqa: SLF001
    visitor: Any = QASMNodeVisitor()  # type: ignore[no-untyped-call]
    program: ast.Program = visitor.visitProgram(parser.program())
    return program


class _Strict(ErrorListener):  # type: ignore[misc]
    """Refuses characters that make no word; the lexer would leave them out."""

    def syntaxError(  # noqa: N802, PLR0917 - the name and the order that the runtime calls
        self,
        recognizer: object,  # noqa: ARG002
        offendingSymbol: object,  # noqa: ARG002, N803
        line: int,
        column: int,
        msg: str,  # noqa: ARG002
        e: object,  # noqa: ARG002
    ) -> None:
        raise QASM3ParsingError(f"L{line}:C{column}: these characters make no word of OpenQASM")


def _check_version(tokens: list[Token], kind: SourceKind) -> None:
    if tokens[0].text != "OPENQASM":
        return
    version = tokens[min(1, len(tokens) - 1)]
    if version.kind == "number" and version.text not in _VERSIONS[kind]:
        problem = Problem(
            f"Line {version.line}: the source says OpenQASM {shown(version.text)}, "
            f"but was sent as OpenQASM {_VERSIONS[kind][0]}",
            field="sourceKind",
            line=version.line,
            column=version.column,
        )
        raise RunError("invalid_circuit", [problem])


def _as_version_3(text: str, tokens: list[Token]) -> str:
    pieces, position = [], 0
    for token in tokens:
        if token.text == "opaque":
            problem = Problem(
                f"Line {token.line}: an opaque gate has no definition that could be run",
                field="source",
                line=token.line,
                column=token.column,
                hint="Define it with gate, or leave it out.",
            )
            raise RunError("unsupported_operation", [problem])
        new = "**" if token.text == "^" else token.text
        if token.kind == "name" and token.text in _RESERVED_SINCE_3:
            new = f"{token.text}_"
        pieces += [text[position : token.start], new]
        position = token.start + len(token.text)
    return "".join([*pieces, text[position:]])


def _misplaced(error: QASM3ParsingError) -> Problem:
    """Say what the grammar allows, but the language does not, such as a gate inside a gate."""
    match = _POSITION.fullmatch(str(error))
    if match is None:
        return Problem("The source does not follow the grammar of OpenQASM", field="source")
    line, column = int(match[1]), int(match[2]) + 1
    return Problem(
        f"Line {line}: {shown(match[3], most=160)}", field="source", line=line, column=column
    )


def _unexpected(error: RecognitionException) -> Problem:
    token = error.offendingToken
    expected = _expected(error)
    if token.type == AntlrToken.EOF:
        message = f"The source ends where {expected or 'more'} was expected"
    elif expected:
        message = f"expected {expected} before {shown(token.text)}"
    else:
        message = f"{shown(token.text)} has no meaning here"
    if token.type != AntlrToken.EOF:
        message = f"Line {token.line}: {message}"
    return Problem(message, field="source", line=token.line, column=token.column + 1)


def _expected(error: RecognitionException) -> str:
    intervals = error.getExpectedTokens()
    names = []
    for interval in (intervals.intervals if intervals else None) or ():
        for kind in interval:
            literal = error.recognizer.literalNames[kind : kind + 1]
            symbol = error.recognizer.symbolicNames[kind : kind + 1]
            known = literal and literal[0] != "<INVALID>"
            names.append(literal[0].strip("'") if known else _PLAIN.get("".join(symbol), ""))
    if ";" in names:
        return ";"
    return " or ".join(names) if 0 < len(names) <= _FEW and all(names) else ""


_PLAIN = {
    "Identifier": "a name",
    "StringLiteral": "a file name in quotes",
    "VersionSpecifier": "a version",
    "EOF": "the end",
}
