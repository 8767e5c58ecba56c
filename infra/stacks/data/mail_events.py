"""SES's configuration set: what becomes of e-mails, by a topic, to the queue of their events."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.declared.kinds import MailEvents

PUBLISHER = "ses.amazonaws.com"


def add_mail_events(scope: Construct, *, events: MailEvents, queue: sqs.Queue) -> sns.Topic:
    """Add the set with its one destination, the topic, and the queue as the topic's subscriber.

    The topic is not encrypted: SES may not use the key of SNS that AWS manages, and another key
    has a monthly charge. SNS keeps no message that it delivered, and the queue is encrypted.
    """
    topic = sns.Topic(scope, "Topic", topic_name=events.topic_name, enforce_ssl=True)
    _let_ses_publish(topic, events)
    topic.add_subscription(subscriptions.SqsSubscription(queue, raw_message_delivery=True))
    configuration = ses.ConfigurationSet(
        scope, "Set", configuration_set_name=events.name, reputation_metrics=True
    )
    configuration.add_event_destination(
        "Topic",
        destination=ses.EventDestination.sns_topic(topic),
        events=[ses.EmailSendingEvent[event] for event in events.events],
    )
    return topic


def _let_ses_publish(topic: sns.Topic, events: MailEvents) -> None:
    """For this account's configuration set alone, as SES's guide advises."""
    configuration = cdk.Stack.of(topic).format_arn(
        service="ses", resource="configuration-set", resource_name=events.name
    )
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            sid="EventsOfEmails",
            principals=[iam.ServicePrincipal(PUBLISHER)],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
            conditions={
                "StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID},
                "ArnEquals": {"aws:SourceArn": configuration},
            },
        )
    )
