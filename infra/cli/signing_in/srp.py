"""Proves to Cognito that a password is known, without sending it: SRP-6a as Cognito has it.

Cognito's own: the group of 3072 bits with generator 2, numbers padded to a whole byte with a clear
first bit, SHA-256, and a key of 16 bytes that signs pool, user, secret block and time.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

GENERATOR = 2
PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
    "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
_KEY_INFO = b"Caldera Derived Key\x01"
_KEY_BYTES = 16
_SECRET_BITS = 1024


class BadChallenge(Exception):
    """The other side sent numbers that no user pool sends."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One sign-in to the pool of that id; the secret is new each time."""

    pool_id: str
    secret: int = field(default_factory=lambda: secrets.randbits(_SECRET_BITS), repr=False)

    @property
    def public(self) -> str:
        """What Cognito is told first, SRP_A, in hexadecimal digits."""
        return f"{pow(GENERATOR, self.secret, PRIME):x}"

    def answer(self, challenge: Mapping[str, str], password: str, now: datetime) -> dict[str, str]:
        """The responses to the challenge PASSWORD_VERIFIER; `now` is in UTC.

        Raises BadChallenge.
        """
        user, block = challenge["USER_ID_FOR_SRP"], challenge["SECRET_BLOCK"]
        stamp = f"{now:%a %b} {now.day} {now:%H:%M:%S} UTC {now.year}"
        pool_name = self.pool_id.partition("_")[2]
        message = (pool_name + user).encode() + base64.b64decode(block) + stamp.encode()
        key = self._derive_key(challenge, f"{pool_name}{user}:{password}")
        signature = hmac.digest(key, message, "sha256")
        return {
            "USERNAME": user,
            "PASSWORD_CLAIM_SECRET_BLOCK": block,
            "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(signature).decode(),
            "TIMESTAMP": stamp,
        }

    def _derive_key(self, challenge: Mapping[str, str], identity: str) -> bytes:
        theirs = int(challenge["SRP_B"], 16)
        scramble = _hash(_pad(int(self.public, 16)), _pad(theirs))
        if theirs % PRIME == 0 or scramble == 0:
            raise BadChallenge("the user pool's challenge is not valid")
        salt = _pad(int(challenge["SALT"], 16))
        private = _hash(salt, hashlib.sha256(identity.encode()).digest())
        multiplier = _hash(_pad(PRIME), _pad(GENERATOR))
        base = theirs - multiplier * pow(GENERATOR, private, PRIME)
        shared = pow(base, self.secret + scramble * private, PRIME)
        extracted = hmac.digest(_pad(scramble), _pad(shared), "sha256")
        return hmac.digest(extracted, _KEY_INFO, "sha256")[:_KEY_BYTES]


def _pad(number: int) -> bytes:
    """Big-endian, with a zero byte before a first bit that is set."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _hash(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")
