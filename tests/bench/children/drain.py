"""Drains a queue: `drain.py <root> <ours|seed>`, the case on stdin; prints the figures."""

import json
import sys
import tempfile
from pathlib import Path

QUEUE_URL = "https://sqs.us-east-1.amazonaws.com/123456789012/OmniQueue"
BUCKET = "omni-analytics-data-123456789012-us-east-1"


def main():
    root, which = sys.argv[1:]
    case = json.load(sys.stdin)
    sys.path.append(root)
    import aws_in_process

    stub = aws_in_process.Stub(case["messages"], case["sqs_s"], case["s3_s"])
    stub.install()
    work, end = {"ours": ours, "seed": seed}[which](stub, case)
    figures = aws_in_process.figures(stub, case["messages"], work)
    end()
    sys.stdout.write(f"\n{json.dumps(figures)}")


def ours(_stub, case):
    """This project's worker with its own defaults, but for the number of pollers."""
    from chalicelib import observability
    from chalicelib.aws import Aws
    from chalicelib.settings import worker_settings
    from worker.archiver import Archiver, connect

    observability.configure()
    directory = Path(tempfile.mkdtemp())
    variables = {
        "STAGE": "dev",
        "AWS_REGION": "us-east-1",
        "SEARCH_QUEUE_URL": QUEUE_URL,
        "ANALYTICS_BUCKET": BUCKET,
        "STATE_TABLE": "OmniState-dev",
        "HEALTH_FILE": str(directory / "health"),
        "POLLERS": str(case["pollers"]),
    }
    settings = worker_settings(variables)
    archiver = Archiver(settings, connect(settings, Aws(settings.aws)))

    def end():
        archiver.stop()
        directory.rmdir()

    return archiver.start, end


def seed(stub, _case):
    """The loop of seed 000: one message a receive, one object a message, one delete a message."""
    import boto3

    sqs = boto3.client("sqs", region_name="us-east-1")
    s3 = boto3.client("s3", region_name="us-east-1")

    def loop():
        while not stub.all_deleted.is_set():
            answer = sqs.receive_message(
                QueueUrl=QUEUE_URL, MaxNumberOfMessages=1, WaitTimeSeconds=20
            )
            for message in answer.get("Messages", []):
                sys.stdout.write("Message received!\n")
                name = f"search_log_{message['MessageId']}.json"
                s3.put_object(Bucket=BUCKET, Key=name, Body=message["Body"])
                sys.stdout.write(f"Saved to S3: {name}\n")
                sqs.delete_message(QueueUrl=QUEUE_URL, ReceiptHandle=message["ReceiptHandle"])
                sys.stdout.write("Message deleted from queue.\n")

    return loop, lambda: None


if __name__ == "__main__":
    main()
