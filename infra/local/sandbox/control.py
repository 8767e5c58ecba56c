"""The control routes: faults by channel, shown, set and cleared."""

import msgspec

from infra.local.sandbox.calls import Call, Response, make_json
from infra.local.sandbox.faults import CHANNELS, HAS_CONTAINERS, HAS_MODEL, Faults, FaultSet
from infra.local.sandbox.origins import CONTROL


class Control:
    """`/control` shows all faults; `/control/{channel}` takes GET, PUT and DELETE."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def respond(self, call: Call) -> Response | None:
        """The response to a call of these routes; None for any other path."""
        if call.path == CONTROL:
            return self._show_all(call)
        prefix, _, channel = call.path.rpartition("/")
        if prefix != CONTROL:
            return None
        if channel not in CHANNELS:
            return _refuse(404, "not_found", f"a channel is one of {', '.join(CHANNELS)}")
        return self._respond_for(channel, call)

    def _show_all(self, call: Call) -> Response:
        if call.method not in ("GET", "HEAD"):
            return _refuse(405, "method_not_allowed", "only GET is served here")
        return Response(200, msgspec.json.encode(self._faults.list_all()))

    def _respond_for(self, channel: str, call: Call) -> Response:
        if call.method == "PUT":
            return self._put(channel, call)
        if call.method == "DELETE":
            self._faults.clear(channel)
            return Response(204)
        if call.method not in ("GET", "HEAD"):
            return _refuse(405, "method_not_allowed", "GET, PUT and DELETE are served here")
        return self._show(channel)

    def _show(self, channel: str) -> Response:
        return Response(200, msgspec.json.encode(self._faults.list_all()[channel]))

    def _put(self, channel: str, call: Call) -> Response:
        try:
            faults = msgspec.json.decode(call.body, type=FaultSet)
        except msgspec.DecodeError as error:
            return _refuse(400, "invalid_input", str(error))
        if faults.in_progress is not None and channel != HAS_CONTAINERS:
            return _refuse(400, "invalid_input", f"in_progress is a fault of {HAS_CONTAINERS} only")
        if faults.answers is not None and channel != HAS_MODEL:
            return _refuse(400, "invalid_input", f"answers is a fault of {HAS_MODEL} only")
        self._faults.put(channel, faults)
        return self._show(channel)


def _refuse(status: int, code: str, message: str) -> Response:
    return make_json(status, {"message": message, "code": code})
