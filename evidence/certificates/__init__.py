"""Certificates: what stands on one, its page, and its PDF. Never imported by the web process."""
