"""What must hold of every life of a run, checked at each change from notes of the checker's own.

The tables here are written from the design and not taken from the core, so that they can disagree.
"""

from collections import Counter
from datetime import datetime

from runs.contract import TERMINAL, Status, Submission
from runs.life import attempts_of
from runs.life.happenings import AttemptLost, Claimed, Fenced, Heartbeat, LeaseExpired
from tests.runs.simulated_life import RULES

INVARIANTS = {
    "I1 rest": "every accepted run comes to its end before its deadline",
    "I2 told": "what makes a run due puts it into the queue in the same commit",
    "I3 one task": "a provider of others is asked once, unless it certainly took nothing",
    "I5 legal": "only legal changes of status, and an end is final",
    "I6 fence": "nothing of an attempt counts once the run was taken from it",
    "I19 order": "made, submitted, started and finished in this order, by the rows",
    "one holder": "a run that an attempt holds is given to no other",
    "lease": "a worker that renews in time keeps its run",
    "attempts": "attempts are counted one by one and are never more than allowed",
    "hand-backs": "a worker that is asked to stop costs no attempt, and not forever",
    "active": "workers hold no more runs of a person than allowed",
    "waiting": "no more runs of a person wait than allowed",
    "cancel": "a cancellation is never forgotten",
    "fair": "workspaces take turns, the least served first",
    "trace": "each change of status is exactly one line, and the lines tell where the run stands",
    "history": "the attempts read from the trace are those that there were",
    "whole": "a row is consistent: ends, leases, results and errors belong together",
}
_LEGAL = {
    Status.QUEUED: {Status.SUBMITTING, Status.CANCELLED},
    Status.SUBMITTING: {
        Status.QUEUED,
        Status.SUBMITTED,
        Status.RUNNING,
        Status.UNCONFIRMED,
        Status.CANCELLING,
        Status.FAILED,
    },
    Status.UNCONFIRMED: {Status.SUBMITTED, Status.CANCELLING, Status.FAILED},
    Status.SUBMITTED: {Status.RUNNING, Status.COMPLETED, Status.CANCELLING, Status.FAILED},
    Status.RUNNING: {Status.QUEUED, Status.COMPLETED, Status.CANCELLING, Status.FAILED},
    Status.CANCELLING: {Status.COMPLETED, Status.CANCELLED, Status.FAILED},
}
_TOLD = {
    "run.claimed": Status.SUBMITTING,
    "run.submitted": Status.SUBMITTED,
    "run.unconfirmed": Status.UNCONFIRMED,
    "run.started": Status.RUNNING,
    "run.attempt_lost": Status.QUEUED,
    "run.cancel_requested": Status.CANCELLING,
    "run.completed": Status.COMPLETED,
    "run.failed": Status.FAILED,
    "run.cancelled": Status.CANCELLED,
}
_OVER = {Status.QUEUED, *TERMINAL}  # no attempt is underway
_OF_THE_PROVIDER = {"run.submitted", "run.unconfirmed"}  # a cancellation stays asked for


class ViolationError(AssertionError):
    """An invariant does not hold."""

    def __init__(self, invariant, words):
        assert invariant in INVARIANTS
        super().__init__(f"{invariant}: {words}")
        self.invariant = invariant


class Notes:
    """What the checker knows of one run by having watched."""

    def __init__(self, status):
        self.told = status
        self.lease = ""  # the attempt that holds it
        self.sign_of_life = None
        self.endings = []  # of its attempts; None while one is underway
        self.hand_backs = 0  # that cost no attempt
        self.is_cancelled = False
        self.requests = 0


class Checker:
    """Watches a world. ``seen`` counts what was met, so that a test can ask for enough of it."""

    def __init__(self):
        self.seen = Counter()
        self.of_person = Counter()
        self.of_workspace = Counter()
        self.turns = 0
        self.services = {}

    # --- What the world shows ----------------------------------------------------------------

    def made(self, run, waiting):
        run.notes = Notes(run.life.status)
        require("waiting", waiting < RULES.queued_runs, "{} has {} already", run.person, waiting)

    def picked(self, world, run):
        """A worker takes ``run`` to be the one whose turn it is."""
        may = [one for one in world.waiting() if self.of_person[one.person] < RULES.active_runs]
        require("fair", run in may, "no room for it")
        mine = self._rank(world, run.workspace)
        for other in may:
            if other.workspace == run.workspace:
                require("fair", run.number <= other.number, "an older run of the workspace waits")
            else:
                require("fair", mine <= self._rank(world, other.workspace), "others had less")

    def _rank(self, world, workspace):
        service = max(self.services.get(workspace, {}).values(), default=0)
        return self.of_workspace[workspace], 0 if world.clock_was_set_back else service

    def sent(self, run):
        run.notes.requests += 1
        require("I3 one task", run.notes.requests == 1, "it was sent again")

    def refused(self, run, event):
        if isinstance(event, Fenced) and event.lease and event.lease != run.notes.lease:
            self.seen["late news refused"] += 1

    def changed(self, world, run, before, event, change, by, *, told):
        notes = run.notes
        if isinstance(event, Fenced):
            require("I6 fence", event.lease == notes.lease, "it brought {}", type(event).__name__)
        self._check_hand_backs(run, event)
        self._check_holder(world, run, before, event)
        self._check_status(run, before, change)
        self._check_row(run, change)
        is_orphan = run.life.status in TERMINAL and by is None and run.life.is_local
        if run.life.status is Status.QUEUED or (is_orphan and run.life.evidence_is_due):
            require("I2 told", told, "nobody was told")
        self.seen[type(event).__name__] += 1

    def deadline(self, world):
        """Return when the last lease that was truly kept alive has run out."""
        signs = [run.notes.sign_of_life for run in world.open.values() if run.notes.lease]
        return max([world.now, *signs]) + RULES.lease

    def at_rest(self, world):
        stuck = {run.number: run.life for run in world.open.values()}
        require("I1 rest", not stuck, "still open: {}", stuck)

    # --- What is checked ---------------------------------------------------------------------

    def _check_status(self, run, before, change):
        notes, status = run.notes, run.life.status
        require("I5 legal", before.status not in TERMINAL, "{} was the end", before.status)
        if before.cancel_requested_at is not None:
            notes.is_cancelled = True
        stopping = status is Status.CANCELLING or status in TERMINAL
        require("cancel", stopping or not notes.is_cancelled, "it is {} again", status)
        is_moved = status is not before.status
        if is_moved:
            legal = status in _LEGAL[before.status]
            require("I5 legal", legal, "{} to {}", before.status, status)
        moves = 0
        for line in change.lines:
            notes.told, moved = _after(notes.told, line.kind)
            moves += moved
        require("trace", moves == is_moved, "{} lines for a change to {}", moves, status)
        require("trace", notes.told is status, "told {}, is {}", notes.told, status)

    def _check_holder(self, world, run, before, event):
        notes, life = run.notes, run.life
        if isinstance(event, Claimed):
            require("one holder", not notes.lease, "{} has it", notes.lease)
            self._take(run, event.new_lease)
        else:
            require("attempts", life.attempt == before.attempt, "counted without a claim")
        if isinstance(event, LeaseExpired):
            asleep = world.now - notes.sign_of_life
            require("lease", asleep > RULES.lease, "it was alive {} ago", asleep)
        if isinstance(event, Claimed | Heartbeat):
            notes.sign_of_life = world.now
        if notes.lease and (life.status in TERMINAL or life.lease_token != notes.lease):
            self._let_go(run)
        if life.status in _OVER and notes.endings and notes.endings[-1] is None:
            lost = isinstance(event, AttemptLost | LeaseExpired)
            lost = lost and life.status is not Status.CANCELLED
            notes.endings[-1] = "lost" if lost else life.status.value

    def _check_hand_backs(self, run, event):
        notes, life = run.notes, run.life
        if isinstance(event, AttemptLost) and event.reason == "worker_stopped":
            is_free = notes.hand_backs < RULES.hand_backs
            self.seen["handed back too often"] += not is_free
            if is_free and life.status is not Status.CANCELLED:
                notes.hand_backs += 1
                require("hand-backs", life.status is Status.QUEUED, "it is {}", life.status)
        require("hand-backs", life.hand_backs == notes.hand_backs, "{} counted", life.hand_backs)
        if isinstance(event, AttemptLost | LeaseExpired) and life.status is Status.FAILED:
            counted = life.attempt - notes.hand_backs
            require("attempts", counted == RULES.attempts, "given up after {}", counted)

    def _take(self, run, lease):
        notes, life = run.notes, run.life
        notes.lease = lease
        notes.endings.append(None)
        require("attempts", life.attempt == len(notes.endings), "attempt {}", life.attempt)
        counted = life.attempt - notes.hand_backs
        require("attempts", counted <= RULES.attempts, "{} that count", counted)
        self.of_person[run.person] += 1
        self.of_workspace[run.workspace] += 1
        self.turns += 1
        self.services.setdefault(run.workspace, {})[run.number] = self.turns
        many = self.of_person[run.person]
        require("active", many <= RULES.active_runs, "{} has {}", run.person, many)

    def _let_go(self, run):
        run.notes.lease = ""
        self.of_person[run.person] -= 1
        self.of_workspace[run.workspace] -= 1
        if run.life.status is Status.QUEUED:
            del self.services[run.workspace][run.number]

    def _check_row(self, run, change):
        life, columns = run.life, run.columns
        moments = (life.created_at, life.submitted_at, life.started_at, columns.get("finished_at"))
        known = [moment for moment in moments if moment is not None]
        require("I19 order", known == sorted(known), "{}", known)
        require("I19 order", change.at >= life.created_at, "before it was made")
        _check_whole(life, columns)
        if life.status in TERMINAL:
            self._check_history(run)

    def _check_history(self, run):
        read = attempts_of(_Line(*line) for line in run.trace)
        endings = [attempt.ending for attempt in read]
        require("history", endings == run.notes.endings, "{}, not {}", endings, run.notes.endings)
        for number, attempt in enumerate(read, start=1):
            is_lost = attempt.ending == "lost"
            require("history", attempt.number == number, "{}", attempt)
            require("history", attempt.reason or not is_lost, "{}", attempt)
            self.seen["attempts lost"] += is_lost


def _after(told, kind):
    """Return the status that a trace tells after a line of this kind, and whether that moved it.

    Each line of a status is one move, so one that tells what is told already is one too many.
    """
    if told is Status.QUEUED and kind == "run.cancel_requested":
        return told, False  # it ends in the same breath
    if kind not in _TOLD or (told is Status.CANCELLING and kind in _OF_THE_PROVIDER):
        return told, False
    require("trace", _TOLD[kind] in _LEGAL[told], "{} after {}", kind, told)
    return _TOLD[kind], True


class _Line:
    __slots__ = ("at", "data", "kind")

    def __init__(self, kind, data, at: datetime):
        self.kind, self.data, self.at = kind, data, at


def _check_whole(life, columns):
    status, ended = life.status, life.status in TERMINAL
    require("whole", ended == ("finished_at" in columns), "ended exactly when finished")
    require("whole", (status is Status.COMPLETED) == ("result" in columns), "a result")
    require("whole", (status is Status.FAILED) == ("error" in columns), "an error")
    require("whole", bool(life.lease_token) == (life.lease_until is not None), "half a lease")
    if status is Status.QUEUED:
        fresh = (life.submission, life.submitted_at, life.started_at)
        require("whole", fresh == (Submission.NOT_SENT, None, None), "waits with {}", fresh)
    holds = status is Status.SUBMITTING or (life.is_local and status is Status.RUNNING)
    require("whole", bool(life.lease_token) or not holds, "{} and nobody holds it", status)
    free = ended or status in {Status.QUEUED, Status.SUBMITTED, Status.UNCONFIRMED}
    require("whole", not (free and life.lease_token), "{} under a lease", status)


def require(invariant, holds, words, *facts):
    if not holds:
        raise ViolationError(invariant, words.format(*facts))
