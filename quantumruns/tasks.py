"""Every queue entry, on one screen. It sits above runs and evidence, which do not know each other.

An entry is a run id and nothing else, and it is only a hint: the rows say what is due.
"""

from datetime import timedelta
from uuid import UUID

from evidence import checkpoints, packets
from quantumruns.worker import pulse
from runs import execution, lifecycle
from runs.lifecycle import queue


def work() -> None:
    """Take one entry of the queue, if one is left, and do what is due."""
    if pulse.is_finishing():
        return
    with pulse.at_work():
        run_id = queue.take()
        if run_id is not None:
            execute_run(run_id)


def execute_run(run_id: UUID) -> None:
    """Execute the next due run, then seal what has ended: also runs that failed at once."""
    executed = execution.execute_next(is_giving_up=pulse.is_handing_back)
    if pulse.is_handing_back():
        return
    packets.seal(run_id)
    if executed is None:
        return
    if executed != run_id:
        packets.seal(executed)
    lifecycle.hint_next()


def repair() -> None:
    """Finish what a crash left open: lost leases, lost queue entries, packets not sealed."""
    lifecycle.release_expired()
    packets.release_expired()
    lifecycle.hint_due(older_than=timedelta(seconds=15))


def sign_log() -> None:
    """Sign the head of the log of sealed packets, where that is due."""
    checkpoints.make_due()
