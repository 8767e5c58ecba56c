"""What the stage reaches people by: e-mail, the console's own name, CloudFront."""

from typing import Any

from infra.declared.stage_parts import Domain
from infra.declared.stages import CLOUDFRONT_REGION
from infra.deploy.doctor.finding import Finding, fails, note, ok

_ISSUED = "ISSUED"


def check_mail(ses: Any, sender: str | None) -> Finding:
    """Whether SES sends from `sender` (MAIL_FROM), and to whom; `ses` is version 2's client."""
    subject = "SES"
    if not sender:
        return ok(subject, "the stage has no MAIL_FROM, so messages go by other channels")
    if not any(_is_verified(ses, name) for name in (sender, sender.rpartition("@")[2])):
        return note(
            subject, f"{sender} is not verified: verify it, or its domain, under SES → Identities"
        )
    if not ses.get_account().get("ProductionAccessEnabled"):
        return note(
            subject,
            "the account is in SES's sandbox, so only verified addresses get e-mail: request "
            "production access on SES's dashboard",
        )
    return ok(subject, f"{sender} may send to anybody")


def _is_verified(ses: Any, identity: str) -> bool:
    try:
        return bool(ses.get_email_identity(EmailIdentity=identity)["VerifiedForSendingStatus"])
    except ses.exceptions.NotFoundException:
        return False


def check_certificate(acm: Any, domain: Domain | None) -> Finding:
    """Whether the domain's certificate is issued; `acm` is of CLOUDFRONT_REGION."""
    subject = "the console's certificate"
    if domain is None:
        return ok(subject, "none is needed without CONSOLE_DOMAIN")
    try:
        certificate = acm.describe_certificate(CertificateArn=domain.certificate_arn)["Certificate"]
    except acm.exceptions.ResourceNotFoundException:
        return fails(
            subject,
            f"CERTIFICATE_ARN is none of this account in {CLOUDFRONT_REGION}: request it there",
        )
    if certificate["Status"] != _ISSUED:
        return fails(
            subject,
            f"its status is {certificate['Status']}: add the CNAME records that ACM shows to the "
            f"domain's DNS",
        )
    names = certificate.get("SubjectAlternativeNames") or [certificate["DomainName"]]
    if not any(_covers(name, domain.name) for name in names):
        return fails(subject, f"it is not for {domain.name}: request one that names it")
    return ok(subject, f"issued for {domain.name}")


def _covers(name: str, wanted: str) -> bool:
    """Whether a certificate's name, which may begin with `*.`, is of the domain."""
    return name == wanted or (name.startswith("*.") and name[1:] == f".{wanted.partition('.')[2]}")


def check_cloudfront(cloudfront: Any) -> Finding:
    """Whether the account ever had a distribution: no API says if AWS has verified it."""
    subject = "CloudFront"
    found = cloudfront.list_distributions(MaxItems="1").get("DistributionList", {})
    if found.get("Items"):
        return ok(subject, "the account has a distribution")
    return note(
        subject,
        "the account has no distribution yet, and AWS may refuse the first one of a new account: "
        "then ask AWS Support to verify the account for CloudFront",
    )
