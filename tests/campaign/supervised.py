"""A machine of the campaign: one program under the product's own supervisor.

``python -m tests.campaign.supervised PROGRAM`` with the program as JSON.
"""

import json
import sys
from pathlib import Path

from quantumruns.supervisor import Program, Supervisor


def main(text):
    described = json.loads(text)
    program = Program(**{**described, "log": Path(described["log"])})
    # Programs of a campaign live a few seconds, and what dies then is not what dies at the start.
    supervisor = Supervisor([program], settled_seconds=1.0)
    with supervisor.running():
        supervisor.wait_until(lambda: False)


if __name__ == "__main__":
    main(sys.argv[1])
