"""The credentials of the channels: secrets whose text is a JSON object."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from chalicelib import times
from chalicelib.aws.secrets import Secrets
from chalicelib.errors import InvalidInput
from chalicelib.publisher.channels.base import Credentials
from chalicelib.publisher.model import Channel


@dataclass(frozen=True, slots=True)
class ChannelCredentials:
    """Reads by channel; `names` are the secrets' names of the channels that have one."""

    secrets: Secrets
    names: Mapping[Channel, str]

    def get(self, channel: Channel) -> Credentials:
        """The credentials as last read; empty where a channel has none or its secret is no JSON.

        Raises Unavailable.
        """
        name = self.names.get(channel)
        return {} if name is None else _parse(self.secrets.get(name))

    def refresh(self, channel: Channel) -> Credentials:
        """The credentials as stored now.

        Raises Unavailable.
        """
        name = self.names.get(channel)
        return {} if name is None else _parse(self.secrets.refresh(name))

    def list_expiries(self) -> dict[Channel, datetime]:
        """When the tokens end, of the channels whose secret says so.

        Raises Unavailable.
        """
        found = {channel: read_expiry(self.get(channel)) for channel in self.names}
        return {channel: ends for channel, ends in found.items() if ends is not None}


def read_expiry(credentials: Credentials) -> datetime | None:
    """When the token ends; None where `token_expires_at` is missing or no RFC 3339 time."""
    try:
        return times.parse(credentials.get("token_expires_at", ""), "token_expires_at")
    except InvalidInput:
        return None


def _parse(text: str) -> Credentials:
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except msgspec.MsgspecError:
        return {}
