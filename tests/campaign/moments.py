"""At which moment of a run's life a connection is, read off the statements that it sends.

The product has no hooks for this: what goes over the wire to PostgreSQL is public enough.
"""

_STATEMENTS = (
    # what a task process does, in the order in which it does it
    (b'DELETE FROM "django_q_ormq"', b"", "taking the entry"),
    (b'UPDATE "runs_run"', b"\"status\" = 'submitting'", "claiming"),
    (b'UPDATE "runs_run"', b"\"status\" = 'running'", "starting"),
    (b'UPDATE "runs_source"', b"", "reading"),
    (b'UPDATE "runs_run"', b"\"status\" = 'completed'", "ending"),
    (b'UPDATE "runs_run"', b"\"evidence_state\" = 'building'", "claiming the seal"),
    (b'INSERT INTO "evidence_packet"', b"", "sealing"),
    (b'UPDATE "runs_run" SET "lease_until"', b"", "heartbeat"),
    # what a web process does
    (b'INSERT INTO "runs_idempotencykey"', b"", "binding the key"),
    (b'INSERT INTO "runs_run"', b"", "creating"),
    (b'UPDATE "runs_run"', b'"status" = \'cancel', "cancelling"),
)
_LOOK_AT = 2000  # bytes; what stands further on is long, and never a status


class Track:
    """Follows the transactions of one connection."""

    def __init__(self):
        self._last = ""

    def see(self, statement):
        """Return the moment that ``statement`` stands for, or nothing."""
        if statement.startswith(b"BEGIN"):
            self._last = ""
        elif statement.startswith(b"COMMIT"):
            return self._last and f"commit of {self._last}"
        start = statement[:_LOOK_AT].partition(b" WHERE ")[0]
        for opening, within, moment in _STATEMENTS:
            if start.startswith(opening) and within in start:
                self._last = moment
                return moment
        return ""
