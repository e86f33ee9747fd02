"""The API on one screen: everything below ``/api/``, where nothing answers in HTML."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from quantumruns.api import problems, schema

_version_1: list[URLPattern | URLResolver] = [
    path("schema/", schema.document, name="schema"),
    path("", include("runs.api.urls")),
    path("", include("evidence.api.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include((_version_1, "api"))),
    re_path("", problems.unknown),
]
