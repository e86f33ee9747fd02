"""Pages of workflows and runs."""

from django.urls import path

from runs.views import acts, downloads, history, new_run, run, sweeps, workflows

app_name = "runs"

urlpatterns = [
    path("workflows/", workflows.workflow_list, name="workflow_list"),
    path("workflows/new/", workflows.workflow_new, name="workflow_new"),
    path("workflows/<workflow:pk>/", workflows.workflow_detail, name="workflow_detail"),
    path("workflows/<workflow:pk>/edit/", workflows.workflow_edit, name="workflow_edit"),
    path("workflows/<workflow:pk>/archive/", workflows.workflow_archive, name="workflow_archive"),
    path("workflows/<workflow:pk>/restore/", workflows.workflow_restore, name="workflow_restore"),
    path("workflows/<workflow:pk>/runs/new/", new_run.run_new, name="new"),
    path("workflows/<workflow:pk>/runs/preview/", new_run.run_preview, name="preview"),
    path("runs/", history.run_list, name="list"),
    path("runs/new/", history.run_start, name="start"),
    path("runs/<run:pk>/", run.run_detail, name="detail"),
    path("runs/<run:pk>/live/", run.run_live, name="live"),
    path("runs/<run:pk>/edit/", acts.run_edit, name="edit"),
    path("runs/<run:pk>/cancel/", acts.run_cancel, name="cancel"),
    path("runs/<run:pk>/retry/", acts.run_retry, name="retry"),
    path("runs/<run:pk>/seal/", acts.run_seal, name="seal"),
    path("runs/<run:pk>/counts.csv", downloads.run_counts, name="counts"),
    path("runs/<run:pk>/values.json", downloads.run_values, name="values"),
    path("runs/<run:pk>/values.csv", downloads.run_values_table, name="values_table"),
    path("runs/<run:pk>/source.qasm", downloads.run_source, name="source"),
    path("runs/<run:pk>/trace.jsonl", downloads.run_trace, name="trace"),
    path("sweeps/<sweep:pk>/", sweeps.sweep_detail, name="sweep_detail"),
    path("sweeps/<sweep:pk>/live/", sweeps.sweep_live, name="sweep_live"),
    path("sweeps/<sweep:pk>/cancel/", sweeps.sweep_cancel, name="sweep_cancel"),
    path("sweeps/<sweep:pk>/points.csv", sweeps.sweep_points, name="sweep_points"),
    path("sweeps/<sweep:pk>/plot.svg", sweeps.sweep_plot, name="sweep_plot"),
]
