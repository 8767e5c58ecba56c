"""Why a command of the deploy is not done at all."""


class DeployRefused(Exception):
    """The command cannot be done; the text is one sentence."""
