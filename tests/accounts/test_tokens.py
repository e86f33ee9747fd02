"""API tokens: their form, their life, what they open, and the pages that make them."""

import io
import re
import zlib
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.decorators import api_view, permission_classes
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory

from accounts import bearer, tokens
from accounts.authentication import check_scope, has_scope, may
from accounts.models import ApiToken, AuditEvent, Scope
from tests import make

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def issue(user, *scopes, **more):
    return tokens.issue(user, name="Notebook", scopes=scopes or ["runs:read"], **more)


class TestForm:
    def test_a_token_is_prefix_secret_and_checksum(self, owner):
        _, text = issue(owner)

        assert re.fullmatch(r"qrt_[0-9A-Za-z]{43}[0-9A-Za-z]{6}", text)
        checksum = 0
        for digit in text[-6:]:
            checksum = checksum * 62 + ALPHABET.index(digit)
        assert checksum == zlib.crc32(text[:-6].encode())

    def test_no_two_are_alike_and_every_place_varies(self):
        minted = [bearer.mint("qrt") for _ in range(200)]

        assert len(set(minted)) == 200
        places = list(zip(*(text[5:47] for text in minted), strict=True))
        assert min(len(set(place)) for place in places) > 30

    @pytest.mark.parametrize(
        "damage",
        [
            lambda text: text[:-1],
            lambda text: text + "0",
            lambda text: text[:10] + ("a" if text[10] != "a" else "b") + text[11:],
            lambda text: text.replace("qrt_", "qri_"),
            lambda text: text[:-1] + "é",
            lambda text: text.swapcase(),
            lambda _: "",
            lambda _: "qrt_",
        ],
    )
    def test_a_damaged_one_is_refused_without_a_look_into_the_database(
        self, owner, damage, django_assert_num_queries
    ):
        _, text = issue(owner)

        with django_assert_num_queries(0):
            assert tokens.find(damage(text)) is None

    def test_its_text_is_kept_nowhere(self, owner):
        _, text = issue(owner)

        rows = str(list(ApiToken.objects.values())) + str(list(AuditEvent.objects.values()))
        assert text not in rows
        assert text[4:47] not in rows


class TestLife:
    def test_it_is_found_while_in_force(self, owner):
        token, text = issue(owner)

        assert tokens.find(text) == token
        assert tokens.find(bearer.mint("qrt")) is None
        assert token.expires_at - token.created_at == timedelta(days=90)

    def test_not_after_it_expired(self, owner):
        token, text = issue(owner)
        past = timezone.now() - timedelta(days=2)
        ApiToken.objects.filter(pk=token.pk).update(
            created_at=past, expires_at=past + timedelta(days=1)
        )

        assert tokens.find(text) is None

    def test_not_after_it_was_revoked(self, owner):
        token, text = issue(owner)

        first = tokens.revoke(token, by=owner).revoked_at
        again = tokens.revoke(token, by=owner).revoked_at

        assert tokens.find(text) is None
        assert first == again
        assert AuditEvent.objects.filter(action="token.revoked").count() == 1

    def test_not_of_a_person_who_was_deactivated(self, owner):
        _, text = issue(owner)
        owner.is_active = False
        owner.save()

        assert tokens.find(text) is None

    def test_strangers_neither_make_nor_revoke_it(self, owner, stranger):
        token, _ = issue(owner)

        with pytest.raises(PermissionDenied):
            issue(owner, by=stranger)
        with pytest.raises(PermissionDenied):
            tokens.revoke(token, by=stranger)

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"name": " "}, "name"),
            ({"name": "x" * 121}, "name"),
            ({"scopes": []}, "scopes"),
            ({"scopes": ["runs:read", "everything"]}, "scopes"),
            ({"days": 0}, "days"),
            ({"days": 366}, "days"),
        ],
    )
    def test_what_is_wrong_is_said_by_field(self, owner, wrong, field):
        with pytest.raises(ValidationError) as caught:
            tokens.issue(owner, **{"name": "Notebook", "scopes": ["runs:read"], **wrong})

        assert field in caught.value.message_dict
        assert not ApiToken.objects.exists()

    def test_issuing_is_audited(self, owner):
        issue(owner, "runs:write", "runs:read", by=owner)

        event = AuditEvent.objects.get()
        assert (event.action, event.actor) == ("token.issued", owner)
        assert event.data["scopes"] == ["runs:read", "runs:write"]

    def test_its_last_use_is_written_at_most_once_a_minute(self, owner, django_assert_num_queries):
        _, text = issue(owner)
        tokens.note_use(tokens.find(text))
        first = ApiToken.objects.get().last_used_at
        assert first

        found = tokens.find(text)
        with django_assert_num_queries(0):
            tokens.note_use(found)

        a_while_ago = timezone.now() - timedelta(minutes=2)
        ApiToken.objects.update(last_used_at=a_while_ago)
        tokens.note_use(tokens.find(text))
        assert ApiToken.objects.get().last_used_at > a_while_ago


@api_view(["GET", "POST"])
@permission_classes([has_scope(Scope.RUNS_READ, writing=Scope.RUNS_WRITE)])
def door(request):
    """A resource as the API has them."""
    if request.data.get("hardware"):
        check_scope(request, Scope.RUNS_HARDWARE)
    return Response({"email": request.user.email, "shares": may(request, Scope.SHARES_WRITE)})


class TestDoor:
    def call(self, method="get", authorization=None, user=None, data=None):
        headers = {"HTTP_AUTHORIZATION": authorization} if authorization else {}
        make_request = getattr(APIRequestFactory(), method)
        request = make_request("/", data or {}, format="json", **headers)
        if user:
            request.user = user
        return door(request)

    def test_a_token_opens_what_its_scopes_name(self, owner):
        _, reading = issue(owner, "runs:read")
        _, writing = issue(owner, "runs:write")

        assert self.call("get", f"Bearer {reading}").data == {
            "email": owner.email,
            "shares": False,
        }
        assert self.call("post", f"bearer  {writing}").status_code == 200
        refused = self.call("post", f"Bearer {reading}")
        assert refused.status_code == 403
        assert "lacks the scope runs:write" in str(refused.data)
        assert self.call("get", f"Bearer {writing}").status_code == 403
        assert ApiToken.objects.get(scopes=["runs:read"]).last_used_at

    def test_hardware_is_a_scope_of_its_own(self, owner):
        _, simulators = issue(owner, "runs:write")
        _, hardware = issue(owner, "runs:write", "runs:hardware")
        wish = {"hardware": True}

        assert self.call("post", f"Bearer {simulators}", data=wish).status_code == 403
        assert self.call("post", f"Bearer {hardware}", data=wish).status_code == 200

    @pytest.mark.parametrize(
        ("authorization", "challenge"),
        [
            (None, 'Bearer realm="QuantumRuns API"'),
            ("Bearer", 'Bearer realm="QuantumRuns API", error="invalid_token"'),
            ("Bearer qrt_guess", 'Bearer realm="QuantumRuns API", error="invalid_token"'),
            ("Bearer \u00e9", 'Bearer realm="QuantumRuns API", error="invalid_token"'),
            ("Basic b2xpdmU6eA==", 'Bearer realm="QuantumRuns API"'),
        ],
    )
    @pytest.mark.django_db
    def test_who_brings_none_gets_a_challenge(self, authorization, challenge):
        answer = self.call("get", authorization)

        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == challenge

    def test_a_session_is_the_person_with_all_scopes(self, owner):
        assert self.call("get", user=owner).data == {"email": owner.email, "shares": True}


class TestPages:
    FORM = {"name": "Notebook", "scopes": ["runs:read", "runs:write"], "days": "30"}

    def make_token(self, client, owner, **changes):
        """Make one as a person does; the password is asked for first."""
        client.force_login(owner)
        ask = client.post("/settings/tokens/", {**self.FORM, **changes})
        return client.post(ask["Location"], {"password": make.PASSWORD})

    def test_it_is_shown_once_and_works(self, client, owner):
        page = self.make_token(client, owner)
        text = re.search(r'data-copy="(qrt_\w+)"', page.content.decode())[1]

        assert tokens.find(text).scopes == ["runs:read", "runs:write"]
        assert page["Cache-Control"] == "no-store"
        shown = client.get("/settings/tokens/").content.decode()
        assert text not in shown
        assert text[:10] in shown
        assert "Never" in shown

    def test_a_session_alone_makes_none(self, client, owner):
        client.force_login(owner)

        assert client.post("/settings/tokens/", self.FORM)["Location"].startswith(
            "/accounts/reauthenticate/"
        )
        assert not ApiToken.objects.exists()

    def test_what_is_missing_is_said_and_what_was_typed_is_kept(self, client, owner):
        page = self.make_token(client, owner, scopes=[])

        assert page.status_code == 422
        assert page.content.decode().count("Choose what the token may do.") == 2
        assert 'value="Notebook"' in page.content.decode()

    def test_it_is_revoked_after_a_question(self, client, owner):
        token, text = issue(owner)
        client.force_login(owner)
        where = re.search(
            r'href="(/settings/tokens/tok_\w+/revoke/)"',
            client.get("/settings/tokens/").content.decode(),
        )[1]

        assert "Revoke “Notebook”?" in client.get(where).content.decode()
        assert tokens.find(text) == token
        assert client.post(where)["Location"] == "/settings/tokens/"
        assert tokens.find(text) is None
        assert "Revoked" in client.get("/settings/tokens/").content.decode()

    def test_tokens_of_others_do_not_exist(self, client, owner, stranger):
        issue(owner)
        client.force_login(owner)
        page = client.get("/settings/tokens/").content.decode()
        where = re.search(r'href="(/settings/tokens/tok_\w+/revoke/)"', page)[1]

        client.force_login(stranger)

        assert client.post(where).status_code == 404
        assert "Notebook" not in client.get("/settings/tokens/").content.decode()


class TestCommand:
    def run(self, *arguments):
        out, err = io.StringIO(), io.StringIO()
        call_command("issue_token", *arguments, stdout=out, stderr=err)
        return out.getvalue(), err.getvalue()

    def test_it_prints_the_token_and_nothing_else(self, owner):
        out, err = self.run(
            "Olive@example.org",
            *("--name", "Night run", "--scope", "runs:read", "--scope", "runs:write"),
        )

        token = tokens.find(out.removesuffix("\n"))
        assert (token.user, token.name) == (owner, "Night run")
        assert token.scopes == ["runs:read", "runs:write"]
        assert "not shown again" in err
        assert AuditEvent.objects.get().actor is None

    @pytest.mark.parametrize(
        ("arguments", "problem"),
        [
            (["nobody@example.org", "--name", "x", "--scope", "runs:read"], "No active person"),
            (["olive@example.org", "--name", "x", "--scope", "all"], "invalid choice"),
            (["olive@example.org", "--name", "x"], "--scope"),
            (
                ["olive@example.org", "--name", "x", "--scope", "runs:read", "--days", "999"],
                "between 1 and 365",
            ),
        ],
    )
    @pytest.mark.usefixtures("owner")
    def test_it_says_what_is_wrong(self, arguments, problem):
        with pytest.raises(CommandError, match=problem):
            self.run(*arguments)

        assert not ApiToken.objects.exists()
