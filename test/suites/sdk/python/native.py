"""Reads an answer of Gemini's own API by the official SDK, whole and by its stream helper."""

import json
import os

import openai

client = openai.OpenAI(base_url=f"{os.environ['PROXY_URL']}/v1", api_key=os.environ["PROXY_TOKEN"], max_retries=0)
asked = {
    "model": os.environ["PROXY_MODEL"],
    "messages": [{"role": "user", "content": "Weather?"}],
    "web_search_options": {},
}


def passage(content: str, citation: dict) -> str:
    """The indexes count UTF-16 units, of which Python's texts have fewer."""
    units = content.encode("utf-16-le")
    return units[2 * citation["start_index"] : 2 * citation["end_index"]].decode("utf-16-le")


def read(completion) -> dict:
    choice = completion.choices[0]
    message = choice.message.to_dict()
    google = message["extra_content"]["google"]
    citations = [annotation["url_citation"] for annotation in message["annotations"]]
    usage = completion.usage
    return {
        "content": message["content"],
        "cited": [[passage(message["content"], citation), citation["url"]] for citation in citations],
        "images": [image["image_url"]["url"] for image in message["images"]],
        "queries": google["web_search_queries"],
        "signature": google["thought_signature"],
        "logprobs": [[token.token, token.logprob] for token in choice.logprobs.content],
        "usage": [
            usage.prompt_tokens,
            usage.completion_tokens,
            usage.total_tokens,
            usage.completion_tokens_details.reasoning_tokens,
            usage.prompt_tokens_details.to_dict()["tool_use_tokens"],
        ],
    }


whole = client.chat.completions.create(**asked)
with client.chat.completions.stream(**asked, stream_options={"include_usage": True}) as stream:
    for _ in stream:
        pass
    streamed = stream.get_final_completion()
print(json.dumps({"whole": read(whole), "streamed": read(streamed)}))
