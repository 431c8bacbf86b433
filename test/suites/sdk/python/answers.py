"""Assembles answers with the helpers of the official Python SDK.

Prints the results as one JSON object.

usage: PROXY_URL=http://127.0.0.1:9000 PROXY_TOKEN=token PROXY_MODEL=gemini-3.8-flash python answers.py
"""

import asyncio
import json
import os
from enum import Enum

import openai
from openai import APIError, AsyncOpenAI, OpenAI
from pydantic import BaseModel

BASE_URL = os.environ["PROXY_URL"] + "/v1"
TOKEN = os.environ["PROXY_TOKEN"]
MODEL = os.environ["PROXY_MODEL"]


class Kind(str, Enum):
    sun = "sun"
    rain = "rain"


class Day(BaseModel):
    day: str


class Report(BaseModel):
    city: str
    degrees: float
    kind: Kind
    days: list[Day]


class GetWeather(BaseModel):
    """Weather of a city."""

    city: str


WEATHER = openai.pydantic_function_tool(GetWeather, name="get_weather")


def user(prompt, **behaviour):
    return [{"role": "user", "content": f"{prompt} simulate:{json.dumps(behaviour)}"}]


def calls(steps, parallel):
    step = [{"name": "get_weather", "arguments": {"city": city}} for city in ["Oslo", "Seoul", "杭州"][:parallel]]
    return {"steps": [step] * steps}


THINKING = user("Think.", thoughts=["First. ", "Second."], text="Hello there, 世界!", chunks=3)


def streamed_text(client):
    events, deltas, thoughts = [], "", ""
    with client.chat.completions.stream(model=MODEL, messages=THINKING, stream_options={"include_usage": True}) as stream:
        for event in stream:
            if event.type not in events:
                events.append(event.type)
            if event.type == "content.delta":
                deltas += event.delta
            if event.type == "chunk" and event.chunk.choices:
                thoughts += getattr(event.chunk.choices[0].delta, "reasoning_content", None) or ""
        final = stream.get_final_completion()
    choice = final.choices[0]
    return {
        "events": events,
        "deltas": deltas,
        "thoughts": thoughts,
        "content": choice.message.content,
        "finish_reason": choice.finish_reason,
        "reasoning_tokens": final.usage.completion_tokens_details.reasoning_tokens,
    }


def streamed_calls(client):
    done = []
    with client.chat.completions.stream(model=MODEL, messages=user("Ask.", **calls(1, 3)), tools=[WEATHER]) as stream:
        for event in stream:
            if event.type == "tool_calls.function.arguments.done":
                done.append([event.index, event.name, event.parsed_arguments.city])
        final = stream.get_final_completion().choices[0]
    return {"done": done, "finish_reason": final.finish_reason, "content": final.message.content, "ids": len({call.id for call in final.message.tool_calls})}


def parsed(client):
    completion = client.chat.completions.parse(model=MODEL, messages=user("Report."), response_format=Report)
    return type(completion.choices[0].message.parsed).__name__


def streamed_parsed(client):
    with client.chat.completions.stream(model=MODEL, messages=user("Report."), response_format=Report) as stream:
        return type(stream.get_final_completion().choices[0].message.parsed).__name__


async def asynchronous_text():
    async with AsyncOpenAI(base_url=BASE_URL, api_key=TOKEN, max_retries=0) as client:
        async with client.chat.completions.stream(model=MODEL, messages=THINKING) as stream:
            return (await stream.get_final_completion()).choices[0].message.content


def agent(client, is_stream, parallel):
    """Runs tools until the model answers.

    The Python SDK has no tool runner; its messages are sent back unchanged.
    """
    messages = user("Ask.", **calls(3, parallel))
    cities = []
    for _ in range(8):
        if is_stream:
            with client.chat.completions.stream(model=MODEL, messages=messages, tools=[WEATHER]) as stream:
                message = stream.get_final_completion().choices[0].message
        else:
            message = client.chat.completions.parse(model=MODEL, messages=messages, tools=[WEATHER]).choices[0].message
        if not message.tool_calls:
            return {"content": message.content, "cities": cities}
        messages.append(message)
        for call in message.tool_calls:
            cities.append(call.function.parsed_arguments.city)
            messages.append({"role": "tool", "tool_call_id": call.id, "content": call.function.parsed_arguments.city + ": sunny"})
    return None


def error_of(call):
    try:
        call()
    except APIError as error:
        return [type(error).__name__, error.code]
    except Exception as error:
        return [type(error).__name__, None]
    return None


def broken_stream(client):
    behaviour = {"text": "Hello there", "chunks": 3, "errorMidStream": {"name": "unavailable", "form": "bare-array", "afterChunks": 1}}
    return list(client.chat.completions.create(model=MODEL, messages=user("Say hello.", **behaviour), stream=True))


def withheld(client):
    messages = user("Report.", finish="content_filter: PROHIBITED_CONTENT")
    return client.chat.completions.parse(model=MODEL, messages=messages, response_format=Report)


def main():
    client = OpenAI(base_url=BASE_URL, api_key=TOKEN, max_retries=0, timeout=20)
    print(
        json.dumps(
            {
                "streamed_text": streamed_text(client),
                "streamed_calls": streamed_calls(client),
                "parsed": parsed(client),
                "streamed_parsed": streamed_parsed(client),
                "asynchronous_text": asyncio.run(asynchronous_text()),
                "agents": [agent(client, is_stream, parallel) for is_stream in [False, True] for parallel in [1, 3]],
                "broken_stream": error_of(lambda: broken_stream(client)),
                "withheld": error_of(lambda: withheld(client)),
            }
        )
    )


main()
