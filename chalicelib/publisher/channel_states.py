"""How every channel does: as whom it publishes, its limits, its hold and its last attempts."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib import times
from chalicelib.publisher.channels.base import Adapter
from chalicelib.publisher.credentials import ChannelCredentials, read_expiry
from chalicelib.publisher.holds import Holds
from chalicelib.publisher.limits import LIMITS
from chalicelib.publisher.model import Channel, ChannelState, ChannelStates


@dataclass(frozen=True, slots=True)
class ChannelLookup:
    """Shows the channels of the stage."""

    adapters: Mapping[Channel, Adapter]
    credentials: ChannelCredentials
    holds: Holds

    def list_all(self) -> ChannelStates:
        """Every channel, without asking any platform."""
        return ChannelStates([self._show(channel) for channel in Channel])

    def _show(self, channel: Channel) -> ChannelState:
        limit, record = LIMITS[channel], self.holds.get(channel)
        credentials = self.credentials.get(channel)
        ends = read_expiry(credentials)
        return ChannelState(
            channel=channel,
            connected_as=self.adapters[channel].identify(credentials),
            token_expires_at=None if ends is None else times.text(ends),
            text_limit=limit.text,
            media_limit=limit.media,
            media_required=limit.media_required,
            hold=record.hold,
            last_success_at=record.last_success_at,
            last_failure=record.last_failure,
            last_failure_at=record.last_failure_at,
        )
