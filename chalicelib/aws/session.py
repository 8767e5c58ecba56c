"""One botocore session a process and its clients, made at first use and shared by threads."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, cast

import botocore
import botocore.session
from botocore.config import Config
from botocore.loaders import Loader
from botocore.retries import quota, standard

from chalicelib.aws.versions import warn_of_older_botocore
from chalicelib.settings import AwsSettings

# In the deployment package, beside the code: what botocore reads at a cold start, cut to what we
# call (infra/deploy/service_models.py, infra/deploy/trusted_roots.py).
PACKAGED = Path(__file__).parents[2] / "aws_data"
TRUSTED_ROOTS = "trusted_roots.pem"
MAX_BACKOFF_S = 0.4
USER_AGENT = f"Botocore/{botocore.__version__} OmniData"
FEW_CONNECTIONS = 2  # of a client that is one of many


class Timeouts(NamedTuple):
    """How long one call may take: seconds to connect, seconds between bytes, attempts in all."""

    connect_s: float
    read_s: float
    attempts: int


# botocore's own are 60 s + 60 s with API Gateway giving up at 29 s. Three attempts that all time
# out end within 5 s here, back-off included.
API = Timeouts(connect_s=1.0, read_s=1.2, attempts=3)
# An analytics event may cost the caller 250 ms at most.
FAST = Timeouts(connect_s=0.1, read_s=0.15, attempts=1)
# The archive's reader has several objects to fetch before API Gateway gives up.
ARCHIVE = Timeouts(connect_s=1.0, read_s=5.0, attempts=2)
# Pages of logs are up to a megabyte, and several make one response.
PAGES = Timeouts(connect_s=1.0, read_s=5.0, attempts=2)
# Dead letters are asked for by long polls of a second, and several calls make one request.
LETTERS = Timeouts(connect_s=1.0, read_s=3.0, attempts=2)
# What a page can do without: figures of CloudWatch.
EXTRA = Timeouts(connect_s=0.5, read_s=1.0, attempts=1)
# A response that is not waited for is another e-mail: SNS publishes the retry too.
PUBLISH = Timeouts(connect_s=1.0, read_s=5.0, attempts=2)
# One attempt, since a second one may send again; the time is what SES and SNS need on a bad day.
SEND = Timeouts(connect_s=1.0, read_s=10.0, attempts=1)
# A model writes for seconds before the first byte of its response; writing again is harmless.
MODEL = Timeouts(connect_s=1.0, read_s=20.0, attempts=2)
# A message waits for its text, and goes out as it was written if that does not come.
ADAPT = Timeouts(connect_s=1.0, read_s=7.0, attempts=1)
# The worker has time, but a stop must not wait on it; between its polls it backs off by itself.
WORKER = Timeouts(connect_s=2.0, read_s=5.0, attempts=2)
LONG_POLL = Timeouts(connect_s=2.0, read_s=25.0, attempts=1)


class Aws:
    """The clients of one process, keyed by service and timeouts."""

    def __init__(self, settings: AwsSettings) -> None:
        warn_of_older_botocore()
        self.session = _create_session()
        self._settings = settings
        self._clients: dict[tuple[str, Timeouts], Any] = {}
        self._idle: dict[tuple[str, Timeouts], list[Any]] = {}
        self._lock = threading.Lock()
        if settings.credentials is not None:
            self.session.set_credentials(*settings.credentials)

    def client(self, service: str, timeouts: Timeouts = API, *, connections: int = 10) -> Any:
        """The low-level client of `service`, made once; botocore clients are thread-safe."""
        key = (service, timeouts)
        client = self._clients.get(key)
        if client is None:
            with self._lock:
                client = self._clients.get(key) or self._create(service, timeouts, connections)
                self._clients[key] = client
        return client

    @contextmanager
    def lend_client(self, service: str, timeouts: Timeouts) -> Iterator[Any]:
        """A client that nothing else uses meanwhile, without an open connection before and after.

        Clients are kept: there are as many as calls ran at once.
        """
        idle = self._idle.setdefault((service, timeouts), [])
        try:
            client = idle.pop()
        except IndexError:
            with self._lock:
                client = self._create(service, timeouts, connections=1)
        try:
            yield client
        finally:
            client.close()
            idle.append(client)

    def client_as(self, credentials: tuple[str, str, str], service: str) -> Any:
        """A client of its own with the key id, secret and token of a session."""
        with self._lock:
            return self._create(service, API, FEW_CONNECTIONS, credentials)

    def _create(
        self,
        service: str,
        timeouts: Timeouts,
        connections: int,
        credentials: tuple[str | None, str | None, str | None] = (None, None, None),
    ) -> Any:
        key_id, secret, token = credentials
        client = self.session.create_client(
            service,
            aws_access_key_id=key_id,
            aws_secret_access_key=secret,
            aws_session_token=token,
            region_name=self._settings.region,
            endpoint_url=self._settings.endpoint_url,
            config=Config(
                connect_timeout=timeouts.connect_s,
                read_timeout=timeouts.read_s,
                retries={"mode": "standard", "total_max_attempts": timeouts.attempts},
                max_pool_connections=connections,
                tcp_keepalive=True,
                # botocore's own is put together twice for every call, a tenth of its time.
                user_agent=USER_AGENT,
                # A third of what a batch of items costs; DynamoDB judges each of them itself.
                parameter_validation=service != "dynamodb",
                s3=_s3_options(at_aws=self._settings.endpoint_url is None),
                # botocore presigns with version 2 by default, which newer regions refuse.
                signature_version="s3v4" if service == "s3" else None,
            ),
        )
        _cap_backoff(client, timeouts.attempts)
        return client


def _create_session() -> botocore.session.Session:
    """A session that reads what is packaged, unless the environment names something else.

    The variables are botocore's own, AWS_DATA_PATH and AWS_CA_BUNDLE.
    """
    session = botocore.session.get_session()
    if PACKAGED.is_dir():
        packaged = {"data_path": PACKAGED, "ca_bundle": PACKAGED / TRUSTED_ROOTS}
        for name, path in packaged.items():
            if session.get_config_variable(name) is None:
                session.set_config_variable(name, str(path))
    paths = list(session.get_component("data_loader").search_paths)
    loader = _FolderLoader(extra_search_paths=paths, include_default_search_paths=False)
    session.register_component("data_loader", loader)
    return session


class _FolderLoader(Loader):
    """Knows a service by its folder: botocore looks into each of 440, for each kind of model."""

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 botocore's
        """The services that there may be such a model of; loading one that there is not fails."""
        models = [Path(path) for path in self.search_paths]
        return [service.name for root in models if root.is_dir() for service in root.iterdir()]


def _s3_options(*, at_aws: bool) -> Any:
    """How buckets are addressed: a presigned URL of the global address would be redirected."""
    if not at_aws:
        return {"addressing_style": "path"}
    return {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"}


def _cap_backoff(client: Any, attempts: int) -> None:
    """Full jitter up to `MAX_BACKOFF_S`: the standard mode's 1 s and 2 s would outlast a caller.

    botocore has no public setting for the cap; these classes have been stable since 2020.
    """
    service = client.meta.service_model.service_id.hyphenize()
    event, unique_id = f"needs-retry.{service}", f"retry-config-{service}"
    client.meta.events.unregister(event, unique_id=unique_id)
    handler = standard.RetryHandler(
        retry_policy=standard.RetryPolicy(
            retry_checker=standard.StandardRetryConditions(max_attempts=attempts),
            retry_backoff=standard.ExponentialBackoff(max_backoff=cast("int", MAX_BACKOFF_S)),
        ),
        retry_event_adapter=standard.RetryEventAdapter(),
        retry_quota=cast("Any", standard.RetryQuotaChecker(quota.RetryQuota())),
    )
    client.meta.events.register(event, handler.needs_retry, unique_id=unique_id)
