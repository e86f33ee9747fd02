"""The worker command's parts: the runners it owns, django-q2's cluster, the watchdog, repair."""
