"""What the channels run on: their adapters, their credentials, and how they do."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from chalicelib import times
from chalicelib.aws import API, Aws
from chalicelib.publisher.channel_states import ChannelLookup
from chalicelib.publisher.channels.email import Consent
from chalicelib.publisher.channels.registry import ChannelSettings, build_adapters
from chalicelib.publisher.credentials import ChannelCredentials
from chalicelib.publisher.holds import Holds
from chalicelib.publisher.model import Channel

if TYPE_CHECKING:
    from chalicelib.publisher.channels.base import Adapter
    from chalicelib.wiring import Wiring
    from chalicelib.wiring.publisher import PublisherWiring


class ChannelsWiring:
    """The parts of the channels."""

    def __init__(self, wiring: "Wiring", publisher: "PublisherWiring") -> None:
        self._wiring = wiring
        self._publisher = publisher
        self._settings = wiring.settings.publisher

    @cached_property
    def lookup(self) -> ChannelLookup:
        """What shows how the channels do."""
        return ChannelLookup(self.adapters, self.credentials, self.holds)

    @cached_property
    def holds(self) -> Holds:
        """How the channels do."""
        return Holds(self._wiring.state_table(API), now=times.now)

    @cached_property
    def credentials(self) -> ChannelCredentials:
        """What the channels know the publisher by."""
        names = {
            Channel.FACEBOOK: self._settings.meta_secret,
            Channel.INSTAGRAM: self._settings.meta_secret,
            Channel.LINKEDIN: self._settings.linkedin_secret,
        }
        return ChannelCredentials(self._wiring.secrets, names)

    @cached_property
    def adapters(self) -> "Mapping[Channel, Adapter]":
        """What speaks to each channel."""
        settings = ChannelSettings(
            meta_base_url=self._settings.meta_base_url,
            meta_version=self._settings.meta_version,
            linkedin_base_url=self._settings.linkedin_base_url,
            linkedin_version=self._settings.linkedin_version,
            mail_from=self._settings.mail_from,
            mail_configuration_set=self._settings.mail_configuration_set,
            mail_aws=self.aws_at(self._settings.ses_endpoint_url),
            sms_aws=self.aws_at(self._settings.sms_endpoint_url),
        )
        find = self._publisher.stores.suppressed.find
        return build_adapters(settings, Consent(find, self._publisher.mail.links.make_url))

    def aws_at(self, endpoint_url: str | None) -> Aws:
        """A session towards a service that is elsewhere: the sandbox of stage local."""
        if endpoint_url is None:
            return self._wiring.aws
        settings = self._wiring.settings.aws
        return Aws(msgspec.structs.replace(settings, endpoint_url=endpoint_url))
