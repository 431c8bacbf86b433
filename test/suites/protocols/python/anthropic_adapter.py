"""Anthropic's SDK in the terms of test/suites/protocols/sdk.ts."""

import anthropic
from anthropic import AsyncAnthropic, beta_async_tool
from pydantic import BaseModel

VERSION = anthropic.__version__
KINDS = [
    (anthropic.AuthenticationError, "authentication"),
    (anthropic.NotFoundError, "not found"),
    (anthropic.BadRequestError, "bad request"),
    (anthropic.RateLimitError, "rate limit"),
    (anthropic.InternalServerError, "overloaded"),
    (anthropic.APIError, "broken"),
]
STOPS = {"end_turn": "end", "max_tokens": "length", "tool_use": "tools", "refusal": "blocked"}
TOOL = {
    "name": "get_weather",
    "description": "The weather in a city, now.",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


class Person(BaseModel):
    name: str
    year: int


@beta_async_tool
async def get_weather(city: str) -> str:
    """The weather in a city, now."""
    return f"18 degrees in {city}"


def kind_of(error):
    return next((kind for type, kind in KINDS if isinstance(error, type)), "other")


def client(server):
    return AsyncAnthropic(base_url=server["origin"], api_key=server["token"], max_retries=server["maxRetries"])


def image(data):
    return {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}


def content_of(turn):
    results = [
        {
            "type": "tool_result",
            "tool_use_id": result["id"],
            "content": [{"type": "text", "text": result["text"]}, *([image(result["image"])] if "image" in result else [])],
        }
        for result in turn.get("results", [])
    ]
    images = [image(turn["image"])] if "image" in turn else []
    return results + images + ([{"type": "text", "text": turn["text"]}] if "text" in turn else [])


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


def answer_of(message):
    usage = message.usage
    parsed = getattr(message, "parsed_output", None)
    return {
        "text": text_of(message),
        "thoughts": "".join(block.thinking for block in message.content if block.type == "thinking"),
        "calls": [{"id": block.id, "name": block.name, "input": block.input} for block in message.content if block.type == "tool_use"],
        "stop": STOPS.get(message.stop_reason, "other"),
        "usage": {
            "input": usage.input_tokens + usage.cache_read_input_tokens,
            "cached": usage.cache_read_input_tokens,
            "output": usage.output_tokens,
            "thinking": usage.output_tokens_details.thinking_tokens if usage.output_tokens_details else 0,
        },
        **({"person": parsed.model_dump()} if parsed else {}),
    }


class Chat:
    def __init__(self, options):
        self.messages = []
        self.wants_person = options.get("wantsPerson", False)
        self.fixed = {
            "model": options["model"],
            "max_tokens": options.get("maxTokens", 2_000),
            **({"system": options["system"]} if "system" in options else {}),
            **({"tools": [TOOL]} if options.get("hasTool") else {}),
            **({"thinking": {"type": "enabled", "budget_tokens": 1_024}} if options.get("thinks") else {}),
            **({"output_format": Person} if self.wants_person else {}),
        }

    async def send(self, server, turn, is_stream, on_text):
        self.messages.append({"role": "user", "content": content_of(turn)})
        messages = client(server).messages
        body = {**self.fixed, "messages": list(self.messages)}
        if is_stream:
            async with messages.stream(**body) as stream:
                async for text in stream.text_stream:
                    on_text(text)
                message = await stream.get_final_message()
        else:
            message = await (messages.parse if self.wants_person else messages.create)(**body)
        self.messages.append({"role": "assistant", "content": message.content})
        return answer_of(message)


async def runTools(server, model, prompt):
    runner = client(server).beta.messages.tool_runner(
        model=model, max_tokens=1_000, messages=[{"role": "user", "content": prompt}], tools=[get_weather]
    )
    return text_of(await runner.until_done())


async def countTokens(server, model, text):
    return (await client(server).messages.count_tokens(model=model, messages=[{"role": "user", "content": text}])).input_tokens


async def listModels(server):
    return [model.id async for model in client(server).models.list(limit=5)]


async def getModel(server, model):
    return (await client(server).models.retrieve(model)).id
