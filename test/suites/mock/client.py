"""Uses the mock with the official Python SDK and prints the results as one JSON object.

usage: MOCK_URL=http://127.0.0.1:4010 MOCK_TOKEN=token python client.py
"""

import json
import os

from openai import APIError, OpenAI

client = OpenAI(base_url=os.environ["MOCK_URL"] + "/v1", api_key=os.environ["MOCK_TOKEN"], max_retries=0, timeout=20)
MODEL = "gemini-3.8-flash"
HELLO = [{"role": "user", "content": "Hello"}]


def prefer(preference):
    return {"extra_headers": {"Prefer": preference}}


def texts(**options):
    stream = client.chat.completions.create(model=MODEL, messages=HELLO, stream=True, **options)
    return [chunk.choices[0].delta.content for chunk in stream if chunk.choices and chunk.choices[0].delta.content]


def error_of(call):
    try:
        call()
    except APIError as error:
        return [type(error).__name__, error.code]
    return None


print(
    json.dumps(
        {
            "content": client.chat.completions.create(model=MODEL, messages=HELLO).choices[0].message.content,
            "streamed": texts(),
            "tool": client.chat.completions.create(model=MODEL, messages=HELLO, **prefer("example=tool_call")).choices[0].message.tool_calls[0].function.name,
            "models": [model.id for model in client.models.list()],
            "errors": {
                "bad": error_of(lambda: client.chat.completions.create(model=MODEL, messages=HELLO, temperature="hot")),
                "limit": error_of(lambda: texts(**prefer("code=429"))),
                "broken": error_of(lambda: texts(**prefer("example=error"))),
            },
        }
    )
)
