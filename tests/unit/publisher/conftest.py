"""A platform to talk to, and deliveries to make there."""

import pytest
from support.platforms import running_platform

from chalicelib.publisher.channels.base import Attempt, MediaFile, Outgoing


@pytest.fixture
def platform():
    """A platform's API on a loopback port."""
    with running_platform() as platform:
        yield platform


@pytest.fixture
def make_attempt():
    """Make an attempt with so many images and these credentials."""

    def make(channel, credentials, images=0, prepared=None):
        media = tuple(
            MediaFile(
                media_id=f"m{number}",
                content_type="image/jpeg",
                size_bytes=3,
                width=400,
                height=400,
                url=lambda number=number: f"https://media.example/m{number}",
                read=lambda number=number: f"image {number}".encode(),
            )
            for number in range(images)
        )
        outgoing = Outgoing(key="id#1", channel=channel, text="Hello", media=media)
        return Attempt(outgoing, prepared or {}, credentials)

    return make
