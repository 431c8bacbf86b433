"""Google's SDK in the terms of test/suites/protocols/sdk.ts."""

import base64

from google import genai
from google.genai import errors, types
from pydantic import BaseModel

VERSION = genai.__version__
KINDS = {400: "bad request", 401: "authentication", 404: "not found", 429: "rate limit", 502: "broken", 503: "overloaded"}
STOPS = {"STOP": "end", "MAX_TOKENS": "length", "SAFETY": "blocked"}
TOOL = types.FunctionDeclaration(
    name="get_weather",
    description="The weather in a city, now.",
    parameters_json_schema={"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
)


class Person(BaseModel):
    name: str
    year: int


async def get_weather(city: str) -> str:
    """The weather in a city, now."""
    return f"18 degrees in {city}"


def kind_of(error):
    return KINDS.get(error.code, "other") if isinstance(error, errors.APIError) else "other"


def client(server, **options):
    retries = server["maxRetries"]
    retry = {"retry_options": types.HttpRetryOptions(attempts=retries + 1, initial_delay=0.5, jitter=0)} if retries else {}
    http_options = types.HttpOptions(base_url=server["origin"], **retry, **options)
    return genai.Client(api_key=server["token"], vertexai=False, http_options=http_options).aio


def image(data):
    return types.Part.from_bytes(data=base64.b64decode(data), mime_type="image/png")


def result_part(result):
    data = base64.b64decode(result["image"]) if "image" in result else None
    parts = [types.FunctionResponsePart.from_bytes(data=data, mime_type="image/png")] if data else None
    response = types.FunctionResponse(id=result["id"], name=result["name"], response={"output": result["text"]}, parts=parts)
    return types.Part(function_response=response)


def parts_of(turn):
    images = [image(turn["image"])] if "image" in turn else []
    texts = [types.Part(text=turn["text"])] if "text" in turn else []
    return [*map(result_part, turn.get("results", [])), *images, *texts]


def text_of(responses, thought=False):
    return "".join(part.text for part in said(responses) if part.text and bool(part.thought) == thought)


def said(responses):
    return [part for response in responses for part in response.parts or []]


def reason_of(responses):
    reasons = [candidate.finish_reason for response in responses for candidate in response.candidates or [] if candidate.finish_reason]
    return STOPS.get(reasons[-1].value, "other") if reasons else "other"


def answer_of(responses, wants_person):
    calls = [part.function_call for part in said(responses) if part.function_call]
    usage = [response.usage_metadata for response in responses if response.usage_metadata][-1]
    thinking = usage.thoughts_token_count or 0
    text = text_of(responses)
    return {
        "text": text,
        "thoughts": text_of(responses, thought=True),
        "calls": [{"id": call.id, "name": call.name, "input": call.args} for call in calls],
        "stop": "tools" if calls else reason_of(responses),
        "usage": {
            "input": usage.prompt_token_count,
            "cached": usage.cached_content_token_count or 0,
            "output": usage.candidates_token_count + thinking,
            "thinking": thinking,
        },
        # The SDK parses structured output only without streaming.
        **({"person": (responses[0].parsed if len(responses) == 1 else Person.model_validate_json(text)).model_dump()} if wants_person else {}),
    }


class Chat:
    def __init__(self, options):
        self.model = options["model"]
        self.history = []
        self.wants_person = options.get("wantsPerson", False)
        self.config = types.GenerateContentConfig(
            system_instruction=options.get("system"),
            max_output_tokens=options.get("maxTokens"),
            tools=[types.Tool(function_declarations=[TOOL])] if options.get("hasTool") else None,
            thinking_config=types.ThinkingConfig(include_thoughts=True) if options.get("thinks") else None,
            **({"response_mime_type": "application/json", "response_schema": Person} if self.wants_person else {}),
        )

    async def send(self, server, turn, is_stream, on_text):
        async with client(server) as own:
            chat = own.chats.create(model=self.model, config=self.config, history=self.history)
            if is_stream:
                responses = []
                async for response in await chat.send_message_stream(parts_of(turn)):
                    responses.append(response)
                    if text := text_of([response]):
                        on_text(text)
            else:
                responses = [await chat.send_message(parts_of(turn))]
            self.history = chat.get_history()
        return answer_of(responses, self.wants_person)


async def runTools(server, model, prompt):
    async with client(server) as own:
        config = types.GenerateContentConfig(tools=[get_weather])
        return text_of([await own.models.generate_content(model=model, contents=prompt, config=config)])


async def countTokens(server, model, text):
    async with client(server) as own:
        return (await own.models.count_tokens(model=model, contents=text)).total_tokens


async def listModels(server):
    # Without this version, the SDK would request the path of OpenAI's list of models.
    async with client(server, api_version="v1beta") as own:
        return [model.name.removeprefix("models/") async for model in await own.models.list(config={"page_size": 5})]


async def getModel(server, model):
    async with client(server, api_version="v1beta") as own:
        return (await own.models.get(model=model)).name.removeprefix("models/")


async def embed(server, model, texts):
    async with client(server) as own:
        return [embedding.values for embedding in (await own.models.embed_content(model=model, contents=texts)).embeddings]
