"""The addresses of workflows, runs and routes, below ``/api/v1/``."""

from django.urls import path

from runs.api import records, routes, runs, sweeps, workflows

urlpatterns = [
    path("workflows/", workflows.WorkflowList.as_view(), name="workflows"),
    path("workflows/<workflow:pk>/", workflows.WorkflowDetail.as_view(), name="workflow"),
    path("runs/", runs.RunList.as_view(), name="runs"),
    path("runs/preview/", runs.RunPreview.as_view(), name="run-preview"),
    path("runs/<run:pk>/", runs.RunDetail.as_view(), name="run"),
    path("runs/<run:pk>/cancel/", runs.RunCancel.as_view(), name="run-cancel"),
    path("runs/<run:pk>/retry/", runs.RunRetry.as_view(), name="run-retry"),
    path("runs/<run:pk>/events/", records.RunEvents.as_view(), name="run-events"),
    path("runs/<run:pk>/result/", records.RunResult.as_view(), name="run-result"),
    path("runs/<run:pk>/source/", records.RunSource.as_view(), name="run-source"),
    path("runs/<run:pk>/circuit.svg", records.RunCircuit.as_view(), name="run-circuit"),
    path("sweeps/", sweeps.SweepList.as_view(), name="sweeps"),
    path("sweeps/<sweep:pk>/", sweeps.SweepDetail.as_view(), name="sweep"),
    path("sweeps/<sweep:pk>/cancel/", sweeps.SweepCancel.as_view(), name="sweep-cancel"),
    path("providers/", routes.ProviderList.as_view(), name="providers"),
    path("providers/<slug:provider_id>/devices/", routes.DeviceList.as_view(), name="devices"),
]
