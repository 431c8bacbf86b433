"""Runs tools and handoffs with OpenAI Agents and prints the results as one JSON object.

usage: PROXY_URL=http://127.0.0.1:9000 PROXY_TOKEN=token PROXY_MODEL=gemini-3.8-flash python openai_agents.py
"""

import asyncio
import json
import os

import openai
from agents import Agent, ModelSettings, Runner, function_tool, set_default_openai_client, set_tracing_disabled
from openai import AsyncOpenAI
from openai.types.shared import Reasoning
from pydantic import BaseModel

MODEL = os.environ["PROXY_MODEL"]
CITIES = ["Oslo", "Seoul", "杭州"]
cities = []

set_tracing_disabled(True)
client = AsyncOpenAI(base_url=os.environ["PROXY_URL"] + "/v1", api_key=os.environ["PROXY_TOKEN"], max_retries=0)
set_default_openai_client(client, use_for_tracing=False)


class Report(BaseModel):
    city: str
    degrees: float


@function_tool
def get_weather(city: str) -> str:
    """Weather of a city."""
    cities.append(city)
    return f"{city}: sunny"


def scripted(steps, **more):
    return f"Weather? simulate:{json.dumps({'thoughts': ['Let me see.'], 'steps': steps, **more})}"


def weather(count, parallel=1):
    return [[{"name": "get_weather", "arguments": {"city": city}} for city in CITIES[:parallel]]] * count


async def run(agent, prompt, is_stream):
    cities.clear()
    if is_stream:
        result = Runner.run_streamed(agent, prompt)
        async for _ in result.stream_events():
            pass
    else:
        result = await Runner.run(agent, prompt)
    return result


async def tools(parallel, is_stream):
    agent = Agent(name="Meteorologist", model=MODEL, instructions="Look it up.", tools=[get_weather])
    result = await run(agent, scripted(weather(3, parallel)), is_stream)
    return {"text": result.final_output, "cities": list(cities)}


async def handoff(is_stream):
    settings = ModelSettings(reasoning=Reasoning(effort="low", summary="auto"), store=False, response_include=["reasoning.encrypted_content"])
    reporter = Agent(name="Reporter", model=MODEL, tools=[get_weather], output_type=Report, model_settings=settings)
    clerk = Agent(name="Clerk", model=MODEL, handoffs=[reporter], model_settings=settings)
    steps = [[{"name": "transfer_to_reporter", "arguments": {}}], *weather(2)]
    result = await run(clerk, scripted(steps), is_stream)
    return {"agent": result.last_agent.name, "output": type(result.final_output).__name__, "cities": list(cities)}


async def failure(is_stream):
    try:
        await run(Agent(name="Clerk", model=MODEL), 'Hello simulate:{"error":"quota-minute"}', is_stream)
    except openai.APIError as error:
        return [type(error).__name__, error.code]


async def main():
    seen = {
        "tools": [await tools(parallel, is_stream) for is_stream in (False, True) for parallel in (1, 3)],
        "handoff": [await handoff(is_stream) for is_stream in (False, True)],
        "failure": [await failure(is_stream) for is_stream in (False, True)],
    }
    print(json.dumps(seen))


asyncio.run(main())
