"""What takes messages to their channels: at once by the stream, and later by the tick."""

from typing import TYPE_CHECKING

from chalicelib import struct_types, times
from chalicelib.aws import API
from chalicelib.aws.language_model import LanguageModel
from chalicelib.aws.session import ADAPT
from chalicelib.aws.stream import Entry, Stream
from chalicelib.publisher.adaptation.asking import Asking
from chalicelib.publisher.adaptation.service import Adaptation
from chalicelib.publisher.delivering import Delivering
from chalicelib.publisher.dispatching import Dispatcher
from chalicelib.publisher.due import Tick
from chalicelib.publisher.parallel import ParallelDelivery

if TYPE_CHECKING:
    from chalicelib.wiring import Wiring
    from chalicelib.wiring.publisher import PublisherWiring


def build_dispatcher(wiring: "Wiring") -> Dispatcher:
    """What hands messages to delivery."""
    name = wiring.settings.publisher.messages_stream
    stream = Stream(wiring.aws.client("kinesis", API), name)
    return Dispatcher(lambda records: stream.put_all([Entry(*record) for record in records]))


def build_adaptation(wiring: "Wiring", publisher: "PublisherWiring") -> Adaptation:
    """What makes a text fit its channel."""
    settings, model = wiring.settings.publisher, None
    if settings.use_ai_agent:
        aws = publisher.channels.aws_at(settings.bedrock_endpoint_url)
        client = aws.client("bedrock-runtime", ADAPT)
        model = LanguageModel(client, settings.bedrock_model_id)
    return Adaptation(publisher.stores.table, Asking(model))


def build_delivery(wiring: "Wiring", publisher: "PublisherWiring") -> ParallelDelivery:
    """What delivers the records of the stream, in threads."""
    struct_types.build("chalicelib.publisher")
    stores, channels = publisher.stores, publisher.channels
    delivering = Delivering(
        stores.leases,
        publisher.settling,
        channels.holds,
        channels.adapters,
        adaptation=publisher.adaptation,
        credentials=channels.credentials,
        load_media=publisher.uploads.load_files,
        look_earlier=stores.due.look_earlier,
        now=times.now,
        new_owner=wiring.new_id,
    )
    mode = wiring.settings.tracing
    return ParallelDelivery(stores.messages.get_items, delivering.deliver, tracing=mode)


def build_tick(publisher: "PublisherWiring") -> Tick:
    """What dispatches messages that are due."""
    stores = publisher.stores
    return Tick(
        stores.messages,
        stores.due,
        stores.leases,
        publisher.settling,
        publisher.dispatcher,
        makers=(publisher.series.maker.run, publisher.certificates.reminders.run),
        deliver_all=publisher.delivery.deliver_all,
        now=times.now,
    )
