"""The calls of clients to AWS, by who makes them: a function, or a tenant's session."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from iam_evaluator import Need, needs

from chalicelib.aws import Aws
from infra.declared.functions import FUNCTIONS

READER = "OmniTenantReader"  # no function: whom the API's becomes in order to read logs
HANDLERS = {function.chalice_name: function for function in FUNCTIONS}


class Recorder:
    """The calls of every client of one cloud, by who is being called.

    What a tenant's session does needs its role's rights, not the function's: that is under READER.
    """

    def __init__(self, cloud: Aws) -> None:
        self.calls: dict[str, set[Need]] = {name: set() for name in (*HANDLERS, READER)}
        self.operations: set[tuple[str, str]] = set()  # service and name, whoever calls
        self._current: str | None = None
        for client in cloud._clients.values():
            client.meta.events.register("provide-client-params", self._record)
        cloud.session.register("provide-client-params", self._record)
        self._tell_sessions_apart(cloud)

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """What is called in here is that function's."""
        before, self._current = self._current, name
        try:
            yield
        finally:
            self._current = before

    def _tell_sessions_apart(self, cloud: Aws) -> None:
        make = cloud.client_as

        def client_as(*given: Any) -> Any:
            client = make(*given)
            client.meta.events.unregister("provide-client-params", self._record)
            client.meta.events.register("provide-client-params", self._record_session)
            return client

        cloud.client_as = client_as  # type: ignore[method-assign]

    def _record_session(self, **call: Any) -> None:
        with self.of(READER):
            self._record(**call)

    def _record(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        service = model.service_model.service_name
        if self._current is not None:
            self.operations.add((service, model.name))
            self.calls[self._current] |= set(needs(service, model.name, params))
