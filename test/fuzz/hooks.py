"""What Schemathesis cannot read from the contract: streams that exist, and the refusals that no schema can foretell.

FUZZ_STREAM is the id of a stream that can be resumed, where there is one.
"""

import os
import re

import schemathesis

STREAM = os.environ.get("FUZZ_STREAM", "")
turns = {"Last-Event-ID": 0, "completion_id": 0, "function_call": 0}


def is_turn(name, of):
    """True once in so many calls; counted, so that a run is like the one before."""
    turns[name] += 1
    return turns[name] % of == 0


def is_positive(case):
    return case.meta is not None and case.meta.generation.mode.value == "positive"


def demands_function(name, value):
    return name in ("function_call", "tool_choice") and isinstance(value, dict)


@schemathesis.hook
def before_call(context, case, **kwargs):
    if not is_positive(case):
        return
    operation = case.operation.definition.raw.get("operationId")
    # A request with Last-Event-ID asks for the rest of a stream, and never for a chat: one in twenty is enough of them.
    if operation == "createChatCompletion" and "Last-Event-ID" in case.headers:
        if is_turn("Last-Event-ID", of=20) and STREAM:
            case.headers["Last-Event-ID"] = f"{STREAM}:1"
        else:
            del case.headers["Last-Event-ID"]
    # A demanded function has to be one of those on offer, which made-up names never are.
    if operation == "createChatCompletion" and isinstance(case.body, dict) and not is_turn("function_call", of=20):
        case.body = {name: value for name, value in case.body.items() if not demands_function(name, value)}
    # Ids are random; a made-up one is 404.
    if operation == "getChatCompletion" and STREAM and not is_turn("completion_id", of=3):
        case.path_parameters["completion_id"] = STREAM
        if "Last-Event-ID" in case.headers:
            case.headers["Last-Event-ID"] = f"{STREAM}:1"


CHAT = "createChatCompletion"
PART = r"messages\[\d+\]\.content\[\d+\]\."

SCHEMA = r"(tools\[\d+\]\.function\.parameters|response_format\.json_schema\.schema).*"

# What fits the schemas and is refused with 400: operation, code, param, words (all but the first patterns), each with the reason why no schema says it.
NAMED_REFUSALS = [
    # Said in words by the contract: the ids of another tokenizer mean nothing to Gemini.
    ("createEmbedding", "unsupported_value", r"input", r"Token numbers"),
    # Calls and their results have to belong together, across messages.
    (CHAT, "invalid_value", r"messages\[\d+\]\.(tool_calls|tool_call_id)", r""),
    # A demanded function has to be on offer, each only once, and no other kind of tool can be demanded.
    (CHAT, "invalid_value|unsupported_value", r"tool_choice.*", r""),
    (CHAT, "invalid_request", r"", r"Duplicate function declaration"),
    # OpenAI's contract has them and Gemini does not: refused by name, where leaving them out would change the answer in silence.
    (CHAT, "unsupported_value", r"n|logprobs|modalities|tools\[\d+\]\.type", r""),
    (CHAT, "unsupported_value", PART + r"(file\.file_id|input_audio\.format)", r""),
    # Older models take either tools or a JSON answer.
    (CHAT, "unsupported_value", r"response_format", r"either tools or a JSON answer"),
    # Media of any kind are text to a schema.
    (CHAT, "invalid_value|unsupported_value", PART + r"(image_url\.url|file\.file_data)", r"data URI"),
    (CHAT, "invalid_request", r"messages|" + PART + r"(image_url\.url|input_audio\.data)", r"Base64 decoding failed|file uri|MIME"),
    # JSON Schemas within a request are objects to its own schema.
    (CHAT, "invalid_value|invalid_type|unsupported_value", SCHEMA, r"JSON Schema"),
    # Google's own settings go to Google as they are.
    (CHAT, "invalid_request", r"extra_body\.google\..*", r""),
]
if os.environ.get("FUZZ_GEMINI") == "true":
    # What the real Gemini refuses cannot be foretold; it must carry our code for that.
    NAMED_REFUSALS += [(operation, "invalid_request", r".*", r"") for operation in (CHAT, "createEmbedding")]


@schemathesis.check
def refused_for_a_named_reason(context, response, case):
    if response.status_code != 400 or not is_positive(case):
        return
    error = response.json()["error"]
    operation = case.operation.definition.raw.get("operationId")
    for name, code, param, words in NAMED_REFUSALS:
        if name == operation and re.fullmatch(code, error["code"]) and re.fullmatch(param, error["param"] or "") and re.search(words, error["message"]):
            return
    raise AssertionError(f"A request that fits the contract is refused: {error['code']} at {error['param']}: {error['message']}")
