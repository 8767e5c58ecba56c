"""Puts the sandbox of one state directory together."""

from urllib.parse import urlsplit

from infra.local.config import LocalConfig
from infra.local.emulator.guard import NAMES
from infra.local.sandbox.bedrock import Bedrock
from infra.local.sandbox.calls import Route
from infra.local.sandbox.facebook import Facebook
from infra.local.sandbox.front import Front
from infra.local.sandbox.images import ImageFetcher
from infra.local.sandbox.instagram import Instagram
from infra.local.sandbox.linkedin import LinkedIn
from infra.local.sandbox.mail_events import Tell, publish_to_topic
from infra.local.sandbox.origins import Origins
from infra.local.sandbox.port import make_url
from infra.local.sandbox.ses import Ses
from infra.local.sandbox.sns import Sns
from infra.local.sandbox.state import SandboxState, open_state


def build_front(config: LocalConfig, port: int) -> Front:
    """The front for that port; images are fetched from this machine and the emulator alone."""
    fetcher = ImageFetcher({*NAMES, str(urlsplit(config.endpoint_url).hostname)})
    state = open_state(config.sandbox_dir, make_url(port), fetcher)
    return Front(
        list_routes(state, publish_to_topic(config)),
        state,
        Origins(port=port, console_port=config.port),
    )


def list_routes(state: SandboxState, tell: Tell) -> list[Route]:
    """The operations of all platforms; `tell` publishes what becomes of e-mails."""
    platforms = (
        Facebook(state),
        Instagram(state),
        LinkedIn(state),
        Ses(state.outbox, tell),
        Sns(state.outbox),
        Bedrock(state.faults),
    )
    return [route for platform in platforms for route in platform.list_routes()]
