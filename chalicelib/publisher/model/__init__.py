"""What authors send and see; each subject has a module of its own; pure."""

from chalicelib.publisher.model.certificates import (
    Certification,
    CertificationList,
    CertificationPage,
    CertificationStatus,
    NewCertification,
)
from chalicelib.publisher.model.channels import (
    ChannelCheck,
    ChannelHold,
    ChannelState,
    ChannelStates,
    RuleProblem,
    Validation,
)
from chalicelib.publisher.model.media import (
    ImageUpload,
    Media,
    MediaStatus,
    NewUpload,
)
from chalicelib.publisher.model.messages import (
    Delivery,
    MessagePage,
    OutboundMessage,
)
from chalicelib.publisher.model.requests import (
    Content,
    MessageChange,
    MessageList,
    NewMessage,
    NewTime,
    Outcome,
    Override,
    Recipients,
    Resolution,
    Subject,
)
from chalicelib.publisher.model.statuses import (
    Channel,
    DeliveryError,
    DeliveryStatus,
    ErrorClass,
    MessageStatus,
)

__all__ = [
    "Certification",
    "CertificationList",
    "CertificationPage",
    "CertificationStatus",
    "Channel",
    "ChannelCheck",
    "ChannelHold",
    "ChannelState",
    "ChannelStates",
    "Content",
    "Delivery",
    "DeliveryError",
    "DeliveryStatus",
    "ErrorClass",
    "ImageUpload",
    "Media",
    "MediaStatus",
    "MessageChange",
    "MessageList",
    "MessagePage",
    "MessageStatus",
    "NewCertification",
    "NewMessage",
    "NewTime",
    "NewUpload",
    "OutboundMessage",
    "Outcome",
    "Override",
    "Recipients",
    "Resolution",
    "RuleProblem",
    "Subject",
    "Validation",
]
