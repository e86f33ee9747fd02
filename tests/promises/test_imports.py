"""What import-linter cannot say: parts of outside packages, and the one door to the queue."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOMAIN = [
    "accounts/workspaces.py",
    "accounts/invitations.py",
    "accounts/tokens.py",
    "accounts/permissions.py",
    "accounts/audit.py",
    "runs/lifecycle",
    "runs/permissions.py",
    "runs/execution.py",
    "runs/history.py",
    "runs/workflows.py",
    "runs/record.py",
    "evidence/packets.py",
    "evidence/sealing.py",
    "evidence/certificates",
    "evidence/shares.py",
    "evidence/store.py",
    "evidence/keys.py",
]
DOORS = ("django.http", "django.shortcuts", "rest_framework")
QUEUE_DOORS = ("runs/lifecycle/queue.py", "quantumruns/worker/")


def modules_below(*places):
    for place in places:
        path = ROOT / place
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def imported(path):
    """Return the full names of all that the module at ``path`` imports."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


@pytest.mark.parametrize(
    "path", list(modules_below(*DOMAIN)), ids=lambda path: str(path.relative_to(ROOT))
)
def test_the_domain_knows_no_door(path):
    assert not [name for name in imported(path) if name.startswith(DOORS)]


def test_the_queue_has_one_door():
    users = {
        str(path.relative_to(ROOT))
        for path in modules_below("accounts", "runs", "evidence", "quantumruns")
        if any(name.split(".")[0] == "django_q" for name in imported(path))
    }
    assert users
    assert all(user.startswith(QUEUE_DOORS) for user in users)


def test_an_import_inside_a_function_is_seen(tmp_path):
    module = tmp_path / "module.py"
    module.write_text("def f():\n    from django.http import HttpResponse\n")
    assert "django.http.HttpResponse" in imported(module)
