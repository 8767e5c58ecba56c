"""Print an ID token of the demo user as the last line: `python -m infra.local.provision.token`."""

import sys

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws import Aws, Timeouts
from infra.local.config import BadConfig, LocalConfig, local_config
from infra.local.environment import aws_settings, isolate
from infra.local.provision.sign_in import id_token
from infra.local.system import outputs


def main() -> int:
    """Exit 0 with the token on standard output, 1 with one sentence on standard error."""
    try:
        config = local_config()
        isolate()
        print(demo_token(config))
    except (BadConfig, outputs.NothingRuns) as error:
        print(f"omnidata: {error}", file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"omnidata: no token, the emulator said: {error}", file=sys.stderr)
        return 1
    return 0


def demo_token(config: LocalConfig) -> str:
    """An ID token of the demo user of the system that runs with this state.

    Raises outputs.NothingRuns, or botocore's own errors when the emulator does not answer.
    """
    running = outputs.read(config.outputs_file)
    aws = Aws(aws_settings(running["AwsEndpointUrl"]))
    return id_token(
        aws.client("cognito-idp", Timeouts(connect_s=1, read_s=10, attempts=2)),
        running["UserPoolId"],
        running["UserPoolClientId"],
        running["DemoUser"],
        running["DemoPassword"],
    )


if __name__ == "__main__":
    sys.exit(main())
