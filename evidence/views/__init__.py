"""The workspace's doors to its evidence: packets and shares."""
