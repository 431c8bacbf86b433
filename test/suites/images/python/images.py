"""Makes, edits and streams images with the installed version of the official Python SDK.

usage: PROXY_URL=http://127.0.0.1:9000 PROXY_TOKEN=... python images.py
Prints {"version", "generated", "edited", "streamed", "edit_streamed", "refused"}.
"""

import base64
import json
import os
import struct
import zlib

import openai
from openai import BadRequestError, OpenAI

MODEL = "gemini-3.1-flash-image"
client = OpenAI(base_url=f"{os.environ['PROXY_URL']}/v1", api_key=os.environ["PROXY_TOKEN"], max_retries=0, timeout=60)


def png(width, height):
    """A black image, made without a library."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress((b"\0" * (width + 1)) * height)) + chunk(b"IEND", b"")


def size_of(text):
    """Width and height of a JPEG, from its frame header."""
    data = base64.b64decode(text, validate=True)
    assert data[:2] == b"\xff\xd8" and data[-2:] == b"\xff\xd9", "no whole JPEG"
    at = 2
    while data[at + 1] != 0xC0:
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    height, width = struct.unpack(">HH", data[at + 5 : at + 9])
    return [width, height]


def streamed(method, **params):
    # Version 1 of the SDK streams images, too: its last releases have the parameter `stream`.
    return [[event.type, size_of(event.b64_json), event.usage.output_tokens > 1000] for event in method(stream=True, **params)]


generated = client.images.generate(model=MODEL, prompt="A lighthouse", size="1536x1024", n=2)
edited = client.images.edit(model=MODEL, prompt="Make it night", image=[("a.png", png(3, 2), "image/png"), ("b.png", png(5, 4), "image/png")], size="1024x1536")
try:
    client.images.generate(model="gemini-3.8-flash", prompt="A lighthouse")
    refused = None
except BadRequestError as error:
    refused = [error.status_code, error.code, error.param]
print(
    json.dumps(
        {
            "version": openai.__version__.split(".")[0],
            "generated": [size_of(image.b64_json) for image in generated.data],
            "usage": generated.usage.output_tokens > 2000,
            "edited": [size_of(image.b64_json) for image in edited.data],
            "streamed": streamed(client.images.generate, model=MODEL, prompt="A lighthouse"),
            "edit_streamed": streamed(client.images.edit, model=MODEL, prompt="Night", image=("a.png", png(3, 2), "image/png")),
            "refused": refused,
        }
    )
)
