"""The settings pages: load, check, act, answer."""
