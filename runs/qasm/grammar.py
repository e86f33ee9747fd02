"""What does not follow the grammar of OpenQASM, in words. Core."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from antlr4.error.Errors import RecognitionException
from antlr4.Token import Token as AntlrToken
from openqasm3.parser import QASM3ParsingError

from runs.errors import Problem
from runs.errors.findings import shown

_POSITION = re.compile(r"L(\d+):C(\d+): (.*)", re.DOTALL)
_FEW = 3
_PLAIN = {
    "Identifier": "a name",
    "StringLiteral": "a file name in quotes",
    "VersionSpecifier": "a version",
    "EOF": "the end",
}
_PYTHON = "This looks like Python. Write OpenQASM, or send the circuit as operations."
_BRACES = "Blocks are written in braces: if (c == 1) { x q; }"
_LOOP = "Write a loop as: for int i in [0:3] { h q[i]; }"
# What people write who think of another language: by the first word of the statement, by the word
# where the parser stops, and by the one before it.
_BEGUN: Mapping[str, str] = {
    "import": _PYTHON,
    "from": _PYTHON,
    "print": _PYTHON,
    "elif": "Write: else if (c == 2) { x q; }",
}
_STOPPED: Mapping[str, str] = {
    ".": "Names have no dots: write pi for np.pi, and h q[0]; for circuit.h(0).",
    "=": "Compare with ==.",
    ":": _BRACES,
    "and": "Write &&.",
    "or": "Write ||.",
    "const": "Write readonly array[...], or leave const out.",
    "else": "An else follows the closing brace of its if.",
    "}": "It closes nothing that was opened.",
}
_BEFORE: Mapping[str, str] = {
    "for": _LOOP,
    "range": _LOOP,
    "if": "Write a condition in brackets: if (c[0] == 1) { x q[1]; }",
    "while": "Write a condition in brackets: while (n < 3) { n += 1; }",
}


def misplaced(error: QASM3ParsingError) -> Problem:
    """Say what the grammar allows, but the language does not, such as a gate inside a gate."""
    match = _POSITION.fullmatch(str(error))
    if match is None:
        return Problem("The source does not follow the grammar of OpenQASM", field="source")
    line, column = int(match[1]), int(match[2]) + 1
    return Problem(
        f"Line {line}: {shown(match[3], most=160)}", field="source", line=line, column=column
    )


def unexpected(error: RecognitionException, stream: Any, start: int) -> Problem:
    """Say where the statement at ``start`` stops to follow the grammar, and what could stand there.

    Columns are those of the word that is wrong, or where a missing one belongs.
    """
    token, expected = error.offendingToken, _expected(error)
    before = _before(stream, token)
    words = stream.tokens[start : token.tokenIndex]
    hint = _hint(stream.tokens[start].text, before, token) or _unclosed(words, "([")
    if expected == ";" and before is not None:
        column = before.column + len(before.text) + 1
        return _problem(_unfinished(before, token), before.line, column, hint)
    if token.type == AntlrToken.EOF:
        message = f"the source ends where {expected or 'more'} was expected"
        return _problem(message, token.line, token.column + 1, _unclosed(stream.tokens))
    if expected == "a name" and token.text.isalpha():
        hint = f"{token.text} is a word of the language; choose another name."
    if expected:
        message = f"expected {expected} before {shown(token.text)}"
    else:
        message = f"{shown(token.text)} has no meaning here"
    return _problem(message, token.line, token.column + 1, hint)


def _problem(message: str, line: int, column: int, hint: str | None) -> Problem:
    return Problem(f"Line {line}: {message}", field="source", line=line, column=column, hint=hint)


def _unfinished(before: Any, token: Any) -> str:
    if token.type == AntlrToken.EOF or token.line > before.line:
        return "a ; is missing at the end"
    return f"a ; is missing before {shown(token.text)}"


def _before(stream: Any, token: Any) -> Any:
    """Return the word before ``token``, comments left aside."""
    for place in range(token.tokenIndex - 1, -1, -1):
        if stream.tokens[place].channel == AntlrToken.DEFAULT_CHANNEL:
            return stream.tokens[place]
    return None


def _hint(begun: str, before: Any, token: Any) -> str | None:
    found = _BEGUN.get(begun) or _STOPPED.get(token.text)
    return found or (_BEFORE.get(before.text) if before is not None else None)


def _unclosed(words: Sequence[Any], kinds: str = "([{") -> str | None:
    """Name the last bracket that is opened and never closed, if it is one of ``kinds``."""
    opened: list[Any] = []
    for word in words:
        if word.text in ("(", "[", "{"):
            opened.append(word)
        elif word.text in (")", "]", "}") and opened:
            opened.pop()
    if not opened or opened[-1].text not in kinds:
        return None
    return f"The {opened[-1].text} of line {opened[-1].line} is never closed."


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
