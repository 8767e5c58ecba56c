"""The local system: where it runs, and its users' tokens, as `make token` makes them."""

from collections.abc import Mapping

from infra.cli.failures import BadUsage, CannotSignIn, Unreachable
from infra.cli.signing_in.tokens import Tokens
from infra.local.config import DEFAULT_STATE_DIR, ROOT, BadConfig, LocalConfig, local_config
from infra.local.system import outputs


def read_outputs(environment: Mapping[str, str]) -> dict[str, str]:
    """The outputs of the running system. Raises Unreachable, or BadUsage for a bad variable."""
    config = _find_config(environment)
    try:
        return outputs.read(config.outputs_file)
    except outputs.NothingRuns as error:
        raise Unreachable(f"{error}; {config.make('run')} starts one") from error


def sign_in(environment: Mapping[str, str], user: str) -> Tokens:
    """A token of the demo user, or of whom `make user` made.

    Raises CannotSignIn, or Unreachable without a system that answers.
    """
    # AWS's client takes longer to load than all else: only who signs in anew waits for it.
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 as above

    from chalicelib.errors import Unavailable  # noqa: PLC0415 as above
    from infra.local.environment import isolate  # noqa: PLC0415 as above
    from infra.local.provision.generated_values import Damaged  # noqa: PLC0415 as above
    from infra.local.provision.token import find_token  # noqa: PLC0415 as above
    from infra.local.provision.users import BadUser  # noqa: PLC0415 as above

    isolate()
    try:
        return Tokens(find_token(_find_config(environment), user))
    except (BadUser, Damaged) as error:
        raise CannotSignIn(str(error)) from error
    except (BotoCoreError, ClientError, Unavailable, outputs.NothingRuns) as error:
        raise Unreachable(f"the local system gives no token: {error}") from error


def _find_config(environment: Mapping[str, str]) -> LocalConfig:
    """The state of this checkout, wherever the command runs, unless STATE_DIR names another."""
    given = {"STATE_DIR": str(ROOT / DEFAULT_STATE_DIR)} | {
        name: value for name, value in environment.items() if value
    }
    try:
        return local_config(given)
    except BadConfig as error:
        raise BadUsage(str(error)) from error
