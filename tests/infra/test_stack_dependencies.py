"""What has to be deployed before what, beside seed 002's drawing of its stacks."""

# Seed 002, "CDK Stack Architecture": from the first to what takes from it.
SEED = {
    ("Data", "API"),
    ("Data", "Worker"),
    ("Data", "Scheduler"),
    ("Auth", "API"),
    ("Auth", "Frontend"),
    ("API", "Monitoring"),
    ("API", "Security"),
    ("API", "Frontend"),
    ("Worker", "Monitoring"),
    ("Scheduler", "Monitoring"),
}
# Its stacks that are stacks here.
OURS = {
    "Data": "data",
    "API": "api",
    "Worker": "worker",
    "Auth": "auth",
    "Frontend": "edge",
    "Monitoring": "monitoring",
    "Security": "security",
}
OTHERWISE = {
    ("Data", "Scheduler"): "the scheduler is a function of Chalice's, which reads data's outputs",
    ("Scheduler", "Monitoring"): "functions are watched by name, from one list",
    ("Auth", "Frontend"): "the other way round: the client's callback is the distribution's URL",
    ("API", "Security"): "the WAF stands in the api stack; the security stack guards the account",
    ("API", "Frontend"): "the distribution names the REST API by its id, which Chalice made",
}


def test_every_arrow_of_the_seed_is_a_dependency_here_or_explained(dev):
    taken = dev.dependencies()
    missing = {
        (before, after)
        for before, after in SEED
        if before not in OURS or after not in OURS or OURS[before] not in taken[OURS[after]]
    }

    assert missing == set(OTHERWISE)


def test_these_are_all_dependencies(dev):
    assert dev.dependencies() == {
        "access": set(),
        "analytics": {"data"},
        "api": {"auth", "data", "edge"},
        "auth": {"edge"},
        "data": {"edge"},  # the console's address may post to the media bucket
        "edge": set(),
        "monitoring": {"api", "worker"},
        "pipeline": {"data", "worker"},
        "security": set(),
        "worker": {"data"},
    }


def test_the_explained_ones_are_as_explained(dev):
    origins = dev["edge"].one("CloudFront::Distribution")["DistributionConfig"]["Origins"]
    board = str(dev["monitoring"].one("CloudWatch::Dashboard"))

    assert "edge" in dev.dependencies()["auth"]
    assert dev["api"].all("WAFv2::WebACLAssociation")
    assert any(origin["DomainName"].startswith("abc123.") for origin in origins)
    assert "omnidata-dev" in board
