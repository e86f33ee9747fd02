"""A program that does not get warm."""


def warm_up():
    raise ValueError("no simulator is installed")
