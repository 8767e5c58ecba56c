"""What the publisher runs on: each of its parts is built when it is first asked for."""

import secrets
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from chalicelib import struct_types, times
from chalicelib.aws import API, Aws
from chalicelib.aws.bucket import Bucket
from chalicelib.aws.bulk import Bulk
from chalicelib.aws.idempotency import IdempotentCreate
from chalicelib.aws.language_model import LanguageModel
from chalicelib.aws.request_refs import RequestRefs
from chalicelib.aws.session import ADAPT
from chalicelib.aws.stream import Entry, Stream
from chalicelib.aws.table import Table
from chalicelib.publisher import certifications, creating
from chalicelib.publisher.adaptation.asking import Asking
from chalicelib.publisher.adaptation.service import Adaptation
from chalicelib.publisher.approving import Approving
from chalicelib.publisher.certification_store import CertificationStore
from chalicelib.publisher.certifications import Certifications
from chalicelib.publisher.channel_states import ChannelLookup
from chalicelib.publisher.channels.email import Consent
from chalicelib.publisher.channels.registry import ChannelSettings, build_adapters
from chalicelib.publisher.creating import Creating, Judge
from chalicelib.publisher.credentials import ChannelCredentials
from chalicelib.publisher.delivering import Delivering
from chalicelib.publisher.dispatching import Dispatcher
from chalicelib.publisher.due import Tick
from chalicelib.publisher.due_store import DueStore
from chalicelib.publisher.editing import Editing
from chalicelib.publisher.exchange.bulk import BulkDecisions
from chalicelib.publisher.exchange.calendar_feed import CalendarFeed, CalendarLinks
from chalicelib.publisher.exchange.exporting import MessageExporting
from chalicelib.publisher.exchange.importing import MessageImporting
from chalicelib.publisher.holds import Holds
from chalicelib.publisher.leases import Leases
from chalicelib.publisher.lookup import MessageLookup
from chalicelib.publisher.mail_feedback import MailFeedback
from chalicelib.publisher.model import Channel
from chalicelib.publisher.parallel import ParallelDelivery
from chalicelib.publisher.resolving import Resolving
from chalicelib.publisher.rules import Audience
from chalicelib.publisher.series import service
from chalicelib.publisher.series.calendar import SeriesCalendar
from chalicelib.publisher.series.making import SeriesMaker
from chalicelib.publisher.series.service import SeriesService
from chalicelib.publisher.series.single import SingleOccurrences
from chalicelib.publisher.series.store import SeriesStore
from chalicelib.publisher.settling import Settling
from chalicelib.publisher.store import MessageStore
from chalicelib.publisher.suppressing import Suppressing
from chalicelib.publisher.suppression_store import SuppressionStore
from chalicelib.publisher.templates import service as templates
from chalicelib.publisher.templates.service import Templates
from chalicelib.publisher.templates.store import TemplateStore
from chalicelib.publisher.unsubscribing import UnsubscribeLinks, Unsubscribing
from chalicelib.publisher.uploads import Uploads
from chalicelib.publisher.waiting_store import WaitingStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.publisher.channels.base import Adapter
    from chalicelib.wiring import Wiring

ID_BITS = 74  # of chance in a UUID of version 7


class PublisherWiring:
    """The parts of the publisher."""

    def __init__(self, wiring: "Wiring") -> None:
        self._wiring = wiring
        self._settings = wiring.settings.publisher

    # --- For authors -------------------------------------------------------------------------

    @cached_property
    def creating(self) -> Creating:
        """What takes messages in."""
        return Creating(
            self._store,
            self._template_store,
            self._judge,
            self._dispatcher,
            IdempotentCreate(self._wiring.state(API), creating.SCOPE, self._store.get),
            RequestRefs(self._wiring.state_table(API)),
            self._wiring.activity_counts,
            self._adaptation,
            now=times.now,
            random_bits=lambda: secrets.randbits(ID_BITS),
        )

    @cached_property
    def importing(self) -> MessageImporting:
        """What takes many messages in."""
        return MessageImporting(self.creating, self._wiring.state(API))

    @cached_property
    def exporting(self) -> MessageExporting:
        """What writes messages out."""
        return MessageExporting(self.lookup)

    @cached_property
    def bulk(self) -> BulkDecisions:
        """What decides on many messages."""
        return BulkDecisions(self.lookup, self.editing, self.resolving)

    @cached_property
    def calendar_links(self) -> CalendarLinks:
        """What makes and ends the links to calendars."""
        tokens, base_url = self._wiring.cursors, self._settings.public_url
        return CalendarLinks(self._table, tokens, base_url, now=times.now)

    @cached_property
    def calendar_feed(self) -> CalendarFeed:
        """What is behind such a link."""
        return CalendarFeed(self.calendar_links, self._store, self.series_calendar, now=times.now)

    @cached_property
    def editing(self) -> Editing:
        """What changes messages that have not gone out."""
        return Editing(
            self._store,
            self.lookup,
            self._leases,
            self._settling,
            self._dispatcher,
            self._judge,
            self._adaptation,
            now=times.now,
        )

    @cached_property
    def resolving(self) -> Resolving:
        """What retries and resolves deliveries."""
        return Resolving(
            self._store,
            self.lookup,
            self._leases,
            self._settling,
            self._dispatcher,
            self.holds,
            now=times.now,
        )

    @cached_property
    def lookup(self) -> MessageLookup:
        """What finds messages."""
        return MessageLookup(
            self._store,
            WaitingStore(self._store),
            self._wiring.cursors,
            need_approval=self._settings.need_approval,
            now=times.now,
        )

    @cached_property
    def approving(self) -> Approving:
        """What approves messages, or sends them back."""
        return Approving(
            self._store,
            WaitingStore(self._store),
            self._series_store,
            self._dispatcher,
            need_approval=self._settings.need_approval,
            now=times.now,
        )

    @cached_property
    def uploads(self) -> Uploads:
        """The images for messages."""
        wiring = self._wiring
        bucket = Bucket(
            wiring.aws.client("s3", API), self._settings.media_bucket, "the media store"
        )
        return Uploads(
            self._table,
            self._bulk,
            bucket,
            need_approval=self._settings.need_approval,
            now=times.now,
            random_bits=lambda: secrets.randbits(ID_BITS),
        )

    @cached_property
    def certifications(self) -> Certifications:
        """People's certificates."""
        store = CertificationStore(self._table)
        return Certifications(
            store,
            IdempotentCreate(self._wiring.state(API), certifications.SCOPE, store.get),
            self._wiring.cursors,
            self.uploads.find,
            now=times.now,
            random_bits=lambda: secrets.randbits(ID_BITS),
        )

    @cached_property
    def series(self) -> SeriesService:
        """Messages that recur."""
        store = self._series_store
        return SeriesService(
            store,
            self._judge,
            IdempotentCreate(self._wiring.state(API), service.SCOPE, store.get),
            self._wiring.cursors,
            now=times.now,
            random_bits=lambda: secrets.randbits(ID_BITS),
        )

    @cached_property
    def single_occurrences(self) -> SingleOccurrences:
        """What changes one occurrence of a series."""
        return SingleOccurrences(self.series, self.editing, now=times.now)

    @cached_property
    def series_calendar(self) -> SeriesCalendar:
        """What is to come of series."""
        return SeriesCalendar(self._series_store, now=times.now)

    @cached_property
    def templates(self) -> Templates:
        """Texts with fields, of which messages are made."""
        store = self._template_store
        return Templates(
            store,
            IdempotentCreate(self._wiring.state(API), templates.SCOPE, store.get),
            self._wiring.cursors,
            self.uploads.find,
            self.uploads.share,
            now=times.now,
            random_bits=lambda: secrets.randbits(ID_BITS),
        )

    @cached_property
    def suppressions(self) -> Suppressing:
        """Who gets no e-mail."""
        return Suppressing(self._suppressed, self._wiring.cursors, now=times.now)

    @property
    def unsubscribing(self) -> Unsubscribing:
        """What the links in e-mails do."""
        return Unsubscribing(self._links, self._suppressed, now=times.now)

    @cached_property
    def channels(self) -> ChannelLookup:
        """What shows how the channels do."""
        return ChannelLookup(self._adapters, self._credentials, self.holds)

    # --- For delivery ------------------------------------------------------------------------

    @cached_property
    def delivery(self) -> ParallelDelivery:
        """What delivers the records of the stream, in threads."""
        struct_types.build("chalicelib.publisher")
        delivering = Delivering(
            self._leases,
            self._settling,
            self.holds,
            self._adapters,
            adaptation=self._adaptation,
            credentials=self._credentials,
            load_media=self.uploads.load_files,
            now=times.now,
            new_owner=self._wiring.new_id,
        )
        mode = self._wiring.settings.tracing
        return ParallelDelivery(self._store.get_items, delivering.deliver, tracing=mode)

    @cached_property
    def mail_feedback(self) -> MailFeedback:
        """What suppresses addresses that bounced or complained."""
        return MailFeedback(self._suppressed, now=times.now)

    @cached_property
    def tick(self) -> Tick:
        """What dispatches messages that are due."""
        return Tick(
            self._store,
            self._due,
            self._leases,
            self._settling,
            self._dispatcher,
            make_recurring=self._series_maker.run,
            deliver_all=self.delivery.deliver_all,
            now=times.now,
        )

    # --- What they share ---------------------------------------------------------------------

    @cached_property
    def _adaptation(self) -> Adaptation:
        settings, model = self._settings, None
        if settings.use_ai_agent:
            aws = self._aws_at(settings.bedrock_endpoint_url)
            client = aws.client("bedrock-runtime", ADAPT)
            model = LanguageModel(client, settings.bedrock_model_id)
        return Adaptation(self._table, Asking(model))

    @cached_property
    def _table(self) -> Table:
        return Table(self._wiring.aws.client("dynamodb"), self._settings.messages_table)

    @cached_property
    def _store(self) -> MessageStore:
        client = self._wiring.aws.client("dynamodb")
        return MessageStore(client, self._table, self._bulk, self._settings.due_shards)

    @cached_property
    def _due(self) -> DueStore:
        return DueStore(self._table, self._settings.due_shards)

    @cached_property
    def _series_store(self) -> SeriesStore:
        return SeriesStore(self._table, self._store, self._settings.due_shards)

    @cached_property
    def _template_store(self) -> TemplateStore:
        return TemplateStore(self._table)

    @cached_property
    def _series_maker(self) -> SeriesMaker:
        return SeriesMaker(
            self._series_store,
            self._due,
            self._judge,
            self._wiring.activity_counts,
            now=times.now,
        )

    @cached_property
    def _bulk(self) -> Bulk:
        client, name = self._wiring.aws.client("dynamodb"), self._settings.messages_table
        return Bulk(client, name, ("PK", "SK"), pause=self._wiring.pause)

    @cached_property
    def _leases(self) -> Leases:
        return Leases(self._table)

    @cached_property
    def _settling(self) -> Settling:
        return Settling(self._store, emit=self._wiring.emit, now=times.now)

    @cached_property
    def holds(self) -> Holds:
        """How the channels do."""
        return Holds(self._wiring.state_table(API), now=times.now)

    @cached_property
    def _judge(self) -> Judge:
        audience = Audience(list(self._settings.emails), list(self._settings.phones))
        return Judge(
            audience, self.uploads.find, self._suppressed.find_all, self._settings.need_approval
        )

    @cached_property
    def _dispatcher(self) -> Dispatcher:
        stream = Stream(self._wiring.aws.client("kinesis", API), self._settings.messages_stream)
        return Dispatcher(lambda records: stream.put_all([Entry(*record) for record in records]))

    @cached_property
    def _credentials(self) -> ChannelCredentials:
        names = {
            Channel.FACEBOOK: self._settings.meta_secret,
            Channel.INSTAGRAM: self._settings.meta_secret,
            Channel.LINKEDIN: self._settings.linkedin_secret,
        }
        return ChannelCredentials(self._wiring.secrets, names)

    @cached_property
    def _adapters(self) -> "Mapping[Channel, Adapter]":
        settings = ChannelSettings(
            meta_base_url=self._settings.meta_base_url,
            meta_version=self._settings.meta_version,
            linkedin_base_url=self._settings.linkedin_base_url,
            linkedin_version=self._settings.linkedin_version,
            mail_from=self._settings.mail_from,
            mail_configuration_set=self._settings.mail_configuration_set,
            mail_aws=self._aws_at(self._settings.ses_endpoint_url),
            sms_aws=self._aws_at(self._settings.sms_endpoint_url),
        )
        return build_adapters(settings, Consent(self._suppressed.find, self._links.make_url))

    @cached_property
    def _suppressed(self) -> SuppressionStore:
        return SuppressionStore(self._table, self._bulk)

    @property
    def _links(self) -> UnsubscribeLinks:
        return UnsubscribeLinks(self._wiring.cursors, self._settings.public_url)

    def _aws_at(self, endpoint_url: str | None) -> Aws:
        """A session towards a service that is elsewhere: the sandbox of stage local."""
        if endpoint_url is None:
            return self._wiring.aws
        settings = self._wiring.settings.aws
        return Aws(msgspec.structs.replace(settings, endpoint_url=endpoint_url))
