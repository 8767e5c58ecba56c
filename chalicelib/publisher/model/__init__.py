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
    ChannelProblem,
    ChannelState,
    ChannelStates,
    MessageValidation,
)
from chalicelib.publisher.model.media import (
    ImageUpload,
    Media,
    MediaStatus,
    NewImageUpload,
)
from chalicelib.publisher.model.messages import (
    MessageDelivery,
    MessagePage,
    OutboundMessage,
)
from chalicelib.publisher.model.requests import (
    Content,
    DeliveryResolution,
    MessageChange,
    MessageList,
    MessageOverride,
    MessageRecipients,
    NewMessage,
    NewMessageTime,
    ResolutionOutcome,
    Subject,
)
from chalicelib.publisher.model.statuses import (
    Channel,
    DeliveryErrorClass,
    MessageDeliveryError,
    MessageDeliveryStatus,
    MessageStatus,
)
from chalicelib.publisher.model.suppressions import (
    MailAddress,
    NewSuppression,
    Suppression,
    SuppressionList,
    SuppressionPage,
    SuppressionReason,
)

__all__ = [
    "Certification",
    "CertificationList",
    "CertificationPage",
    "CertificationStatus",
    "Channel",
    "ChannelCheck",
    "ChannelHold",
    "ChannelProblem",
    "ChannelState",
    "ChannelStates",
    "Content",
    "DeliveryErrorClass",
    "DeliveryResolution",
    "ImageUpload",
    "MailAddress",
    "Media",
    "MediaStatus",
    "MessageChange",
    "MessageDelivery",
    "MessageDeliveryError",
    "MessageDeliveryStatus",
    "MessageList",
    "MessageOverride",
    "MessagePage",
    "MessageRecipients",
    "MessageStatus",
    "MessageValidation",
    "NewCertification",
    "NewImageUpload",
    "NewMessage",
    "NewMessageTime",
    "NewSuppression",
    "OutboundMessage",
    "ResolutionOutcome",
    "Subject",
    "Suppression",
    "SuppressionList",
    "SuppressionPage",
    "SuppressionReason",
]
