"""Sends every parameter of the official Python SDK, and none, to a running proxy.

Prints the results as one JSON object.

usage: PROXY_URL=http://127.0.0.1:9000 PROXY_TOKEN=token PROXY_MODEL=gemini-3.8-flash LASTING='["region"]' python every_parameter.py
"""

import inspect
import json
import os

from openai import APIError, OpenAI

MODEL = os.environ["PROXY_MODEL"]
PNG = "data:image/png;base64,iVBORw0KGgo="
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False}
# Arguments of the SDK's `create` that are not parameters of the API.
TRANSPORT = {"self", "extra_headers", "extra_query", "extra_body", "timeout"}

MESSAGES = [
    {"role": "developer", "content": [{"type": "text", "text": "Be kind."}], "name": "developer"},
    {"role": "system", "content": "Be brief.", "name": "operator"},
    {
        "role": "user",
        "name": "ada",
        "content": [
            {"type": "text", "text": "What is this?"},
            {"type": "image_url", "image_url": {"url": PNG, "detail": "low"}},
            {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}},
            {"type": "file", "file": {"file_data": "data:application/pdf;base64,JVBERg==", "filename": "a.pdf"}},
        ],
    },
]

EVERY = {
    "model": MODEL,
    "messages": MESSAGES,
    "audio": {"voice": "alloy", "format": "mp3"},
    "frequency_penalty": 0.5,
    "function_call": "auto",
    "functions": [{"name": "weather", "description": "Tells it.", "parameters": CITY}],
    "logit_bias": {"50256": -100},
    "logprobs": False,
    "max_completion_tokens": 5000,
    "max_tokens": 4000,
    "metadata": {"team": "blue"},
    "modalities": ["text"],
    "moderation": {"model": "omni-moderation-latest"},
    "n": 2,
    "parallel_tool_calls": False,
    "prediction": {"type": "content", "content": "It rains."},
    "presence_penalty": -0.5,
    "prompt_cache_key": "prefix",
    "prompt_cache_options": {},
    "prompt_cache_retention": "24h",
    "reasoning_effort": "xhigh",
    "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "description": "d", "strict": True, "schema": CITY}},
    "safety_identifier": "user-1",
    "seed": 7,
    "service_tier": "auto",
    "stop": ["END", "STOP", "###", "---"],
    "store": True,
    "stream": False,
    "stream_options": {"include_usage": True, "include_obfuscation": True},
    "temperature": 0,
    "tool_choice": "auto",
    "tools": [{"type": "function", "function": {"name": "weather", "description": "d", "strict": True, "parameters": CITY}}],
    "top_logprobs": 5,
    "top_p": 0.9,
    "user": "user-1",
    "verbosity": "low",
    "web_search_options": {"search_context_size": "low"},
}


def choices_of(response):
    return [choice.index for choice in response.choices if choice.finish_reason]


def ended_of(chunks):
    return sorted(choice.index for chunk in chunks for choice in chunk.choices if choice.finish_reason)


def failure_of(call):
    try:
        call()
    except APIError as error:
        return [error.status_code, error.code]
    return None


def main():
    client = OpenAI(base_url=os.environ["PROXY_URL"] + "/v1", api_key=os.environ["PROXY_TOKEN"], timeout=20)
    create = client.chat.completions.create
    known = set(inspect.signature(create).parameters) - TRANSPORT
    hello = {"model": MODEL, "messages": [{"role": "user", "content": "Hello"}]}
    nulls = {name: None for name in known if name not in hello} | hello

    def ask(error):
        return lambda: create(model="gemini-3.5-flash", messages=[{"role": "user", "content": 'simulate:{"error":"%s"}' % error}])

    print(
        json.dumps(
            {
                "known": sorted(known),
                "unset": sorted(known - set(EVERY)),
                "unknown": sorted(set(EVERY) - known),
                "every": choices_of(create(**EVERY)),
                "every_stream": ended_of(create(**{**EVERY, "stream": True})),
                "nulls": choices_of(create(**nulls)),
                "nulls_stream": ended_of(create(**{**nulls, "stream": True})),
                # The client retries failures by default. It must not retry these errors: for them,
                # the proxy sends `x-should-retry: false`.
                "failures": {error: failure_of(ask(error)) for error in json.loads(os.environ["LASTING"])},
            }
        )
    )


main()
