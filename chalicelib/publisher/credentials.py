"""The credentials of the channels: secrets whose text is a JSON object."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from chalicelib.aws.secrets import Secrets
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


def _parse(text: str) -> Credentials:
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except msgspec.MsgspecError:
        return {}
