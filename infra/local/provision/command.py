"""How `make user` and `make token` end: a result on standard output, or one sentence why not."""

import sys
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import Unavailable
from infra.local.config import BadConfig, LocalConfig, describe_denial, local_config
from infra.local.environment import isolate
from infra.local.provision.generated_values import Damaged
from infra.local.provision.users import BadUser
from infra.local.system import outputs


def print_result(make: Callable[[LocalConfig], str], noun: str) -> int:
    """Print what `make` returns for the system of this environment; returns the exit status.

    `noun` names what there is not when the emulator fails.
    """
    try:
        config = local_config()
        isolate()
        print(make(config))
    except (BadConfig, BadUser, Damaged, outputs.NothingRuns) as error:
        return _fail(str(error))
    except PermissionError as error:
        return _fail(describe_denial(error))
    except (BotoCoreError, ClientError, Unavailable) as error:
        return _fail(f"no {noun}, the emulator said: {error}")
    return 0


def _fail(sentence: str) -> int:
    print(f"omnidata: {sentence}", file=sys.stderr)
    return 1
