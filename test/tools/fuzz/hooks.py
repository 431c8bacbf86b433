"""Adds what Schemathesis cannot read from the contract: ids of existing streams, and the refusals that no schema expresses.

FUZZ_STREAM is the id of a resumable stream. FUZZ_RESPONSES is a comma-separated list of the ids
of stored responses: the first one is read, the others are deleted. Both may be empty.
"""

import os
import re

import schemathesis

STREAM = os.environ.get("FUZZ_STREAM", "")
INTERACTION, *SPARE_INTERACTIONS = os.environ.get("FUZZ_INTERACTIONS", "").split(",")
RESPONSE, *SPARE = os.environ.get("FUZZ_RESPONSES", "").split(",")
turns = {"Last-Event-ID": 0, "completion_id": 0, "function_call": 0, "response": 0, "response_id": 0, "deleted": 0, "items": 0, "interaction_id": 0, "model": 0, "images": 0}

# An image of one pixel, as a data URI.
PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

# Parameters that createResponse always refuses, or whose made-up ids it cannot find.
REFUSED = ("background", "conversation", "prompt", "previous_response_id", "include")


def is_turn(name, of):
    """Return True in one of `of` calls. Calls are counted, so that all runs behave the same."""
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
    # A request with Last-Event-ID resumes a stream and never starts a chat: keep the header in 1 of
    # 20.
    if operation == "createChatCompletion" and "Last-Event-ID" in case.headers:
        if is_turn("Last-Event-ID", of=20) and STREAM:
            case.headers["Last-Event-ID"] = f"{STREAM}:1"
        else:
            del case.headers["Last-Event-ID"]
    # A request that requires a function must declare it. Generated names never match, so keep such
    # members in 1 of 20 requests.
    if operation == "createChatCompletion" and isinstance(case.body, dict) and not is_turn("function_call", of=20):
        case.body = {name: value for name, value in case.body.items() if not demands_function(name, value)}
    # Generated ids do not exist and are answered with 404, so most requests get the id of an
    # existing stream.
    if operation == "getChatCompletion" and STREAM and not is_turn("completion_id", of=3):
        case.path_parameters["completion_id"] = STREAM
        if "Last-Event-ID" in case.headers:
            case.headers["Last-Event-ID"] = f"{STREAM}:1"
    # Generated models do not exist and are answered with 404, and the compatible API refuses log
    # probabilities with 400: most requests get an existing model and no log probabilities.
    if operation in ("createMessage", "countMessageTokens", "createCompletion") and isinstance(case.body, dict) and not is_turn("model", of=10):
        case.body = {name: value for name, value in case.body.items() if name != "logprobs"}
        if not str(case.body.get("model")).removeprefix("models/").startswith("gemini-"):
            case.body["model"] = "gemini-3.8-flash"
    # Generated text is not a valid image, so most requests get an image of one pixel.
    if operation == "createImageEdit" and case.media_type == "application/json" and isinstance(case.body, dict) and not is_turn("images", of=4):
        case.body = {**case.body, "images": [{"image_url": PIXEL}], "mask": None}
    if operation in ("createResponse", "countInputTokens"):
        change_response(case)
    # A generated or deleted id is answered with 404, so most requests get an id that exists.
    if operation == "deleteResponse" and SPARE and not is_turn("deleted", of=3):
        case.path_parameters["response_id"] = SPARE.pop()
    if operation in ("deleteInteraction", "cancelInteraction") and SPARE_INTERACTIONS and not is_turn("interaction_id", of=3):
        case.path_parameters["interaction_id"] = SPARE_INTERACTIONS.pop()
    if operation == "getInteraction" and INTERACTION and not is_turn("interaction_id", of=3):
        case.path_parameters["interaction_id"] = INTERACTION
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
    # The required members of an item depend on its type, so generated items are rarely valid:
    # keep one in four.
    if "input" not in case.body or not isinstance(case.body["input"], str) and not is_turn("items", of=4):
        case.body["input"] = "hello"


CHAT = "createChatCompletion"
RESPONSES = "createResponse"
PART = r"messages\[\d+\]\.content\[\d+\]\."

# Stands for all operations.
ANY = None

# Requests that match the schemas and are refused with 400: operation, code, param, message
# (patterns, except the operation). Each comment explains why the schema cannot express the rule.
NAMED_REFUSALS = [
    # The contract is the same with the compatible API.
    (ANY, "unsupported_value", r"", r"native (Gemini )?API"),
    # A schema cannot tell which models generate speech, or only transcribe recordings.
    (ANY, "unsupported_value", r"model", r"answers with speech only|only transcribes"),
    (ANY, "invalid_request", r".*", r"The request has no audio|Tool use is not supported for this model"),
    # Schemathesis sends an object in a form as text that is not JSON.
    ("createFile", "invalid_type", r"expires_after", r""),
    # Stated only in a description of the contract: token ids of OpenAI's tokenizer mean nothing to
    # Gemini.
    ("createEmbedding", "unsupported_value", r"input", r"Token numbers"),
    ("createCompletion", "unsupported_value", r"prompt", r"Token numbers"),
    ("createCompletion", "array_too_long", r"prompt", r"at most 20 texts"),
    # Rules for two parameters together, and features that no or few Gemini models have.
    ("createCompletion", "unsupported_value", r"n|logprobs", r""),
    ("createCompletion", "invalid_value", r"best_of", r"less than"),
    # The contract allows all voices and formats of OpenAI; Gemini supports only some of them.
    ("createSpeech", "unsupported_value", r"voice|response_format", r""),
    # A generated file is not a recording. Gemini lacks log probabilities and known speakers; few
    # models have timestamps.
    ("createTranscription", "unsupported_value", r"file|include|known_speaker_\w+|response_format|stream|keywords|model", r""),
    ("createTranscription", "invalid_value", r"languages?", r""),
    # Tool calls must match their results in later messages.
    (CHAT, "invalid_value", r"messages\[\d+\]\.(tool_calls|tool_call_id|function_call|role)", r""),
    # The function that a request requires must be declared in it; no other type of tool can be
    # required.
    (CHAT, "invalid_value|unsupported_value", r"tool_choice.*|function_call\.name", r""),
    # Gemini does not support these parameters. They are refused, because ignoring them would
    # silently change the answer.
    (CHAT, "unsupported_value", r"n|logprobs|modalities|tools\[\d+\]\.type", r""),
    (CHAT, "unsupported_value", PART + r"(file\.file_id|input_audio\.format)", r""),
    # Older models support either tools or JSON output.
    (CHAT, "unsupported_value", r"response_format", r"either tools or JSON output"),
    # The schema declares media as strings, so generated text matches it without being valid media.
    (CHAT, "invalid_value|unsupported_value", PART + r"(image_url\.url|file\.file_data|video_url\.url|input_audio\.data)", r"data URI|does not support media|media is empty|media URL|[Oo]ffice documents|Links to videos|Audio must be in one of these formats"),
    (CHAT, "invalid_request", r"messages|" + PART + r"(image_url\.url|input_audio\.data)", r"Base64 decoding failed|file uri|MIME"),
    # An empty file is a valid string; the native API refuses it.
    (CHAT, "invalid_request", r"", r"mime_type and data must be specified"),
    # The contract follows OpenAI's, in which these members are optional, but OpenAI's API requires
    # them.
    (CHAT, "missing_required_parameter", r"response_format\.json_schema\.schema|" + PART + r"file\.file_data", r""),
    # Google's own settings are passed on unchanged, so that Google may refuse them.
    (CHAT, "invalid_request", r"extra_body\.google\..*", r""),
    (RESPONSES, "invalid_request", r"extra_body\.google\..*", r""),
    # Features that need storage at OpenAI or that Gemini lacks.
    (RESPONSES, "unsupported_value", r"background|conversation|prompt|include", r""),
    # The required members of an item, a part or a tool depend on its type; the schema allows new
    # types.
    (RESPONSES, "missing_required_parameter|invalid_type|invalid_value|unsupported_value|empty_array|string_too_short", r"(input|tools|tool_choice)\b.*", r""),
    (RESPONSES, "unsupported_value", r"text\.format", r"either tools or JSON output"),
    (RESPONSES, "invalid_request", r"input.*", r"Base64 decoding failed|file uri|MIME"),
    (RESPONSES, "invalid_request", r"", r"mime_type and data must be specified"),
]
MESSAGES = "createMessage"
COUNT_MESSAGES = "countMessageTokens"
NAMED_REFUSALS += [
    refusal
    for operation in (MESSAGES, COUNT_MESSAGES)
    for refusal in (
        # The required members of a block or a tool depend on its type; the schema allows new types.
        (operation, "missing_required_parameter|invalid_type|invalid_value|unsupported_value", r"(messages|system|tools|tool_choice)\b.*", r""),
        # Stated only in a description of the contract: the proxy refuses message threads. On this
        # code, SDKs send the whole conversation.
        (operation, "thread_unsupported_request", r"thread", r""),
        (operation, "unsupported_value", r"output_config\.format", r"either tools or JSON output"),
        (operation, "invalid_request", r"(messages.*)?", r"Base64 decoding failed|file uri|MIME|mime_type and data must be specified"),
    )
]
COUNT = "countInputTokens"
NAMED_REFUSALS += [(COUNT, *refusal) for operation, *refusal in NAMED_REFUSALS if operation == RESPONSES]
# A schema cannot tell which models generate images.
NAMED_REFUSALS += [
    (operation, "unsupported_value", r"(?:extra_body\.google\.)?image_?[cC]onfig.*", r"")
    for operation in (CHAT, RESPONSES, COUNT, MESSAGES, COUNT_MESSAGES, "createCompletion")
]
NAMED_REFUSALS += [
    # The type of generated bytes is usually unknown.
    ("createFile", "unsupported_value", r"purpose|file", r"batches|type of this file is unknown"),
    ("createFile", "invalid_value|invalid_type", r"file", r"empty|too long|expected a file"),
]
IMAGE, EDIT = "createImage", "createImageEdit"
NAMED_REFUSALS += [
    refusal
    for operation in (IMAGE, EDIT)
    for refusal in (
        # Stated only in a description of the contract: Gemini supports 14 aspect ratios and four
        # sizes, depending on the model.
        (operation, "invalid_value|unsupported_value", r"size|quality|background|model", r""),
    )
]
NAMED_REFUSALS += [
    # In the schema, media are strings or files of any type, and an image may lack both URL and id.
    (EDIT, "invalid_value|unsupported_value|invalid_request", r"(images?\b.*)?", r"data URI|does not support media|media is empty|file is empty|type of this file|either `image_url` or `file_id`|Base64|MIME|file"),
    (EDIT, "missing_required_parameter", r"image", r""),
    # Schemathesis sends a file as text if the schema has alternatives.
    (EDIT, "invalid_type", r"(image|mask)\b.*", r"got a string"),
]
if os.environ.get("FUZZ_GEMINI") == "true":
    # It cannot be predicted which requests the real Gemini refuses, but all its refusals must have
    # the code `invalid_request`.
    NAMED_REFUSALS += [(ANY, "invalid_request", r".*", r"")]


# Paths of Google's own API. On the native API, Google itself checks the content of these requests;
# on the compatible API, the proxy refuses all of them.
GOOGLE = "/v1beta/"


def refused_as_by_google(response):
    answer = response.json()
    # Without `alt=sse`, Google's streams are JSON arrays, so an error is the only element of one.
    error = (answer[0] if isinstance(answer, list) else answer)["error"]
    reasons = [detail["reason"] for detail in error.get("details", []) if detail.get("domain") == "gemini-proxy"]
    assert error.get("status", "INVALID_ARGUMENT") in ("INVALID_ARGUMENT", "FAILED_PRECONDITION"), error
    assert reasons == [] or re.search("^Gemini refused the request|OpenAI-compatible API only|^The header Api-Revision must be a date", error["message"]), error


@schemathesis.check
def refused_for_a_named_reason(context, response, case):
    if response.status_code != 400 or not is_positive(case):
        return
    if case.operation.path.startswith(GOOGLE):
        return refused_as_by_google(response)
    operation = case.operation.definition.raw.get("operationId")
    error = response.json()["error"]
    if "details" in error:  # in Anthropic's form
        error = {**error, "code": error["details"]["error_code"], "param": error["details"].get("param")}
    for name, code, param, message in NAMED_REFUSALS:
        if name in (ANY, operation) and re.fullmatch(code, error["code"]) and re.fullmatch(param, error["param"] or "") and re.search(message, error["message"]):
            return
    raise AssertionError(f"A request that matches the contract is refused: {error['code']} at {error['param']}: {error['message']}")
