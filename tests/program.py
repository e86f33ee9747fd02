"""A program that calls the API as curl would, and holds each answer against the published schema."""

import functools
import json
import re

import jsonschema
from django.test import Client

from accounts import tokens
from accounts.models import Scope
from quantumruns.api import schema

BASE = "/api/v1"


class Program:
    """Calls the API with a token of ``user`` that has ``scopes``, or with none for nobody.

    Without ``scopes`` the token may do everything its user may. Addresses are given below
    ``/api/v1``.
    """

    def __init__(self, user=None, *scopes, client=None):
        self.client = client or Client()
        self.headers = {}
        if user is not None:
            _, text = tokens.issue(user, name="a program", scopes=scopes or Scope.values)
            self.headers["Authorization"] = f"Bearer {text}"

    def get(self, path, query=None, **headers):
        return self._call("get", path, query, headers)

    def post(self, path, body=None, **headers):
        return self._send("post", path, body, headers)

    def patch(self, path, body=None, **headers):
        return self._send("patch", path, body, headers)

    def raw(self, path, content, content_type="application/json", method="post", **headers):
        """Send bytes as they are."""
        headers = {**self.headers, **_named(headers)}
        call = getattr(self.client, method)
        answer = call(BASE + path, content, content_type=content_type, headers=headers)
        if answer.status_code < 300 and content and content_type == "application/json":
            body = operation_of(method, path)["requestBody"]["content"][content_type]
            validate(json.loads(content), body["schema"])
        return _checked(method, path, answer)

    def _send(self, method, path, body, headers):
        content = b"" if body is None else json.dumps(body).encode()
        return self.raw(path, content, method=method, **headers)

    def _call(self, method, path, query, headers):
        headers = {**self.headers, **_named(headers)}
        answer = getattr(self.client, method)(BASE + path, query or {}, headers=headers)
        return _checked(method, path, answer)


def _named(headers):
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _checked(method, path, answer):
    """Fail where an answer is not what the schema says, to the last member."""
    operation = operation_of(method, path.partition("?")[0])
    described = operation["responses"].get(str(answer.status_code))
    assert described is not None, f"{method} {path} answers {answer.status_code}, undescribed"
    assert answer.headers["X-Request-Id"].startswith("req_")
    content = described.get("content")
    if content:
        [(media_type, member)] = content.items()
        assert answer.headers["Content-Type"] == media_type
        if media_type in {"application/json", "application/problem+json"}:
            validate(answer.json(), member["schema"])
    return answer


def operation_of(method, path):
    """The description of an operation; an exact address goes before one with places in it."""
    for template, operations in sorted(document()["paths"].items(), key=_places):
        if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)), BASE + path):
            return operations[method]
    raise AssertionError(f"the schema has no {path}")


def _places(path):
    return path[0].count("{")


def validate(value, described):
    components = {
        "schemas": {name: _closed(s) for name, s in document()["components"]["schemas"].items()}
    }
    jsonschema.Draft202012Validator({**described, "components": components}).validate(value)


def _closed(described):
    """The schema with nothing left open, so that no member goes out undescribed."""
    if "properties" in described:
        return {"additionalProperties": False, **described}
    return described


@functools.cache
def document():
    return json.loads(schema.description()[0])
