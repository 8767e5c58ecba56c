"""The roots of AWS's certificates, taken out of the bundle that botocore brings.

To load all of that bundle takes a process 40 ms; AWS's public endpoints need the roots of Amazon
Trust Services alone, which AWS asks clients to trust
(https://www.amazontrust.com/repository/, the SHA-256 fingerprints are from there).
"""

import hashlib
import re
import ssl
from pathlib import Path

import botocore

_BUNDLE = Path(botocore.__file__).with_name("cacert.pem")
_CERTIFICATE = re.compile("-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
FINGERPRINTS = {
    "8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e": "Amazon Root CA 1",
    "1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4": "Amazon Root CA 2",
    "18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4": "Amazon Root CA 3",
    "e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092": "Amazon Root CA 4",
    "568d6905a2c88708a4b3025190edcfedb1974a606a13c6e5290fcb2ae63edab5": (
        "Starfield Services Root Certificate Authority - G2"
    ),
}


class MissingRoot(Exception):
    """botocore's bundle lacks a root of Amazon's; the text names it."""


def select_roots(bundle: Path = _BUNDLE) -> bytes:
    """The certificates as PEM, each under its name. Raises MissingRoot."""
    found = {_fingerprint(pem): pem for pem in _CERTIFICATE.findall(bundle.read_text())}
    missing = [name for of, name in FINGERPRINTS.items() if of not in found]
    if missing:
        raise MissingRoot(f"botocore's certificates lack {', '.join(missing)}")
    return "".join(f"# {name}\n{found[of]}\n" for of, name in FINGERPRINTS.items()).encode()


def _fingerprint(pem: str) -> str:
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
