"""A language model on Bedrock, asked through Converse."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from chalicelib.aws.failures import translate_errors

END_TURN = "end_turn"  # the one stop reason of a text that is whole and was not filtered


class ModelResponse(NamedTuple):
    """The model's text, and Bedrock's stop reason: with another than END_TURN it is not whole."""

    text: str
    stop_reason: str


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """A model, or an inference profile, by id; `client` is a low-level `bedrock-runtime` client."""

    client: Any
    model_id: str

    def converse(
        self, prompt: str, *, system: str = "", max_tokens: int = 1024, temperature: float = 0.5
    ) -> ModelResponse:
        """What the model says to one prompt; `temperature` is between 0 and 1.

        The text is whatever the model wrote: check its length and what is in it.
        Raises Unavailable when there is no usable response.
        """
        with translate_errors("the language model"):
            response = self.client.converse(
                modelId=self.model_id,
                messages=[{"role": "user", "content": [{"text": prompt}]}],
                inferenceConfig={"maxTokens": max_tokens, "temperature": temperature},
                **({"system": [{"text": system}]} if system else {}),
            )
        blocks = response.get("output", {}).get("message", {}).get("content", [])
        text = "".join(block.get("text", "") for block in blocks)
        return ModelResponse(text, str(response.get("stopReason", "")))
