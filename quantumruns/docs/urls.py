"""The addresses of the docs."""

from django.urls import path

from quantumruns.docs import pages

app_name = "docs"

urlpatterns = [
    path("", pages.overview, name="overview"),
    path("<slug:slug>/", pages.page, name="page"),
]
