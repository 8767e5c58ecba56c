"""Print a user's ID token as the last line: `python -m infra.local.provision.token [--user …]`."""

import argparse
import sys

from chalicelib.aws import Aws
from infra.local.config import LocalConfig
from infra.local.environment import aws_settings
from infra.local.provision.command import print_result
from infra.local.provision.generated_values import GeneratedValues
from infra.local.provision.sign_in import id_token
from infra.local.provision.user import TIMEOUTS, password_name
from infra.local.provision.users import BadUser
from infra.local.system import outputs


def main(arguments: list[str] | None = None) -> int:
    """Exit 0 with the token on standard output, 1 with one sentence on standard error."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.provision.token")
    parser.add_argument("--user", help="who was made by make user; the demo user by default")
    user = parser.parse_args(arguments).user
    return print_result(lambda config: find_token(config, user), "token")


def find_token(config: LocalConfig, user: str | None = None) -> str:
    """An ID token of `user` of the system that runs with this state; None is the demo user.

    Raises BadUser for whom make user did not make, outputs.NothingRuns, Damaged, or botocore's own
    errors when the emulator does not respond.
    """
    running = outputs.read(config.outputs_file)
    name, password = _sign_in(config, running, (user or running["DemoUser"]).lower())
    aws = Aws(aws_settings(running["AwsEndpointUrl"]))
    client = aws.client("cognito-idp", TIMEOUTS)
    return id_token(client, running["UserPoolId"], running["UserPoolClientId"], name, password)


def _sign_in(config: LocalConfig, running: dict[str, str], user: str) -> tuple[str, str]:
    if user == running["DemoUser"]:
        return user, running["DemoPassword"]
    password = GeneratedValues(config.generated_file).find(password_name(user))
    if password is None:
        raise BadUser(f"there is no user {user}: {config.make('user')} EMAIL={user} makes it")
    return user, password


if __name__ == "__main__":
    sys.exit(main())
