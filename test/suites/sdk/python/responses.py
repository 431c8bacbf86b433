"""Uses the Responses API with the helpers of the official Python SDK.

Prints the results as one JSON object.

usage: PROXY_URL=http://127.0.0.1:9000 PROXY_TOKEN=token PROXY_MODEL=gemini-3.8-flash python responses.py
"""

import base64
import json
import os

from openai import BadRequestError, NotFoundError, OpenAI
from pydantic import BaseModel

MODEL = os.environ["PROXY_MODEL"]
client = OpenAI(base_url=os.environ["PROXY_URL"] + "/v1", api_key=os.environ["PROXY_TOKEN"], max_retries=0)
responses = client.responses
WEATHER = {
    "type": "function",
    "name": "get_weather",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    "strict": False,
}


class City(BaseModel):
    name: str
    people: int


def prompt(**behaviour):
    return f"Hello simulate:{json.dumps(behaviour)}"


def streamed():
    with responses.stream(model=MODEL, input=prompt(deltas=["Hel", "lo"]), store=False) as stream:
        deltas = [event.delta for event in stream if event.type == "response.output_text.delta"]
        return {"deltas": deltas, "text": stream.get_final_response().output_text}


def resumed():
    ask = {"model": MODEL, "input": prompt(chunks=30, chunkDelayMs=5), "stream": True}
    seen, response_id = [], None
    with responses.create(**ask, extra_headers={"X-Stream-Resume": "true"}) as stream:
        for event in stream:
            seen.append(event.sequence_number)
            response_id = response_id or event.response.id
            if len(seen) == 6:
                break
    for event in responses.retrieve(response_id, stream=True, starting_after=seen[-1]):
        seen.append(event.sequence_number)
    return {"counted": seen == list(range(len(seen))), "many": len(seen) > 30, "status": responses.retrieve(response_id).status}


def tool_loop(store):
    conversation = [{"role": "user", "content": prompt(steps=2)}]
    for turn in range(5):
        answer = responses.create(model=MODEL, input=conversation, tools=[WEATHER], store=store)
        conversation += [item.model_dump(exclude_unset=True) for item in answer.output]
        calls = [item for item in answer.output if item.type == "function_call"]
        if not calls:
            return {"turns": turn, "text": bool(answer.output_text)}
        conversation += [{"type": "function_call_output", "call_id": call.call_id, "output": "cold"} for call in calls]


def errors():
    seen = {}
    for name, kind, call in [
        ("background", BadRequestError, lambda: responses.create(model=MODEL, input="x", background=True)),
        ("previous", NotFoundError, lambda: responses.create(model=MODEL, input="x", previous_response_id="resp_1")),
        ("unknown", NotFoundError, lambda: responses.retrieve("resp_1")),
        ("deleted", NotFoundError, lambda: responses.delete("resp_1")),
    ]:
        try:
            call()
        except kind as error:
            seen[name] = [error.code, error.param]
    return seen


def kept():
    first = responses.create(model=MODEL, input=prompt(text="one"))
    second = responses.create(model=MODEL, input="And?", previous_response_id=first.id)
    responses.delete(first.id)
    return {"read": responses.retrieve(second.id).output_text == second.output_text, "previous": second.previous_response_id == first.id}


def images():
    model = os.environ.get("PROXY_IMAGE_MODEL")
    if model is None:
        return None
    tools = [{"type": "image_generation"}]
    answer = responses.create(model=model, input=prompt(text="Here."), tools=tools)
    with responses.stream(model=model, input=prompt(text="Again."), previous_response_id=answer.id, tools=tools) as stream:
        types = [event.type for event in stream if "image_generation_call" in event.type]
        last = stream.get_final_response()
    made = [item for response in (answer, last) for item in response.output if item.type == "image_generation_call"]
    begin = [base64.b64decode(item.result, validate=True)[:3].hex() for item in made]
    return {"types": types, "kinds": [item.status for item in made], "begin": begin}


parsed = responses.parse(model=MODEL, input=prompt(text='{"name": "Oslo", "people": 700000}'), text_format=City)
print(
    json.dumps(
        {
            "text": responses.create(model=MODEL, input=prompt(text="Hello")).output_text,
            "parsed": parsed.output_parsed.model_dump(),
            "streamed": streamed(),
            "resumed": resumed(),
            "loops": [tool_loop(store) for store in (True, False)],
            "errors": errors(),
            "kept": kept(),
            "images": images(),
        }
    )
)
