"""Why nothing is moved, as one sentence."""


class MoveRefused(Exception):
    """What was asked cannot be done; the text says why, and nothing was written to the target."""
