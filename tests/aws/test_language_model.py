"""A model on Bedrock, by botocore's stubber: moto has none."""

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from support.failpoints import always, answered, failpoints, garbled

from chalicelib.aws.language_model import LanguageModel, ModelResponse
from chalicelib.aws.session import MODEL
from chalicelib.errors import Unavailable

ID = "us.anthropic.claude-3-haiku-20240307-v1:0"


@pytest.fixture
def client(aws, pauses):
    return aws.client("bedrock-runtime", MODEL)


@pytest.fixture
def stubber(client):
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def answer(*content, stop="end_turn"):
    return {
        "output": {"message": {"role": "assistant", "content": list(content)}},
        "stopReason": stop,
        "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
        "metrics": {"latencyMs": 1},
    }


def test_a_prompt_gets_text_and_the_reason_for_its_end(client, stubber):
    stubber.add_response(
        "converse",
        answer({"text": "Hello"}, {"text": " you"}),
        {
            "modelId": ID,
            "messages": [{"role": "user", "content": [{"text": "Say hello"}]}],
            "system": [{"text": "Be brief"}],
            "inferenceConfig": {"maxTokens": 200, "temperature": 0.2},
        },
    )
    found = LanguageModel(client, ID).converse(
        "Say hello", system="Be brief", max_tokens=200, temperature=0.2
    )
    assert found == ModelResponse("Hello you", "end_turn")


def test_a_reply_without_text_is_empty(client, stubber):
    stubber.add_response("converse", answer(stop="content_filtered"))
    assert LanguageModel(client, ID).converse("x") == ModelResponse("", "content_filtered")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (429, "ThrottlingException"),
        (408, "ModelTimeoutException"),
        (424, "ModelErrorException"),
        (429, "ModelNotReadyException"),
        (503, "ServiceUnavailableException"),
    ],
)
def test_a_model_that_fails_is_unavailable(client, stubber, status, code):
    stubber.add_client_error("converse", code, http_status_code=status)
    with pytest.raises(Unavailable, match="language model"):
        LanguageModel(client, ID).converse("x")
    stubber.assert_no_pending_responses()


def test_garbage_is_no_whole_reply(client):
    with failpoints(client, "Converse", always(garbled)):
        assert LanguageModel(client, ID).converse("x") == ModelResponse("", "")


def test_an_unknown_model_is_a_defect(client):
    refused = answered(404, "ResourceNotFoundException")
    with failpoints(client, "Converse", always(refused)), pytest.raises(ClientError):
        LanguageModel(client, ID).converse("x")
