"""The linear scan of OpenQASM text, before any parser sees it. Core.

One pass over the characters finds what a parser must never be given: foreign characters, deep
nesting, endless literals, includes of files. Its cost grows with the length of the text alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from runs.errors.findings import Findings, shown
from runs.limits import Limits

# What word processors and web pages make of what was typed, and what people mean by a sign.
_INSTEAD = {
    "\xa0": "Type a normal space.",
    **dict.fromkeys("“”„‘’", 'Type a straight quote: ".'),
    **dict.fromkeys("−–—", "Type a minus: -."),
    "×": "Write *.",
    "÷": "Write /.",
    "°": "Angles are in radians: 90*pi/180 is 90 degrees.",
    "†": "Inverses are sdg, tdg, or inv @ before the gate.",
    "#": "A comment begins with //.",
}
INCLUDES = ("stdgates.inc", "qelib1.inc")
_LONGEST_LITERAL = 40
_LONGEST_NAME = 128
_MOST_SIGNS = 256

_TOKEN = re.compile(
    r"""
    (?P<blank>[ \t\n\ufeff]+)
  | (?P<comment>//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)
  | (?P<pragma>\#[ \t]*pragma\b[^\n]*)
  | (?P<text>"[^"\n]*"|'[^'\n]*')
  | (?P<number>0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+
      |(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]+)?)
  | (?P<name>[A-Za-z_\u0391-\u03f6\u2107][A-Za-z0-9_\u0391-\u03f6\u2107]*|\$[0-9]+|\#dim)
  | (?P<open>[(\[{])
  | (?P<close>[)\]}])
  | (?P<end>;)
  | (?P<sign>->|\+\+|\*\*|&&|\|\||[=!<>]=|<<|>>|[-+*/%&|^~!<>=@:,.])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    """A piece of the text that is neither blank nor comment.

    ``start`` counts characters from 0, ``line`` and ``column`` count from 1.
    """

    kind: str
    text: str
    start: int
    line: int
    column: int


def normal_newlines(source: str) -> str:
    """Return ``source`` with every line end written as one line feed."""
    return source.replace("\r\n", "\n").replace("\r", "\n")


def scan(source: str, *, limits: Limits) -> list[Token]:
    """Return the tokens of ``source``, which must have normal newlines.

    :raises RunError: if the text is larger, deeper or stranger than a parser should be given.
    """
    findings = Findings()
    size = len(source.encode("utf-8", "surrogatepass"))
    if size > limits.source_bytes:
        findings.add(
            "runner_limit_exceeded",
            f"The source has {size:,} bytes; this runner takes at most {limits.source_bytes:,}",
            field="source",
        )
        findings.raise_if_any()
    tokens = list(_tokens(source, findings))
    if not tokens and not findings:
        findings.add("invalid_circuit", "The source is empty", field="source")
    if len(tokens) > limits.tokens:
        findings.add(
            "runner_limit_exceeded",
            f"The source has {len(tokens):,} words and signs; this runner takes at most "
            f"{limits.tokens:,}",
            field="source",
        )
    _check_nesting(tokens, findings, limits)
    _check_tokens(tokens, findings)
    findings.raise_if_any()
    return tokens


def statement_count(source: str) -> int:
    """Return about how many statements ``source`` has, which is what parsing it costs."""
    return sum(match.lastgroup in ("end", "close") for match in _TOKEN.finditer(source))


def _tokens(source: str, findings: Findings) -> Iterator[Token]:
    position, line, begin = 0, 1, 0
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None or (match.lastgroup == "sign" and source.startswith("/*", position)):
            _strange(findings, source, position, line, position - begin + 1)
            return
        text, kind = match.group(), match.lastgroup or ""
        if kind == "comment":
            _check_comment(findings, text, line, position - begin + 1)
        elif kind != "blank":
            yield Token(kind, text, position, line, position - begin + 1)
        if "\n" in text:
            line += text.count("\n")
            begin = position + text.rindex("\n") + 1
        position = match.end()


def _strange(findings: Findings, source: str, position: int, line: int, column: int) -> None:
    character = source[position]
    if source.startswith("/*", position):
        message = f"Line {line}: this comment is never closed"
    elif character in "\"'":
        message = f"Line {line}: this text is never closed"
    elif character.isprintable():
        message = f"Line {line}: the character {character} has no place in OpenQASM"
    else:
        message = f"Line {line}: an invisible character, U+{ord(character):04X}, is not allowed"
    hint = _INSTEAD.get(character)
    findings.add("invalid_circuit", message, field="source", line=line, column=column, hint=hint)


def _check_comment(findings: Findings, text: str, line: int, begun: int) -> None:
    for place, character in enumerate(text):
        if not character.isprintable() and character not in "\n\t\ufeff\xa0":
            above = text.count("\n", 0, place)
            column = place - text.rfind("\n", 0, place) if above else begun + place
            _strange(findings, text, place, line + above, column)
            return


def _check_nesting(tokens: list[Token], findings: Findings, limits: Limits) -> None:
    depth = signs = 0
    for token in tokens:
        depth += (token.kind == "open") - (token.kind == "close")
        signs = 0 if token.kind == "end" or token.text in "{}" else signs + _deepens(token)
        if depth > limits.nesting or signs > _MOST_SIGNS:
            findings.add(
                "runner_limit_exceeded",
                f"Line {token.line}: this is nested more than {limits.nesting} brackets deep"
                if depth > limits.nesting
                else f"Line {token.line}: this expression is too long",
                field="source",
                line=token.line,
                column=token.column,
            )
            return


def _deepens(token: Token) -> bool:
    """Whether the token may put one expression or statement inside another without a bracket."""
    return (token.kind == "sign" and token.text not in ",:@") or token.text in (
        "if",
        "for",
        "while",
    )


def _check_tokens(tokens: list[Token], findings: Findings) -> None:
    for before, token in zip([None, *tokens], tokens, strict=False):
        most = {"number": _LONGEST_LITERAL, "name": _LONGEST_NAME}.get(token.kind, len(token.text))
        if len(token.text) > most:
            findings.add(
                "runner_limit_exceeded",
                f"Line {token.line}: {shown(token.text, most=20)} is longer than {most} characters",
                field="source",
                line=token.line,
                column=token.column,
            )
        elif before and before.text == "include" and token.text[1:-1] not in INCLUDES:
            hint = f"Only {' and '.join(INCLUDES)} can; put other definitions into the source."
            findings.add(
                "unsupported_operation",
                f"Line {token.line}: {shown(token.text)} cannot be included",
                field="source",
                line=token.line,
                column=token.column,
                hint=hint if token.kind == "text" else 'Write the file in quotes: "stdgates.inc".',
            )
