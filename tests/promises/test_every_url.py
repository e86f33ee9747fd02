"""Every address decides who it answers: each is tried by nobody and by a stranger, by every method.

A new address fails here until it has a row in :data:`ROUTES`.
"""

import re

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from accounts import identifiers, invitations, tokens
from accounts.models import Membership, Workspace
from evidence.models import Packet, Share
from runs.models import Run, Workflow
from tests import make

EVERYBODY = "answers everybody, of nothing private"
PERSON = "asks to sign in, then shows a person their own"
MEMBER = "asks to sign in, then does not exist for strangers"
HINT = "tells the page to sign in, then does not exist for strangers"
API_PERSON = "wants a token, then answers of a person's own"
API_MEMBER = "wants a token, then does not exist for strangers"

ROUTES = {
    "": EVERYBODY,
    "settings/": PERSON,
    "settings/tokens/": PERSON,
    "settings/tokens/<token:pk>/revoke/": MEMBER,
    "settings/workspaces/": PERSON,
    "settings/workspaces/<workspace:pk>/": MEMBER,
    "settings/workspaces/<workspace:pk>/rename/": MEMBER,
    "settings/workspaces/<workspace:pk>/members/<int:member>/role/": MEMBER,
    "settings/workspaces/<workspace:pk>/members/<int:member>/remove/": MEMBER,
    "settings/workspaces/<workspace:pk>/invite/": MEMBER,
    "settings/workspaces/<workspace:pk>/invitations/<invitation:invitation>/withdraw/": MEMBER,
    "settings/invitations/": PERSON,
    "settings/invitations/<invitation:invitation>/": MEMBER,
    "invitations/<str:text>/": EVERYBODY,
    "workflows/": PERSON,
    "workflows/new/": PERSON,
    "workflows/<workflow:pk>/": MEMBER,
    "workflows/<workflow:pk>/edit/": MEMBER,
    "workflows/<workflow:pk>/archive/": MEMBER,
    "workflows/<workflow:pk>/restore/": MEMBER,
    "workflows/<workflow:pk>/runs/new/": MEMBER,
    "workflows/<workflow:pk>/runs/preview/": MEMBER,
    "runs/": PERSON,
    "runs/new/": PERSON,
    "runs/<run:pk>/": MEMBER,
    "runs/<run:pk>/live/": HINT,
    "runs/<run:pk>/edit/": MEMBER,
    "runs/<run:pk>/cancel/": MEMBER,
    "runs/<run:pk>/retry/": MEMBER,
    "runs/<run:pk>/seal/": MEMBER,
    "runs/<run:pk>/counts.csv": MEMBER,
    "runs/<run:pk>/values.json": MEMBER,
    "runs/<run:pk>/values.csv": MEMBER,
    "runs/<run:pk>/source.qasm": MEMBER,
    "runs/<run:pk>/trace.jsonl": MEMBER,
    "evidence/": PERSON,
    "evidence/<packet:pk>/": MEMBER,
    "evidence/<packet:pk>/packet.zip": MEMBER,
    "evidence/<packet:pk>/certificate.pdf": MEMBER,
    "evidence/<packet:pk>/manifest.json": MEMBER,
    "evidence/<packet:pk>/manifest.sigstore.json": MEMBER,
    "evidence/<packet:pk>/packet.tlog-proof": MEMBER,
    "evidence/<packet:pk>/share/": MEMBER,
    "sweeps/<sweep:pk>/": MEMBER,
    "sweeps/<sweep:pk>/live/": HINT,
    "sweeps/<sweep:pk>/cancel/": MEMBER,
    "sweeps/<sweep:pk>/points.csv": MEMBER,
    "sweeps/<sweep:pk>/plot.svg": MEMBER,
    "shares/": PERSON,
    "shares/<share:pk>/": MEMBER,
    "shares/<share:pk>/preview/": MEMBER,
    "shares/<share:pk>/preview/<str:name>": MEMBER,
    "shares/<share:pk>/approve/": MEMBER,
    "shares/<share:pk>/decline/": MEMBER,
    "shares/<share:pk>/revoke/": MEMBER,
    "shares/<share:pk>/extend/": MEMBER,
    "s/<str:token>/": EVERYBODY,
    "s/<str:token>": EVERYBODY,
    "s/<str:token>/<str:name>": EVERYBODY,
    "s/": EVERYBODY,
    "s/<path:rest>": EVERYBODY,
    "evidence/manifest/v1": EVERYBODY,
    "evidence/manifest/v1/schema.json": EVERYBODY,
    "evidence/certificate/v1": EVERYBODY,
    "verify/": EVERYBODY,
    r"^verify/(?P<sha256>[0-9a-f]{64})$": EVERYBODY,
    r"^verify/(?P<sha256>[0-9a-f]{64})\.json$": EVERYBODY,
    "verify/verify.py": EVERYBODY,
    "verify/log/": EVERYBODY,
    ".well-known/evidence-checkpoints/latest": EVERYBODY,
    ".well-known/evidence-checkpoints/<int:size>": EVERYBODY,
    ".well-known/evidence-checkpoints/<int:size>/growth": EVERYBODY,
    ".well-known/jwks.json": EVERYBODY,
    r"^\.well-known/evidence-keys/(?P<kid>[0-9a-f]{64})\.pem$": EVERYBODY,
    "docs/": EVERYBODY,
    "docs/<slug:slug>/": EVERYBODY,
    "healthz": EVERYBODY,
    "api/v1/schema/": EVERYBODY,
    "api/v1/workflows/": API_PERSON,
    "api/v1/workflows/<workflow:pk>/": API_MEMBER,
    "api/v1/runs/": API_PERSON,
    "api/v1/runs/preview/": API_PERSON,
    "api/v1/runs/<run:pk>/": API_MEMBER,
    "api/v1/runs/<run:pk>/cancel/": API_MEMBER,
    "api/v1/runs/<run:pk>/retry/": API_MEMBER,
    "api/v1/runs/<run:pk>/events/": API_MEMBER,
    "api/v1/runs/<run:pk>/result/": API_MEMBER,
    "api/v1/runs/<run:pk>/source/": API_MEMBER,
    "api/v1/runs/<run:pk>/circuit.svg": API_MEMBER,
    "api/v1/sweeps/": API_PERSON,
    "api/v1/sweeps/<sweep:pk>/": API_MEMBER,
    "api/v1/sweeps/<sweep:pk>/cancel/": API_MEMBER,
    "api/v1/providers/": API_PERSON,
    "api/v1/providers/<slug:provider_id>/devices/": API_PERSON,
    "api/v1/packets/<packet:pk>/": API_MEMBER,
    "api/v1/packets/<packet:pk>/manifest/": API_MEMBER,
    "api/v1/packets/<packet:pk>/bundle/": API_MEMBER,
    "api/v1/packets/<packet:pk>/archive/": API_MEMBER,
    "api/v1/packets/<packet:pk>/certificate/": API_MEMBER,
    "api/v1/shares/": API_PERSON,
    "api/v1/shares/<share:pk>/": API_MEMBER,
    "api/v1/shares/<share:pk>/approve/": API_MEMBER,
    "api/v1/shares/<share:pk>/decline/": API_MEMBER,
    "api/v1/shares/<share:pk>/revoke/": API_MEMBER,
    "api/v1/verify/": EVERYBODY,
    "api/": EVERYBODY,
}
THEIRS = ("accounts/", "admin/")  # pages of allauth and of Django, tried at the end
METHODS = ("get", "post", "put", "patch", "delete")
CANARY = "canary-5d1c"


def walk(patterns, before=""):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, route)
        else:
            yield route


def all_routes():
    return list(walk(get_resolver().url_patterns))


OURS = [route for route in all_routes() if not route.startswith(THEIRS)]


@pytest.fixture
def lab(workspace, owner, operator):
    """A workspace full of private things; return what fills the places of addresses."""
    Workspace.objects.filter(pk=workspace.pk).update(name=f"{CANARY} lab")
    workflow = make.workflow(workspace, by=owner, name=f"{CANARY} workflow", purpose=CANARY)
    run = make.run(workflow, by=operator, name=f"{CANARY} run", notes=CANARY, tags=[CANARY])
    sweep = make.sweep(workflow, by=operator, name=f"{CANARY} sweep")
    packet = make.packet(run)
    share = make.share(packet, by=operator, label=f"{CANARY} share")
    token, _ = tokens.issue(owner, name=f"{CANARY} token", scopes=["runs:read"])
    invitation, _ = invitations.invite(workspace, email="nora@example.org", role="viewer", by=owner)
    return {
        "<workspace:pk>": workspace.public_id,
        "<workflow:pk>": workflow.public_id,
        "<run:pk>": run.public_id,
        "<sweep:pk>": sweep.public_id,
        "<packet:pk>": packet.public_id,
        "<share:pk>": share.public_id,
        "<token:pk>": identifiers.encode("tok", token.pk),
        "<invitation:invitation>": identifiers.encode("inv", invitation.pk),
        "<int:member>": str(Membership.objects.get(user=operator).pk),
        "<int:size>": "1",
        "<str:name>": "manifest.json",
        "<str:token>": "qrs_unknown",
        "<str:text>": "unknown",
        "<path:rest>": "a/b/c",
        "<slug:slug>": "errors",
        "<slug:provider_id>": "local",
        "(?P<sha256>[0-9a-f]{64})": packet.manifest_sha256,
        "(?P<kid>[0-9a-f]{64})": packet.key_id,
    }


def address(route, places):
    for place, value in places.items():
        route = route.replace(place, value)
    path = "/" + re.sub(r"[\^$\\]", "", route)
    assert not re.search(r"[<(]", path), f"nothing fills the places of {route}"
    return path


def snapshot():
    models = (Workspace, Membership, Workflow, Run, Packet, Share)
    return [list(model.objects.order_by("pk").values()) for model in models]


def answers(client, path):
    found = {method: getattr(client, method)(path) for method in METHODS}
    for method, answer in found.items():
        assert answer.status_code < 500, f"{method} {path}"
        assert CANARY not in answer.content.decode("latin-1"), f"{method} {path}"
    return found


def is_to_sign_in(answer):
    return answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/")


def refuses(answer, kind):
    """Whether an address of this kind refuses somebody who is not signed in."""
    if answer.status_code == 405:
        return True
    if kind == HINT:
        return answer.status_code == 204 and "HX-Redirect" in answer.headers
    if kind in {API_PERSON, API_MEMBER}:
        return answer.status_code == 401
    return is_to_sign_in(answer)


def test_every_route_has_a_row_and_every_row_a_route():
    assert sorted(OURS) == sorted(ROUTES)


@pytest.mark.parametrize("route", OURS)
def test_nobody_gets_what_is_for_people(lab, route):
    before = snapshot()
    found = answers(Client(), address(route, lab))
    kind = ROUTES[route]
    if kind == EVERYBODY:
        assert not any(is_to_sign_in(answer) for answer in found.values())
    else:
        assert all(refuses(answer, kind) for answer in found.values())
        assert any(answer.status_code != 405 for answer in found.values())
    assert snapshot() == before


@pytest.mark.parametrize("route", OURS)
def test_a_stranger_gets_nothing_of_others(lab, stranger, route):
    client = Client()
    client.force_login(stranger)
    before = snapshot()
    found = answers(client, address(route, lab))
    if ROUTES[route] in {MEMBER, HINT, API_MEMBER}:
        assert {answer.status_code for answer in found.values()} <= {404, 405}
        assert any(answer.status_code == 404 for answer in found.values())
    assert snapshot() == before


def their_address(route):
    """An address of a page that is not ours, its places filled with what there is none of."""
    for place, value in {r"\(\?P<app_label>[^)]*\)": "runs", r"\(\?P<[^)]*\)": "1"}.items():
        route = re.sub(place, value, route)
    return address(re.sub(r"<[^>]*>", "1", route), {})


@pytest.mark.parametrize("route", [route for route in all_routes() if route.startswith("admin/")])
def test_the_admin_is_for_staff_alone(lab, stranger, route):
    signed_in = Client()
    signed_in.force_login(stranger)
    for client in (Client(), signed_in):
        for answer in answers(client, their_address(route)).values():
            assert answer.status_code in {302, 403, 404, 405}


@pytest.mark.parametrize(
    "route", [route for route in all_routes() if route.startswith("accounts/")]
)
def test_the_pages_of_accounts_tell_nobody_of_others(lab, stranger, route):
    signed_in = Client()
    signed_in.force_login(stranger)
    before = snapshot()
    for client in (Client(), signed_in):
        answers(client, their_address(route))
    assert snapshot() == before
