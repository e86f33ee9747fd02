"""From scanned text to the syntax tree of the ``openqasm3`` package. Core.

Statements are parsed one by one, so that one that does not follow the grammar is reported and the
others are read all the same. OpenQASM 2 is parsed by the same grammar: its powers and its names
that version 3 reserves are rewritten first, in place, so that lines stay where they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise
from threading import Lock
from typing import Any

from antlr4 import CommonTokenStream, InputStream
from antlr4.error.ErrorListener import ErrorListener
from antlr4.error.Errors import ParseCancellationException
from antlr4.error.ErrorStrategy import BailErrorStrategy
from antlr4.Token import Token as AntlrToken
from openqasm3 import ast
from openqasm3._antlr.qasm3Lexer import qasm3Lexer
from openqasm3._antlr.qasm3Parser import qasm3Parser
from openqasm3.parser import QASM3ParsingError, QASMNodeVisitor

from runs.contract import SourceKind
from runs.errors import Problem, RunError
from runs.errors.findings import Findings, shown
from runs.qasm.grammar import misplaced, unexpected
from runs.qasm.scan import Token

# The runtime of the parser keeps its tables in the module and knows no threads.
_ONE_AT_A_TIME = Lock()
_HEARD = AntlrToken.DEFAULT_CHANNEL
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


@dataclass
class Tree:
    """What could be parsed of a source.

    ``excused`` are the words of statements that could not; ``opaque`` are gates without a
    definition.
    """

    statements: list[ast.Statement | ast.Pragma] = field(default_factory=list)
    excused: set[str] = field(default_factory=set)
    opaque: set[str] = field(default_factory=set)


def syntax_tree(source: str, tokens: list[Token], kind: SourceKind, findings: Findings) -> Tree:
    """Return the tree of ``source``, whose ``tokens`` were scanned, and find what is no OpenQASM.

    :raises RunError: if the text is of another version, or too deep to be parsed.
    """
    _check_version(tokens, kind)
    tree = Tree()
    text = source.replace("\ufeff", " ")
    if kind is SourceKind.OPENQASM2:
        text = _as_version_3(text, tokens, tree)
    try:
        with _ONE_AT_A_TIME:
            _parse(text, tree, findings)
    except RecursionError:
        problem = Problem(TOO_DEEP, field="source")
        raise RunError("runner_limit_exceeded", [problem]) from None
    return tree


def _parse(text: str, tree: Tree, findings: Findings) -> None:
    """Do what ``openqasm3.parse`` does, but for its printing of source text to standard error."""
    lexer = qasm3Lexer(InputStream(text))
    lexer.removeErrorListeners()
    lexer.addErrorListener(_Strict())
    stream = CommonTokenStream(lexer)
    parser = qasm3Parser(stream)
    parser.removeErrorListeners()
    # The runtime for Python has no method that sets it.
    parser._errHandler = BailErrorStrategy()  # noqa: SLF001
    try:
        stream.fill()
        if stream.LA(1) == qasm3Parser.OPENQASM:
            parser.version()
    except ParseCancellationException as error:
        findings.take(RunError("invalid_circuit", [unexpected(error.args[0], stream, 0)]))
        return
    except QASM3ParsingError as error:
        findings.take(RunError("invalid_circuit", [misplaced(error)]))
        return
    while stream.LA(1) != AntlrToken.EOF:
        _parse_next(parser, stream, tree, findings)


def _parse_next(parser: Any, stream: Any, tree: Tree, findings: Findings) -> None:
    start = stream.index
    try:
        context = parser.statementOrScope()
        tree.statements.append(_Visitor(context).visit(context))
    except ParseCancellationException as error:
        problem = unexpected(error.args[0], stream, start)
    except QASM3ParsingError as error:
        problem = misplaced(error)
    else:
        return
    findings.take(RunError("invalid_circuit", [problem]))
    words = list(_statement(stream, start))
    tree.excused.update(token.text for token in words if token.type == qasm3Parser.Identifier)
    stream.seek(words[-1].tokenIndex + 1)
    _forget_context(parser)


def _statement(stream: Any, start: int) -> Iterator[Any]:
    """Yield the tokens of a statement that could not be parsed, up to its end or its last brace."""
    words = (word for word in islice(stream.tokens, start, None) if word.channel == _HEARD)
    depth = 0
    for word, following in pairwise(words):
        yield word
        depth += (word.text == "{") - (word.text == "}")
        closed = word.text == "}" and following.text != ";"
        if depth <= 0 and (word.text == ";" or closed):
            return


def _forget_context(parser: Any) -> None:
    parser._ctx = None  # noqa: SLF001 - what a cancelled statement leaves behind


class _Visitor(QASMNodeVisitor):
    """Makes the tree of one statement of the program."""

    def __init__(self, context: object) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._contexts = [[context]]

    def visitAssignmentStatement(self, ctx: Any) -> ast.Statement:  # noqa: N802 - its name there
        """Refuse ``c ^= measure q``, of which the package drops the sign."""
        if ctx.measureExpression() and ctx.op.text != "=":
            position = f"L{ctx.start.line}:C{ctx.start.column}"
            raise QASM3ParsingError(f"{position}: a measurement is assigned with = only")
        statement: ast.Statement = super().visitAssignmentStatement(ctx)
        return statement


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


def _as_version_3(text: str, tokens: list[Token], tree: Tree) -> str:
    """Return the text with what version 2 writes otherwise, and without its opaque gates."""
    pieces, position, opaque = [], 0, False
    for before, token in zip([None, *tokens], tokens, strict=False):
        if before is not None and before.text == "opaque":
            tree.opaque.add(token.text)
        opaque = opaque or token.text == "opaque"
        new = _spelled(token)
        pieces += [text[position : token.start], " " * len(token.text) if opaque else new]
        position = token.start + len(token.text)
        opaque = opaque and token.kind != "end"
    return "".join([*pieces, text[position:]])


def _spelled(token: Token) -> str:
    if token.kind == "name" and token.text in _RESERVED_SINCE_3:
        return f"{token.text}_"
    return "**" if token.text == "^" else token.text
