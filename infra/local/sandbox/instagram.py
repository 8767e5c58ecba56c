"""Instagram's content publishing on Graph: containers, their status, publishing, the quota."""

from typing import Any

import msgspec

from infra.local.sandbox import graph
from infra.local.sandbox import instagram_rules as rules
from infra.local.sandbox.calls import Call, Draft, Refusal, Response, Route, make_json, require_all
from infra.local.sandbox.faults import InProgress
from infra.local.sandbox.images import NotFetchable
from infra.local.sandbox.instagram_containers import Container, NewContainer, find_status
from infra.local.sandbox.journal import Collection
from infra.local.sandbox.outbox import count_since
from infra.local.sandbox.state import SandboxState

CHANNEL = "instagram"
QUOTA, QUOTA_S = 100, 24 * 3600
NODE = rf"{graph.VERSION}/(?P<node>[^/]+)"


class Instagram:
    """The accounts of one sandbox."""

    def __init__(self, state: SandboxState) -> None:
        self._state = state
        self._outbox = state.outbox
        self._containers = Collection(state.journal, "container", Container)

    def list_routes(self) -> tuple[Route, ...]:
        """The operations of an account."""
        failures = graph.make_failures(CHANNEL)
        node = rf"{graph.VERSION}/(?P<node>\d+)"
        return (
            Route("POST", f"{NODE}/media", CHANNEL, self._create, failures),
            Route(
                "POST", f"{NODE}/media_publish", CHANNEL, self._publish, failures, self._read_draft
            ),
            Route("GET", f"{NODE}/content_publishing_limit", CHANNEL, self._read_quota, failures),
            Route("GET", node, CHANNEL, self._read, failures),
        )

    def _create(self, call: Call) -> Response:
        require_all(graph.CHECKS, call)
        new = self._read_new(call)
        require_all(rules.CAROUSEL_CHECKS if new.is_carousel else rules.CHECKS, new)
        if not new.is_carousel:
            self._require_image(new.image_url)
        fault = self._state.faults.take(CHANNEL, "in_progress")
        container = Container(
            account=call.parts["node"],
            caption=new.caption,
            media=new.list_media(),
            created_at=self._state.clock(),
            is_item=new.is_item,
            polls=fault.polls if isinstance(fault, InProgress) else 0,
        )
        number = self._outbox.take_number()
        self._containers.put(number, container)
        return make_json(200, {"id": number})

    def _publish(self, call: Call) -> Response:
        require_all(graph.CHECKS, call)
        creation_id = self._read_creation_id(call)
        account = call.parts["node"]
        with self._outbox.lock:
            container = self._containers.get(creation_id)
            if container is None or container.account != account or container.is_item:
                raise Refusal(rules.make_unknown_container(creation_id))
            self._require_publishable(container)
            if self._count_quota(account) >= QUOTA:
                raise Refusal(rules.make_quota_used())
            media_id = self._outbox.take_number()
            self._outbox.accept(_make_draft(container), media_id)
            self._put(creation_id, container, media_id=media_id)
        return make_json(200, {"id": media_id})

    def _require_publishable(self, container: Container) -> None:
        try:
            require_all(rules.PUBLISH_CHECKS, (container, self._state.clock()))
        except Refusal as refusal:
            raise Refusal(refusal.response, container.media_id) from refusal

    def _read(self, call: Call) -> Response:
        """A container's status, each read of which counts as a poll, or a medium's permalink."""
        require_all(graph.CHECKS, call)
        node = call.parts["node"]
        container = self._containers.get(node)
        if container is not None:
            return make_json(200, graph.select(call, self._poll(node, container)))
        post = self._outbox.find(node)
        if post is None or post.channel != CHANNEL:
            raise Refusal(graph.make_missing(call))
        known = {"id": node, "permalink": self._state.find_link(node), "caption": post.text}
        return make_json(200, graph.select(call, {**known, "timestamp": post.at}))

    def _poll(self, number: str, container: Container) -> dict[str, Any]:
        code, status = find_status(container, self._state.clock())
        if code == "IN_PROGRESS":
            self._put(number, container, polls=container.polls - 1)
        return {"id": number, "status_code": code, "status": f"{code.title()}: {status}"}

    def _read_quota(self, call: Call) -> Response:
        require_all(graph.CHECKS, call)
        known = {
            "quota_usage": self._count_quota(call.parts["node"]),
            "config": {"quota_total": QUOTA, "quota_duration": QUOTA_S},
        }
        names = [name for name in call.query.get("fields", "quota_usage").split(",") if name]
        return make_json(200, {"data": [{name: known[name] for name in names if name in known}]})

    def _count_quota(self, account: str) -> int:
        posts = self._outbox.list_accepted(CHANNEL, account)
        return count_since(posts, self._state.clock() - QUOTA_S)

    def _require_image(self, url: str) -> None:
        try:
            require_all(rules.IMAGE_CHECKS, self._state.fetch_image(url))
        except NotFetchable as error:
            raise Refusal(rules.make_not_fetchable(url)) from error

    def _read_new(self, call: Call) -> NewContainer:
        fields = graph.read_fields(call)
        numbers = [str(number) for number in graph.read_list(fields, "children")]
        return NewContainer(
            caption=str(fields.get("caption", "")),
            image_url=str(fields.get("image_url", "")),
            media_type=str(fields.get("media_type", "IMAGE")).upper(),
            is_item=str(fields.get("is_carousel_item", "")).lower() in ("true", "1"),
            children=[self._containers.get(number) for number in numbers],
            at=self._state.clock(),
        )

    def _read_creation_id(self, call: Call) -> str:
        return str(graph.read_fields(call).get("creation_id", ""))

    def _read_draft(self, call: Call) -> Draft:
        container = self._containers.get(self._read_creation_id(call))
        if container is None:
            return Draft(channel=CHANNEL, account=call.parts["node"], text="")
        return _make_draft(container)

    def _put(self, number: str, container: Container, **changes: Any) -> None:
        self._containers.put(number, msgspec.structs.replace(container, **changes))


def _make_draft(container: Container) -> Draft:
    return Draft(
        channel=CHANNEL,
        account=container.account,
        text=container.caption,
        media=container.media,
    )
