"""The interpreter that deploys: Lambda runs the functions by its version."""

from infra.deploy.doctor.finding import Finding, Outcome, fails, ok
from infra.deploy.refusal import DeployRefused
from infra.deploy.wheels import HOST, OLDEST_RUNTIME


def check_interpreter(version: tuple[int, int] = HOST.python) -> Finding:
    """Whether Lambda should run this version; a rehearsal, which runs it here, does not ask."""
    needed, found = (".".join(map(str, parts)) for parts in (OLDEST_RUNTIME, version))
    if version < OLDEST_RUNTIME:
        return fails(
            "Python",
            f"a deploy to AWS needs Python {needed} or newer, since Lambda runs the deploying "
            f"interpreter's version, and this is {found}",
        )
    return ok("Python", found)


def require_interpreter(version: tuple[int, int] = HOST.python) -> None:
    """Raise DeployRefused if Lambda should not run this interpreter's version."""
    finding = check_interpreter(version)
    if finding.outcome is Outcome.FAILS:
        raise DeployRefused(finding.text)
