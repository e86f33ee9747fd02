"""Every web entry, on one screen."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from quantumruns import converters, health, pages  # noqa: F401 - registers the kinds of identifiers

handler500 = "quantumruns.pages.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("runs.urls")),
    path("", include("evidence.urls")),
    # The types that signed statements name resolve to what explains them.
    path("evidence/manifest/v1", pages.predicate, name="manifest_type"),
    path("evidence/manifest/v1/schema.json", pages.manifest_schema, name="manifest_schema"),
    path("evidence/certificate/v1", pages.predicate, name="certificate_type"),
    path("docs/", include("quantumruns.docs.urls")),
    path("api/", include("quantumruns.api.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
]
