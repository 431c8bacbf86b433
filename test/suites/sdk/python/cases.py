"""Runs the shared cases with the installed version of the official Python SDK.

Prints {"version": ..., "results": {title: null or the problem}}.

usage: SDK_TARGET='{"name", "baseUrl", "token", "model", "embeddingModel", "scenarios", "stateUrl"}' python cases.py
The titles are those of test/suites/sdk/cases.ts, which lists the scenarios that each case needs;
SDK_TITLES is the list of titles to run.
"""

import asyncio
import base64
import json
import os
import time
import traceback
import urllib.request
import uuid
from contextlib import contextmanager

import openai
from openai import APIError, AsyncOpenAI, OpenAI
from pydantic import BaseModel

TARGET = json.loads(os.environ["SDK_TARGET"])
MODEL = TARGET["model"]
LEAST = 1 if TARGET["name"] == "Google" else 2
WAIT_SECONDS = 15


class Person(BaseModel):
    name: str
    year: int


def scenario(name):
    found = TARGET["scenarios"][name]
    return {**found, "prompt": found["prompt"].replace("%unique%", str(uuid.uuid4()))}


def client(**options):
    return OpenAI(**{"base_url": TARGET["baseUrl"], "api_key": TARGET["token"], "max_retries": 0, "timeout": 60, **options})


def ask(name, **more):
    """The arguments of `create`."""
    found = scenario(name)
    headers = {**found.get("headers", {}), **({"Authorization": f"Bearer {found['token']}"} if "token" in found else {})}
    return {"model": MODEL, "messages": [{"role": "user", "content": found["prompt"]}], "extra_headers": headers, **found.get("params", {}), **more}


def create(name, **more):
    return client().chat.completions.create(**ask(name, **more))


def text_of(chunks):
    return "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)


def reasons_of(chunks):
    return [choice.finish_reason for chunk in chunks for choice in chunk.choices]


def is_usage(usage):
    return usage is not None and 0 < usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


def chat():
    completion = create("text")
    choice = completion.choices[0]
    assert completion.id.startswith("chatcmpl-") and completion.object == "chat.completion"
    assert (len(completion.choices), choice.index, choice.finish_reason, choice.message.role) == (1, 0, "stop", "assistant")
    assert choice.message.content and is_usage(completion.usage)


def length():
    assert create("length").choices[0].finish_reason == "length"


def stream():
    chunks = list(create("text", stream=True))
    assert chunks[0].choices[0].delta.role == "assistant"
    assert len({(chunk.id, chunk.created, chunk.model, chunk.object) for chunk in chunks}) == 1
    reasons = reasons_of(chunks)
    assert text_of(chunks) and reasons == [None] * (len(reasons) - 1) + ["stop"], reasons
    assert not any(chunk.usage for chunk in chunks)


def stream_usage():
    chunks = list(create("text", stream=True, stream_options={"include_usage": True}))
    assert [bool(chunk.usage) for chunk in chunks].count(True) == 1 and chunks[-1].choices == []
    assert is_usage(chunks[-1].usage)


def stream_helper():
    with client().chat.completions.stream(**ask("text")) as events:
        said = "".join(event.delta for event in events if event.type == "content.delta")
        choice = events.get_final_completion().choices[0]
    assert said and (choice.message.content, choice.finish_reason) == (said, "stop")


def check_calls(calls, least):
    assert len(calls) >= least and len({call["id"] for call in calls}) == len(calls), calls
    for call in calls:
        assert 0 < len(call["id"]) <= 40 and call["name"] == "get_weather", call
        assert isinstance(json.loads(call["arguments"])["city"], str), call


def plain(calls):
    return [{"id": call.id, "name": call.function.name, "arguments": call.function.arguments} for call in calls or []]


def tool_call():
    choice = create("tool_call").choices[0]
    assert choice.finish_reason == "tool_calls"
    check_calls(plain(choice.message.tool_calls), 1)


def streamed_calls():
    chunks = list(create("parallel_tool_calls", stream=True))
    calls = {}
    for chunk in chunks:
        for choice in chunk.choices:
            for delta in choice.delta.tool_calls or []:
                call = calls.setdefault(delta.index, {"id": delta.id, "name": delta.function.name, "arguments": ""})
                call["arguments"] += delta.function.arguments or ""
    assert list(calls) == list(range(len(calls))) and reasons_of(chunks)[-1] == "tool_calls"
    check_calls(list(calls.values()), LEAST)


def helped_calls():
    with client().chat.completions.stream(**ask("parallel_tool_calls")) as events:
        choice = events.get_final_completion().choices[0]
    check_calls(plain(choice.message.tool_calls), LEAST)


def tool_result():
    request = ask("tool_result")
    message = client().chat.completions.create(**request).choices[0].message
    results = [{"role": "tool", "tool_call_id": call.id, "content": "21 degrees"} for call in message.tool_calls]
    request["messages"] += [message.model_dump(exclude_none=True), *results]
    choice = client().chat.completions.create(**request).choices[0]
    assert results and choice.finish_reason == "stop" and "21" in choice.message.content


def parse():
    parsed = client().chat.completions.parse(**ask("structured", response_format=Person)).choices[0].message.parsed
    assert isinstance(parsed, Person) and parsed.name


def streamed_parse():
    with client().chat.completions.stream(**ask("structured", response_format=Person)) as events:
        parsed = events.get_final_completion().choices[0].message.parsed
    assert isinstance(parsed, Person) and parsed.name


def failure_of(call, kind):
    try:
        call()
    except APIError as error:
        assert isinstance(error, kind), error
        return error
    raise AssertionError("The request did not fail.")


def raises(name, kind, status, code, type_):
    def run():
        for is_stream in [False, True]:
            error = failure_of(lambda: create(name, stream=is_stream), kind)
            assert error.status_code == status and len(error.message) > 10, error
            assert TARGET["name"] == "mock" or (error.code, error.type) == (code, type_), error

    return run


def rate_limit():
    error = failure_of(lambda: create("rate_limit"), openai.RateLimitError)
    assert error.response.headers["retry-after"].isdigit() and error.request_id.startswith("req_")


def broken_stream():
    said = []

    def read():
        for chunk in create("broken_stream", stream=True):
            said.append(text_of([chunk]))

    error = failure_of(read, APIError)
    assert error.code.startswith("upstream_") and "".join(said)


def state():
    with urllib.request.urlopen(TARGET["stateUrl"]) as answer:
        return json.load(answer)


def aborted():
    return state()["abortedRequests"]


@contextmanager
def giving_up():
    before = aborted() if "stateUrl" in TARGET else 0
    yield
    end = time.monotonic() + WAIT_SECONDS
    while "stateUrl" in TARGET and aborted() <= before:
        assert time.monotonic() < end, "The call to Gemini was not aborted."
        time.sleep(0.01)


async def asked():
    """Waits until Gemini has received the request; 0.1 s if the target does not report that."""
    end = time.monotonic() + WAIT_SECONDS
    await asyncio.sleep(0.1)
    while "stateUrl" in TARGET and (await asyncio.to_thread(state))["openRequests"] == 0:
        assert time.monotonic() < end, "Gemini was not asked"
        await asyncio.sleep(0.01)


def leave_request():
    async def leave():
        async with AsyncOpenAI(base_url=TARGET["baseUrl"], api_key=TARGET["token"], max_retries=0) as patient:
            answer = asyncio.ensure_future(patient.chat.completions.create(**ask("slow")))
            await asked()
            answer.cancel()
            await asyncio.wait([answer])
            assert answer.cancelled(), "there was an answer"

    with giving_up():
        asyncio.run(leave())


def leave_stream():
    said = ""
    with giving_up(), create("long_text", stream=True) as chunks:
        for chunk in chunks:
            said += text_of([chunk])
            if said:
                break
    assert said


@contextmanager
def counting(max_retries):
    """Returns a client, and the list of the requests that it sends."""
    sent = []
    with openai.DefaultHttpxClient(event_hooks={"request": [sent.append]}) as http_client:
        yield client(max_retries=max_retries, http_client=http_client), sent


def retry():
    with counting(2) as (patient, sent):
        choice = patient.chat.completions.create(**ask("fails_once")).choices[0]
    assert (choice.finish_reason, len(sent)) == ("stop", 2)


def retry_stream():
    with counting(2) as (patient, sent):
        chunks = list(patient.chat.completions.create(**ask("fails_once"), stream=True))
    assert (reasons_of(chunks)[-1], len(sent)) == ("stop", 2)


def no_retry():
    with counting(2) as (patient, sent):
        error = failure_of(lambda: patient.chat.completions.create(**ask("final_limit")), openai.RateLimitError)
    assert (error.code, len(sent)) == ("insufficient_quota", 1)


def embedding():
    answer = client().embeddings.create(model=TARGET["embeddingModel"], input=scenario("embedding")["prompt"])
    vector = answer.data[0].embedding
    assert (answer.object, answer.data[0].index, answer.data[0].object) == ("list", 0, "embedding")
    assert vector and all(abs(value) <= 1 for value in vector)


def embedding_batch():
    found = scenario("embedding_batch")
    dimensions = found["params"]["dimensions"]
    answer = client().embeddings.create(model=TARGET["embeddingModel"], input=[found["prompt"], "世界", "a third"], dimensions=dimensions)
    assert [(item.index, len(item.embedding)) for item in answer.data] == [(at, dimensions) for at in range(3)]


def completion():
    found = scenario("completion")
    answer = client().completions.create(model=MODEL, prompt=found["prompt"], **found.get("params", {}))
    choice = answer.choices[0]
    assert answer.id.startswith("cmpl-") and (answer.object, len(answer.choices)) == ("text_completion", 1)
    assert choice.text and (choice.index, choice.finish_reason) == (0, "stop") and answer.usage.total_tokens > 0


def completion_stream():
    found = scenario("completion")
    chunks = list(client().completions.create(model=MODEL, prompt=found["prompt"], stream=True, **found.get("params", {})))
    choices = [choice for chunk in chunks for choice in chunk.choices]
    assert "".join(choice.text for choice in choices)
    assert [choice.finish_reason for choice in choices if choice.finish_reason] == ["stop"]


PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def is_picture(text):
    return text.startswith(("iVBORw0KGgo", "/9j/"))


def image():
    found = scenario("image")
    answer = client().images.generate(model=found["params"]["model"], prompt=found["prompt"])
    assert is_picture(answer.data[0].b64_json) and answer.usage.output_tokens > 0


def image_edit():
    found = scenario("image")
    file = ("a.png", base64.b64decode(PIXEL), "image/png")
    answer = client().images.edit(model=found["params"]["model"], prompt=found["prompt"], image=file)
    assert is_picture(answer.data[0].b64_json)


def models():
    found = list(client().models.list())
    assert found and all((model.object, model.owned_by) == ("model", "google") for model in found)
    assert client().models.retrieve(MODEL).id == MODEL


INVALID = "invalid_request_error"
CASES = {
    "completes a chat": chat,
    "sees that an answer was cut at the token limit": length,
    "iterates over a stream: role first, one id, one finish reason": stream,
    "gets one usage chunk without choices when it asks for usage": stream_usage,
    "assembles a stream with its helper": stream_helper,
    "gets a tool call in one piece": tool_call,
    "gets parallel tool calls of a stream by their index": streamed_calls,
    "assembles streamed tool calls with its helper": helped_calls,
    "sends tool results back and gets the answer to them": tool_result,
    "parses structured output": parse,
    "parses structured output of a stream": streamed_parse,
    "raises AuthenticationError for unauthorized, also of a stream": raises("unauthorized", openai.AuthenticationError, 401, "invalid_api_key", INVALID),
    "raises NotFoundError for unknown model, also of a stream": raises("unknown_model", openai.NotFoundError, 404, "model_not_found", INVALID),
    "raises BadRequestError for bad request, also of a stream": raises("bad_request", openai.BadRequestError, 400, "integer_above_max_value", INVALID),
    "raises RateLimitError for rate limit, also of a stream": raises("rate_limit", openai.RateLimitError, 429, "rate_limit_exceeded", "rate_limit_exceeded"),
    "raises InternalServerError for overloaded, also of a stream": raises("overloaded", openai.InternalServerError, 503, "upstream_overloaded", "server_error"),
    "gets the retry delay and the request id of an error": rate_limit,
    "raises APIError from a stream that breaks": broken_stream,
    "aborts a request before its answer": leave_request,
    "aborts a stream in the middle": leave_stream,
    "retries a call automatically after a temporary failure": retry,
    "does not retry a lasting failure": no_retry,
    "retries a stream automatically after a temporary failure": retry_stream,
    "gets a vector without asking for a format": embedding,
    "gets as many vectors as texts, with the requested dimensions": embedding_batch,
    "lists models and retrieves one": models,
    "completes a text": completion,
    "completes a text in a stream": completion_stream,
    "makes an image": image,
    "edits an image of a file": image_edit,
}


def result_of(run):
    try:
        run()
    except Exception as error:
        return f"{type(error).__name__}: {error}\n{traceback.format_exc(limit=-2)}"
    return None


def main():
    titles = json.loads(os.environ.get("SDK_TITLES", json.dumps(list(CASES))))
    print(json.dumps({"version": openai.__version__, "titles": list(CASES), "results": {title: result_of(CASES[title]) for title in titles}}))


main()
