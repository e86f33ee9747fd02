"""The house stays small: modules, functions and templates have a size that a person can read."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APPS = ("accounts", "runs", "evidence", "quantumruns", "quantumruns_client")
MODULE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 300, 40, 120
MODULES = sorted(
    path.relative_to(ROOT)
    for app in APPS
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
)
TEMPLATES = sorted(
    path.relative_to(ROOT)
    for path in (ROOT / "templates").rglob("*.html")
    if "rendered" not in path.parts  # made from Markdown, which nobody reads as HTML
)
# A process reports what it dies of; the run that is in work is ended by the execution.
EDGES = {"runs/execution.py", "runs/runner/zygote.py", "quantumruns/worker/main.py"}


def functions(tree):
    return [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_is_small_says_what_it_is_for_and_so_are_its_functions(module):
    text = (ROOT / module).read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert len(text.splitlines()) <= MODULE_LINES
    assert not text or ast.get_docstring(tree), "a module begins with what it is for"
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in functions(tree)
        if node.end_lineno - node.lineno + 1 >= FUNCTION_LINES
    }
    assert long == {}


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_bugs_are_caught_at_the_edges_alone(module):
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    broad = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
    ]
    assert len(broad) <= (1 if str(module) in EDGES else 0), broad


@pytest.mark.parametrize("template", TEMPLATES, ids=str)
def test_a_template_is_small(template):
    assert len((ROOT / template).read_text(encoding="utf-8").splitlines()) <= TEMPLATE_LINES


def test_the_median_function_is_a_short_one():
    lengths = sorted(
        node.end_lineno - node.lineno + 1
        for module in MODULES
        for node in functions(ast.parse((ROOT / module).read_text(encoding="utf-8")))
    )
    assert lengths[len(lengths) // 2] < 10
