"""Deliveries by a data stream of one shard and of ten, each in ten lanes."""

import sys
from statistics import median

from tests.bench import aws_stub, declared, emulator, packages
from tests.bench.table import Row

ROUNDS, DELIVERIES, CALL_MS, LANES = 3, 300, 50, 10
SHARDS = (1, 10)


def run() -> list[Row]:
    """A row a stream; the ratio is to one shard."""
    runs: dict[int, list[float]] = {shards: [] for shards in SHARDS}
    with (
        emulator.running(emulator.PatientAws) as aws,
        aws_stub.endpoint(wait_s=CALL_MS / 1000) as platform_url,
    ):
        client = aws.client("kinesis")
        for number in range(ROUNDS):
            for shards, rates in runs.items():
                name = f"messages-{shards}-{number}"
                client.create_stream(StreamName=name, ShardCount=shards)
                rates.append(_deliver(name, shards, client.meta.endpoint_url, platform_url))
    return [
        Row(
            what=f"deliveries by a stream, +{CALL_MS} ms, shards: {shards}",
            measured=f"{median(rates):,.0f} a second, all {LANES} lanes in one process",
            ratio=median(rates) / median(runs[1]),
            against="one shard",
        )
        for shards, rates in runs.items()
    ]


def _deliver(stream: str, shards: int, endpoint_url: str, platform_url: str) -> float:
    variables = {
        **declared.variables("local"),
        "AWS_ENDPOINT_URL": endpoint_url,
        "META_BASE_URL": platform_url,
        "MESSAGES_STREAM": stream,
        "PARTIAL_BATCH_RESPONSES": "1",
        "LANES": str(LANES // shards),
    }
    stdin = {"deliveries": DELIVERIES, "call_s": CALL_MS / 1000}
    arguments = [str(packages.ROOT), "stream"]
    return packages.child_figures(sys.executable, "deliver", arguments, stdin, variables)["per_s"]
