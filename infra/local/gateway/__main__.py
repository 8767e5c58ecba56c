"""Serve the API and its pages until SIGTERM: `python -m infra.local.gateway`."""

import sys
from collections.abc import Mapping
from functools import partial

from app import app
from chalicelib.aws import Aws
from chalicelib.aws.topic import Topic
from chalicelib.observability import logger
from infra.local.config import HOST, REGION, ROOT, STAGE, LocalConfig, local_config
from infra.local.environment import aws_settings
from infra.local.gateway.gateway import Gateway
from infra.local.gateway.health import LocalHealth
from infra.local.gateway.local_pages import LocalPages
from infra.local.gateway.mailbox import Mailbox, list_recipients, look_up_later
from infra.local.gateway.pages import Pages, issuer, page_config
from infra.local.gateway.server import Server, serve_until_signalled
from infra.local.gateway.tokens import Keys, Verifier
from infra.local.gateway.usage import Usage
from infra.local.preload import preload
from infra.local.provision.mailbox import mailbox_queue
from infra.local.provision.provision import ORDERS_TOPIC, local_plan, local_resources
from infra.local.system import outputs as outputs_file
from infra.local.system.disk import DiskStorage

STOP_BUDGET_S = 2.0
CONSOLE = ROOT / "frontend" / "dist"  # what `make console` builds; its sources are never served

_log = logger(__name__)


def main() -> int:
    """Exit 0 after an orderly stop, 1 if the port is in use."""
    preload()
    config = local_config()
    gateway = build_gateway(config, outputs_file.read(config.outputs_file))
    try:
        server = Server((HOST, config.port), gateway)
    except OSError as error:
        print(f"gateway: cannot listen on {HOST}:{config.port}: {error.strerror}", file=sys.stderr)
        return 1
    if not serve_until_signalled(server, STOP_BUDGET_S):
        _log.warning("requests in flight were cut off by the stop")
    return 0


def build_gateway(config: LocalConfig, outputs: Mapping[str, str]) -> Gateway:
    """The gateway for the app, configured by the outputs file."""
    pool = outputs["UserPoolId"]
    keys_url = f"{config.endpoint_url}/{pool}/.well-known/jwks.json"
    return Gateway(
        app,
        verifier=Verifier(
            Keys(keys_url),
            issuer=issuer(REGION, pool),
            audience=outputs["UserPoolClientId"],
            hint=f"; here {config.make('-s token')} prints one of {outputs['DemoUser']}",
        ),
        usage=Usage(
            [outputs["ApiKey"]], local_plan(config, local_resources()), setting="SEARCHES_PER_DAY"
        ),
        stage=STAGE,
        pages=Pages(CONSOLE, page_config(outputs, REGION)),
        health=LocalHealth(
            keys_url=keys_url,
            events_pid_file=config.pid_file("events"),
            worker_pid_file=config.pid_file("worker"),
            worker_health_file=config.worker_health_file,
            sandbox_pid_file=config.pid_file("sandbox"),
            sandbox_port_file=config.sandbox_port_file,
        ),
        local_pages=LocalPages(build_mailbox(config, outputs[ORDERS_TOPIC]), outputs),
        storage=DiskStorage(config),
    )


def build_mailbox(config: LocalConfig, topic_arn: str) -> Mailbox:
    """The mailbox of this state directory, for the mails of the topic."""
    aws = Aws(aws_settings(config.endpoint_url))
    queue = look_up_later(aws.client("sqs"), lambda sqs: mailbox_queue(sqs, config.endpoint_url))
    recipients = partial(list_recipients, Topic(aws.client("sns"), topic_arn))
    return Mailbox(config.state_dir / "mailbox.json", queue, recipients)


if __name__ == "__main__":
    sys.exit(main())
