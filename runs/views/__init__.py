"""Pages of workflows and runs: load what the person may see, check, act, show."""
