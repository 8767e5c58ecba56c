"""The adapters of a stage: a new channel is its file, its row of limits, and its line here.

`tests/local/test_channel_contract.py` holds what each must do: its case there is the test.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.aws.mail import Mailer
from chalicelib.aws.session import Aws
from chalicelib.aws.sms import Sms
from chalicelib.publisher.channels.base import Adapter
from chalicelib.publisher.channels.email import Consent, EmailChannel
from chalicelib.publisher.channels.facebook import Facebook
from chalicelib.publisher.channels.graph import GraphApi
from chalicelib.publisher.channels.http import HttpApi
from chalicelib.publisher.channels.instagram import Instagram
from chalicelib.publisher.channels.linkedin import LinkedIn
from chalicelib.publisher.channels.sms import SmsChannel
from chalicelib.publisher.model import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """The addresses and versions of the platforms, who sends, and by which sessions."""

    meta_base_url: str
    meta_version: str
    linkedin_base_url: str
    linkedin_version: str
    mail_from: str
    mail_configuration_set: str
    mail_aws: Aws
    sms_aws: Aws


def build_adapters(settings: ChannelSettings, consent: Consent) -> Mapping[Channel, Adapter]:
    """The adapter of every channel; `consent` says who takes e-mail."""
    graph = GraphApi(HttpApi("Meta", settings.meta_base_url), settings.meta_version)
    linkedin = HttpApi("LinkedIn", settings.linkedin_base_url)
    mailer = Mailer(settings.mail_aws, settings.mail_from, settings.mail_configuration_set)
    return {
        Channel.FACEBOOK: Facebook(graph),
        Channel.INSTAGRAM: Instagram(graph),
        Channel.LINKEDIN: LinkedIn(linkedin, settings.linkedin_version),
        Channel.EMAIL: EmailChannel(mailer, settings.mail_from, consent),
        Channel.SMS: SmsChannel(Sms(settings.sms_aws)),
    }
