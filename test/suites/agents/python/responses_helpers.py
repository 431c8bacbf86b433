"""Runs tools and parses answers with the `.responses` helpers of the official Python SDK.

Prints the results as one JSON object.

usage: PROXY_URL=http://127.0.0.1:9000 PROXY_TOKEN=token PROXY_MODEL=gemini-3.8-flash python responses_helpers.py
"""

import asyncio
import json
import os

import openai
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel

BASE_URL = os.environ["PROXY_URL"] + "/v1"
TOKEN = os.environ["PROXY_TOKEN"]
MODEL = os.environ["PROXY_MODEL"]
USUAL = {"model": MODEL, "store": False, "include": ["reasoning.encrypted_content"]}


class Report(BaseModel):
    city: str
    degrees: float


class GetWeather(BaseModel):
    """Weather of a city."""

    city: str


WEATHER = {
    "type": "function",
    "name": "get_weather",
    "description": "Weather of a city",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False},
    "strict": True,
}
CITIES = ["Oslo", "Seoul", "杭州"]


def simulate(prompt, **behaviour):
    return f"{prompt} simulate:{json.dumps(behaviour)}"


def steps(count, parallel):
    return [[{"name": "get_weather", "arguments": {"city": city}} for city in CITIES[:parallel]]] * count


def run_tools(parallel, ask):
    items = [{"role": "user", "content": simulate("Weather?", thoughts=["Let me see."], steps=steps(3, parallel))}]
    cities = []
    for _ in range(8):
        response = ask(items)
        items += response.output
        calls = [item for item in response.output if item.type == "function_call"]
        if not calls:
            return {"text": response.output_text, "cities": cities}
        for call in calls:
            city = json.loads(call.arguments)["city"]
            cities.append(city)
            items.append({"type": "function_call_output", "call_id": call.call_id, "output": f"{city}: sunny"})
    raise RuntimeError("The agent loop exceeded its maximum number of steps.")


def created(client):
    return lambda items: client.responses.create(**USUAL, input=items, tools=[WEATHER])


def streamed(client):
    def ask(items):
        with client.responses.stream(**USUAL, input=items, tools=[WEATHER]) as stream:
            for _ in stream:
                pass
            return stream.get_final_response()

    return ask


def streamed_report(client):
    kinds, deltas = [], ""
    with client.responses.stream(**USUAL, input="Report.", text_format=Report) as stream:
        for event in stream:
            if event.type not in kinds:
                kinds.append(event.type)
            if event.type == "response.output_text.delta":
                deltas += event.delta
        final = stream.get_final_response()
    return {"is_whole": deltas == final.output_text, "parsed": type(final.output_parsed).__name__, "kinds": kinds}


def parsed(client):
    tool = openai.pydantic_function_tool(GetWeather, name="get_weather")
    tool = {"type": "function", **tool["function"]}
    prompt = simulate("Weather?", steps=steps(1, 2))
    calls = client.responses.parse(**USUAL, input=prompt, tools=[tool]).output
    return {
        "report": type(client.responses.parse(**USUAL, input="Report.", text_format=Report).output_parsed).__name__,
        "calls": [item.parsed_arguments["city"] for item in calls if item.type == "function_call"],
    }


async def left(client):
    """Closes a stream after its first text delta."""
    prompt = simulate("Talk.", chunks=500, chunkDelayMs=20)
    async with await client.responses.create(**USUAL, input=prompt, stream=True) as stream:
        async for event in stream:
            if event.type == "response.output_text.delta":
                return event.type


def failure(call):
    try:
        call()
    except openai.APIError as error:
        return [type(error).__name__, error.code]
    return None


client = OpenAI(base_url=BASE_URL, api_key=TOKEN, max_retries=0)
print(
    json.dumps(
        {
            "version": openai.__version__,
            "created": [run_tools(parallel, created(client)) for parallel in (1, 3)],
            "streamed": [run_tools(parallel, streamed(client)) for parallel in (1, 3)],
            "streamed_report": streamed_report(client),
            "parsed": parsed(client),
            "limited": failure(lambda: client.responses.create(**USUAL, input=simulate("Hello", error="quota-minute"))),
            "unknown": failure(lambda: client.responses.create(**{**USUAL, "model": "no-such-model"}, input="Hello")),
            "left": asyncio.run(left(AsyncOpenAI(base_url=BASE_URL, api_key=TOKEN, max_retries=0))),
        }
    )
)
