"""What Schemathesis cannot read from the contract: streams that exist, and the refusals that no schema can foretell.

FUZZ_STREAM is the id of a stream that can be resumed, FUZZ_RESPONSES those of responses that are kept, with commas between, where there are any:
the first is there to be read, the others to be deleted.
"""

import os
import re

import schemathesis

STREAM = os.environ.get("FUZZ_STREAM", "")
RESPONSE, *SPARE = os.environ.get("FUZZ_RESPONSES", "").split(",")
turns = {"Last-Event-ID": 0, "completion_id": 0, "function_call": 0, "response": 0, "response_id": 0, "deleted": 0, "items": 0}

# What createResponse always refuses, or cannot find.
REFUSED = ("background", "conversation", "prompt", "previous_response_id", "include")


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
    if operation == "createResponse":
        change_response(case)
    # A made-up id is 404, and so is what has been deleted.
    if operation == "deleteResponse" and SPARE and not is_turn("deleted", of=3):
        case.path_parameters["response_id"] = SPARE.pop()
    if operation == "getResponse" and RESPONSE and not is_turn("response_id", of=30):
        case.path_parameters["response_id"] = RESPONSE
        case.headers.pop("Last-Event-ID", None)
        if case.query.get("starting_after") is not None:
            case.query["starting_after"] = "3"


def change_response(case):
    case.headers.pop("Last-Event-ID", None)
    if not isinstance(case.body, dict) or is_turn("response", of=20):
        return
    case.body = {name: value for name, value in case.body.items() if name not in REFUSED and not demands_function(name, value)}
    # The kind of an item says what else it needs; made-up ones are seldom whole. One in four is enough of them.
    if "input" not in case.body or not isinstance(case.body["input"], str) and not is_turn("items", of=4):
        case.body["input"] = "hello"


CHAT = "createChatCompletion"
RESPONSES = "createResponse"
PART = r"messages\[\d+\]\.content\[\d+\]\."

SCHEMA = r"(tools\[\d+\]\.function\.parameters|response_format\.json_schema\.schema).*"

# What fits the schemas and is refused with 400: operation, code, param, words (all but the first patterns), each with the reason why no schema says it.
NAMED_REFUSALS = [
    # Said in words by the contract: the ids of another tokenizer mean nothing to Gemini.
    ("createEmbedding", "unsupported_value", r"input", r"Token arrays"),
    # Calls and their results have to belong together, across messages.
    (CHAT, "invalid_value", r"messages\[\d+\]\.(tool_calls|tool_call_id)", r""),
    # A demanded function has to be on offer, each only once, and no other kind of tool can be demanded.
    (CHAT, "invalid_value|unsupported_value", r"tool_choice.*", r""),
    (CHAT, "invalid_request", r"", r"Duplicate function declaration"),
    # OpenAI's contract has them and Gemini does not: refused by name, where leaving them out would change the answer in silence.
    (CHAT, "unsupported_value", r"n|logprobs|modalities|tools\[\d+\]\.type", r""),
    (CHAT, "unsupported_value", PART + r"(file\.file_id|input_audio\.format)", r""),
    # Older models take either tools or a JSON answer.
    (CHAT, "unsupported_value", r"response_format", r"either tools or JSON output"),
    # Media of any kind are text to a schema.
    (CHAT, "invalid_value|unsupported_value", PART + r"(image_url\.url|file\.file_data)", r"data URI"),
    (CHAT, "invalid_request", r"messages|" + PART + r"(image_url\.url|input_audio\.data)", r"Base64 decoding failed|file uri|MIME"),
    # JSON Schemas within a request are objects to its own schema.
    (CHAT, "invalid_value|invalid_type|unsupported_value", SCHEMA, r"JSON Schema"),
    # Google's own settings go to Google as they are.
    (CHAT, "invalid_request", r"extra_body\.google\..*", r""),
    (RESPONSES, "invalid_request", r"extra_body\.google\..*", r""),
    # What OpenAI would keep, or cannot be had of Gemini: refused by name.
    (RESPONSES, "unsupported_value", r"background|conversation|prompt|include", r""),
    # What an item, a part or a tool needs depends on its kind, and kinds that are new are to be let in.
    (RESPONSES, "missing_required_parameter|invalid_type|invalid_value|unsupported_value|empty_array", r"(input|tools|tool_choice)\b.*", r""),
    (RESPONSES, "invalid_request", r"", r"Duplicate function declaration"),
    (RESPONSES, "unsupported_value", r"text\.format", r"either tools or JSON output"),
    (RESPONSES, "invalid_value|invalid_type|unsupported_value", r"text\.format\.schema.*", r"JSON Schema"),
    (RESPONSES, "invalid_request", r"input.*", r"Base64 decoding failed|file uri|MIME"),
]
if os.environ.get("FUZZ_GEMINI") == "true":
    # What the real Gemini refuses cannot be foretold; it must carry our code for that.
    NAMED_REFUSALS += [(operation, "invalid_request", r".*", r"") for operation in (CHAT, RESPONSES, "createEmbedding")]


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
