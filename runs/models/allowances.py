"""What the operator of a server lets one workspace use, where that is less than the server."""

from django.db import models
from django.db.models import Q


class WorkspaceLimits(models.Model):
    """Limits of one workspace; an empty column leaves the server's limit, none can raise it."""

    workspace = models.OneToOneField(
        "accounts.Workspace", models.CASCADE, primary_key=True, related_name="limits"
    )
    state_vector_qubits = models.PositiveSmallIntegerField(null=True, blank=True)
    density_matrix_qubits = models.PositiveSmallIntegerField(null=True, blank=True)
    analog_atoms = models.PositiveSmallIntegerField(null=True, blank=True)
    shots = models.PositiveIntegerField(null=True, blank=True)
    operations = models.PositiveIntegerField(null=True, blank=True)
    wall_seconds = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "workspace limits"
        constraints = [
            models.CheckConstraint(
                name="workspace_limits_are_positive",
                condition=~Q(state_vector_qubits=0)
                & ~Q(density_matrix_qubits=0)
                & ~Q(analog_atoms=0)
                & ~Q(shots=0)
                & ~Q(operations=0)
                & ~Q(wall_seconds=0),
            )
        ]

    def __str__(self) -> str:
        return f"Limits of {self.workspace}"
