"""What the publisher reads."""

import msgspec

from chalicelib.errors import MissingSetting
from chalicelib.settings.environment import Environment

# On stage `local` no process reaches a platform: `make run` gives its parts the sandbox's address,
# and at this one nothing listens.
NO_PLATFORM = "http://127.0.0.1:9"
# Claude Haiku 4.5 by its inference profile: it cannot be invoked by its bare id.
MODEL_ID = "global.anthropic.claude-haiku-4-5-20251001-v1:0"


class PublisherSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the publisher reads: its resources, the platforms, and the stage's recipients.

    `due_shards` may only grow: messages stay in the partition that they were written to.
    `public_url` is where recipients reach the API. Messages `need_approval` to go out, or do not.
    """

    messages_table: str
    messages_stream: str
    media_bucket: str
    due_shards: int
    meta_base_url: str
    meta_version: str
    meta_secret: str
    linkedin_base_url: str
    linkedin_version: str
    linkedin_secret: str
    ses_endpoint_url: str | None
    sms_endpoint_url: str | None
    mail_from: str
    mail_configuration_set: str
    public_url: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    need_approval: bool = False
    use_ai_agent: bool = False
    bedrock_model_id: str = ""
    bedrock_endpoint_url: str | None = None


def publisher_settings(env: Environment) -> PublisherSettings:
    """Settings of the publisher.

    Raises MissingSetting.
    """
    return PublisherSettings(
        messages_table=env.require("MESSAGES_TABLE"),
        messages_stream=env.require("MESSAGES_STREAM"),
        media_bucket=env.require("MEDIA_BUCKET"),
        due_shards=int(env.number("DUE_SHARDS", 1, at_least=1, at_most=100)),
        meta_base_url=_read_platform(env, "META_BASE_URL", "https://graph.facebook.com"),
        meta_version=env.optional("META_VERSION", "v26.0"),
        meta_secret=env.require("META_SECRET"),
        linkedin_base_url=_read_platform(env, "LINKEDIN_BASE_URL", "https://api.linkedin.com"),
        linkedin_version=env.optional("LINKEDIN_VERSION", "202610"),
        linkedin_secret=env.require("LINKEDIN_SECRET"),
        ses_endpoint_url=env.optional("SES_ENDPOINT_URL", "") or None,
        sms_endpoint_url=env.optional("SMS_ENDPOINT_URL", "") or None,
        mail_from=env.optional("MAIL_FROM", "omnidata@example.com" if env.is_local else ""),
        mail_configuration_set=env.optional("MAIL_CONFIGURATION_SET", ""),
        public_url=env.optional("PUBLIC_URL", env.require("CORS_ORIGIN")),
        emails=env.list("DEFAULT_EMAILS", "team@example.com" if env.is_local else ""),
        phones=env.list("DEFAULT_PHONES", "+15555550100" if env.is_local else ""),
        need_approval=_read_approval(env),
        use_ai_agent=_read_agent(env),
        bedrock_model_id=env.optional("BEDROCK_MODEL_ID", MODEL_ID),
        bedrock_endpoint_url=_read_bedrock(env),
    )


def _read_platform(env: Environment, name: str, url: str) -> str:
    return env.optional(name, NO_PLATFORM if env.is_local else url)


def _read_approval(env: Environment) -> bool:
    """Whether messages need approval; a misspelt value must not turn it off."""
    value = env.optional("APPROVAL", "off")
    if value not in ("off", "required"):
        raise MissingSetting(f"APPROVAL must be required or off, not {value!r}")
    return value == "required"


def _read_agent(env: Environment) -> bool:
    """Whether a language model adapts texts; a misspelt value must not leave that open."""
    value = env.optional("USE_AI_AGENT", "false")
    if value not in ("true", "false"):
        raise MissingSetting(f"USE_AI_AGENT must be true or false, not {value!r}")
    return value == "true"


def _read_bedrock(env: Environment) -> str | None:
    """None for AWS's own; a laptop never asks that."""
    return env.optional("BEDROCK_ENDPOINT_URL", NO_PLATFORM if env.is_local else "") or None
