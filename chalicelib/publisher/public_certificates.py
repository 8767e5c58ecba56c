"""Certificates for anybody: those that their owners have made public."""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

from chalicelib.errors import NotFound
from chalicelib.ids import is_id
from chalicelib.publisher import certificate_page
from chalicelib.publisher.certification_store import CertificationStore
from chalicelib.publisher.channels.base import MediaFile
from chalicelib.publisher.stored_certificate import StoredCertification
from chalicelib.web.payload import Payload

_GONE = "There is no certificate here that anybody may see."


@dataclass(frozen=True, slots=True)
class PublicCertificates:
    """What anybody may see; `load_files` gives confirmed uploads by id."""

    store: CertificationStore
    load_files: Callable[[Sequence[str]], Sequence[MediaFile]]
    _: KW_ONLY
    now: Callable[[], datetime]

    def show(self, certification_id: str) -> Payload:
        """The page of a certificate.

        Raises NotFound, alike for what is not public, what there is not, and what is no id.
        """
        found = self._find(certification_id)
        return certificate_page.show(found, self.now().date(), self._find_badge(found))

    def show_badge(self, certification_id: str) -> Payload:
        """The response that leads on to the picture.

        Raises NotFound as `show` does, and for one without a picture.
        """
        badge = self._find_badge(self._find(certification_id))
        if badge is None:
            raise NotFound(_GONE)
        return certificate_page.lead_on(badge)

    def _find(self, certification_id: str) -> StoredCertification:
        found = self.store.get(certification_id) if is_id(certification_id) else None
        if found is None or not found.public:
            raise NotFound(_GONE)
        return found

    def _find_badge(self, certificate: StoredCertification) -> str | None:
        files = self.load_files([certificate.badge_media] if certificate.badge_media else [])
        return next((file.url() for file in files), None)
