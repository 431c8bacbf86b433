"""Requests embeddings from a running proxy with the official Python SDK.

Prints the results as one JSON object.

usage: PROXY_URL=http://127.0.0.1:9000 PROXY_TOKEN=token PROXY_MODEL=gemini-embedding-001 python embeddings.py
"""

import asyncio
import json
import os

from openai import APIError, AsyncOpenAI, OpenAI

BASE_URL = os.environ["PROXY_URL"] + "/v1"
TOKEN = os.environ["PROXY_TOKEN"]
MODEL = os.environ["PROXY_MODEL"]
TEXTS = ["Hello", "世界"]


def answer_of(response):
    return {
        "object": response.object,
        "model": response.model,
        "indices": [item.index for item in response.data],
        "vectors": [item.embedding for item in response.data],
        "usage": response.usage.model_dump(),
    }


def error_of(call):
    """The class, status, code and parameter of the error that a call raises."""
    try:
        call()
    except APIError as error:
        return [type(error).__name__, getattr(error, "status_code", None), error.code, error.param]
    return None


async def asynchronous():
    async with AsyncOpenAI(base_url=BASE_URL, api_key=TOKEN, max_retries=0) as client:
        return answer_of(await client.embeddings.create(model=MODEL, input=TEXTS, dimensions=8))


def main():
    client = OpenAI(base_url=BASE_URL, api_key=TOKEN, max_retries=0, timeout=20)
    create = client.embeddings.create
    print(
        json.dumps(
            {
                "usual": answer_of(create(model=MODEL, input=TEXTS, dimensions=8)),
                "float": answer_of(create(model=MODEL, input=TEXTS, dimensions=8, encoding_format="float")),
                "asynchronous": asyncio.run(asynchronous()),
                "every_parameter": answer_of(create(model=MODEL, input="Hello", dimensions=8, encoding_format="base64", user="u-1")),
                "tokens": error_of(lambda: create(model=MODEL, input=[1, 2, 3])),
                "unknown_model": error_of(lambda: create(model="no-such-model", input="Hello")),
            }
        )
    )


main()
