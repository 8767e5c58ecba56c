"""Certificates on a table of moto's."""

from datetime import date

import pytest
from support.publishing import AT_1, Publisher, call_of

from chalicelib.errors import Conflict, InvalidInput, NotFound, PreconditionFailed
from chalicelib.publisher.model import CertificationList, NewCertification
from chalicelib.publisher.model.certificates import read_status

NEW = NewCertification(
    name="Solutions Architect",
    issuer="AWS",
    issued_on=date(2026, 1, 5),
    expires_on=date(2029, 1, 5),
)


@pytest.fixture
def certifications(aws):
    return Publisher(aws).certifications


def test_a_certificate_is_kept_replaced_and_deleted(certifications):
    made = certifications.create(NEW, call_of())
    assert (made.status, made.rev, made.issuer) == ("active", 1, "AWS")
    changed = NewCertification(name="Pro", issuer="AWS", issued_on=date(2026, 1, 5))
    replaced = certifications.replace(made.id, changed, call_of(precondition=AT_1))
    assert (replaced.name, replaced.rev, replaced.expires_on) == ("Pro", 2, None)
    with pytest.raises(PreconditionFailed):
        certifications.replace(made.id, changed, call_of(precondition=AT_1))
    certifications.delete(made.id, call_of())
    with pytest.raises(NotFound):
        certifications.get(made.id, call_of())


def test_its_keys_are_those_of_its_access_patterns(certifications):
    made = certifications.create(NEW, call_of())
    item = certifications.store.table.get({"PK": f"CERT#{made.id}", "SK": "METADATA"})
    assert (item["GSI1PK"], item["GSI1SK"]) == ("USER#ada", f"CERT#{made.id}")


def test_pages_hold_the_callers_own_newest_first(certifications):
    ids = [certifications.create(NEW, call_of()).id for _ in range(3)]
    certifications.create(NEW, call_of("bob"))
    first = certifications.page(CertificationList(limit=2), call_of())
    rest = certifications.page(CertificationList(limit=2, cursor=first.next_cursor), call_of())
    found = [certification.id for certification in (*first.certifications, *rest.certifications)]
    assert sorted(found) == sorted(ids)
    assert found == sorted(found, reverse=True)


def test_the_same_key_is_the_same_certificate(certifications):
    first = certifications.create(NEW, call_of(idempotency_key="k"))
    assert certifications.create(NEW, call_of(idempotency_key="k")).id == first.id
    other = NewCertification(name="Other", issuer="AWS", issued_on=date(2026, 1, 5))
    with pytest.raises(Conflict):
        certifications.create(other, call_of(idempotency_key="k"))


@pytest.mark.parametrize(
    "bad",
    [
        NewCertification(
            name="x", issuer="y", issued_on=date(2026, 1, 2), expires_on=date(2026, 1, 1)
        ),
        NewCertification(name="x", issuer="y", issued_on=date(2026, 1, 2), badge_media="none"),
    ],
)
def test_what_contradicts_itself_or_has_an_unknown_badge_is_refused(certifications, bad):
    with pytest.raises(InvalidInput):
        certifications.create(bad, call_of())
    assert certifications.store.table.scan(10).items == []


def test_anothers_certificate_is_not_found(certifications):
    made = certifications.create(NEW, call_of())
    for attempt in (
        lambda: certifications.get(made.id, call_of("bob")),
        lambda: certifications.replace(made.id, NEW, call_of("bob")),
        lambda: certifications.delete(made.id, call_of("bob")),
    ):
        with pytest.raises(NotFound):
            attempt()


@pytest.mark.parametrize(
    ("expires_on", "status"),
    [
        (None, "active"),
        (date(2027, 1, 28), "active"),
        (date(2027, 1, 27), "expiring"),
        (date(2026, 11, 28), "expiring"),
        (date(2026, 11, 27), "expired"),
    ],
)
def test_the_status_follows_from_the_day(expires_on, status):
    assert read_status(expires_on, date(2026, 11, 28)) == status
