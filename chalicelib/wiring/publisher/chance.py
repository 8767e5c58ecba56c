"""The chance in the publisher's ids."""

import secrets

ID_BITS = 74  # of chance in a UUID of version 7


def random_bits() -> int:
    """What `ids.new_uuid7` needs to make an id that nobody guesses."""
    return secrets.randbits(ID_BITS)
