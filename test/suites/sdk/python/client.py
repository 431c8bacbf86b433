"""Drives a running proxy with the official Python SDK and prints the results as one JSON object.

usage: PROXY_URL=http://127.0.0.1:9000 PROXY_TOKEN=token PROXY_MODEL=gemini-2.5-flash python client.py
"""

import asyncio
import json
import os

from openai import APIError, AsyncOpenAI, OpenAI

BASE_URL = os.environ["PROXY_URL"] + "/v1"
TOKEN = os.environ["PROXY_TOKEN"]
MODEL = os.environ["PROXY_MODEL"]


def user(text):
    return [{"role": "user", "content": text}]


def answer_of(completion):
    choice = completion.choices[0]
    return {
        "id": completion.id,
        "object": completion.object,
        "model": completion.model,
        "role": choice.message.role,
        "content": choice.message.content,
        "finish_reason": choice.finish_reason,
        "usage": completion.usage.model_dump(include={"prompt_tokens", "completion_tokens", "total_tokens"}),
    }


def stream_of(chunks):
    """Summarizes a stream: its text, and the properties that clients rely on."""
    choices = [choice for chunk in chunks for choice in chunk.choices]
    return {
        "ids": sorted({chunk.id for chunk in chunks}),
        "created": len({chunk.created for chunk in chunks}),
        "models": sorted({chunk.model for chunk in chunks}),
        "roles": [choice.delta.role for choice in choices if choice.delta.role],
        "content": "".join(choice.delta.content or "" for choice in choices),
        "finish_reasons": [choice.finish_reason for choice in choices if choice.finish_reason],
        "usages": [chunk.usage.model_dump(include={"prompt_tokens", "completion_tokens", "total_tokens"}) for chunk in chunks if chunk.usage],
        "choices_of_usage_chunks": [len(chunk.choices) for chunk in chunks if chunk.usage],
    }


def error_of(call):
    """The class, status, code and request id of the error that a call raises."""
    try:
        call()
    except APIError as error:
        return {
            "class": type(error).__name__,
            "status": getattr(error, "status_code", None),
            "code": error.code,
            "type": error.type,
            "param": error.param,
            "has_request_id": bool(getattr(error, "request_id", None)),
        }
    return {"class": None}


async def asynchronous_stream():
    async with AsyncOpenAI(base_url=BASE_URL, api_key=TOKEN, max_retries=0) as client:
        stream = await client.chat.completions.create(model=MODEL, messages=user('Say hello. simulate:{"text":"Hello there, 世界!"}'), stream=True)
        return stream_of([chunk async for chunk in stream])


def main():
    client = OpenAI(base_url=BASE_URL, api_key=TOKEN, max_retries=0, timeout=20)
    stranger = client.with_options(api_key="not-a-token")
    create = client.chat.completions.create
    hello = user('Say hello. simulate:{"text":"Hello there, 世界!"}')

    print(
        json.dumps(
            {
                "chat": answer_of(create(model=MODEL, messages=hello)),
                "stream": stream_of(list(create(model=MODEL, messages=hello, stream=True))),
                "stream_with_usage": stream_of(list(create(model=MODEL, messages=hello, stream=True, stream_options={"include_usage": True}))),
                "asynchronous_stream": asyncio.run(asynchronous_stream()),
                "models": [model.id for model in client.models.list()],
                "model": client.models.retrieve(MODEL).model_dump(include={"id", "object", "owned_by", "created"}),
                "errors": {
                    "unauthorized": error_of(lambda: stranger.chat.completions.create(model=MODEL, messages=hello)),
                    "unauthorized_stream": error_of(lambda: stranger.chat.completions.create(model=MODEL, messages=hello, stream=True)),
                    "unknown_model": error_of(lambda: create(model="no-such-model", messages=hello)),
                    "unknown_model_retrieved": error_of(lambda: client.models.retrieve("no-such-model")),
                    "bad_request": error_of(lambda: create(model=MODEL, messages=hello, temperature=5)),
                    "rate_limit": error_of(lambda: create(model=MODEL, messages=user('simulate:{"error":"quota-minute"}'))),
                    "rate_limit_stream": error_of(lambda: create(model=MODEL, messages=user('simulate:{"error":"quota-minute"}'), stream=True)),
                },
            }
        )
    )


main()
