"""Speaks and transcribes through a running proxy with the official Python SDK.

Prints the results as one JSON object.

usage: PROXY_URL=http://127.0.0.1:9000 PROXY_TOKEN=token TTS=gemini-3.8-flash-tts TRANSCRIBER=gemini-3.5-transcribe python audio.py
"""

import asyncio
import io
import json
import os
import wave

import openai
from openai import APIError, AsyncOpenAI, OpenAI

BASE_URL = os.environ["PROXY_URL"] + "/v1"
TOKEN = os.environ["PROXY_TOKEN"]
TTS = os.environ["TTS"]
TRANSCRIBER = os.environ["TRANSCRIBER"]
TEXT = "Hello there. How are you?"


def wave_of(data):
    with wave.open(io.BytesIO(data)) as file:
        frames = file.readframes(file.getnframes())
        return [file.getnchannels(), file.getsampwidth(), file.getframerate(), len(frames)]


def error_of(call):
    try:
        call()
    except APIError as error:
        return [type(error).__name__, getattr(error, "status_code", None), error.code, error.param]
    return None


async def asynchronous():
    async with AsyncOpenAI(base_url=BASE_URL, api_key=TOKEN, max_retries=0) as client:
        pieces = []
        async with client.audio.speech.with_streaming_response.create(
            model=TTS, voice="coral", input=TEXT, response_format="pcm"
        ) as response:
            async for piece in response.iter_bytes(4096):
                pieces.append(piece)
        return len(b"".join(pieces))


def main():
    client = OpenAI(base_url=BASE_URL, api_key=TOKEN, max_retries=0, timeout=20)
    create = client.audio.speech.create
    transcribe = client.audio.transcriptions.create
    sound = create(model=TTS, voice="alloy", input=TEXT, response_format="wav").read()
    named = ("speech.wav", sound)
    results = {
        "version": openai.__version__,
        "wave": wave_of(sound),
        "default": wave_of(create(model=TTS, voice="alloy", input=TEXT).read()),
        "pcm": asyncio.run(asynchronous()),
        "json": transcribe(model=TRANSCRIBER, file=named).text,
        "text": transcribe(model=TRANSCRIBER, file=named, response_format="text"),
        "srt": transcribe(model=TRANSCRIBER, file=named, response_format="srt"),
        "mp3": error_of(lambda: create(model=TTS, voice="alloy", input=TEXT, response_format="mp3")),
        "unknown_model": error_of(lambda: transcribe(model="whisper-1", file=named)),
    }
    verbose = transcribe(model=TRANSCRIBER, file=named, response_format="verbose_json", timestamp_granularities=["word", "segment"])
    results["words"] = [[word.word, word.start, word.end] for word in verbose.words]
    results["segments"] = [[segment.id, segment.start, segment.end, segment.text] for segment in verbose.segments]
    # The SDK can stream transcriptions since version 1.67.
    events = [event.to_dict() for event in transcribe(model=TRANSCRIBER, file=named, stream=True)]
    results["events"] = [event["type"] for event in events]
    results["streamed"] = "".join(event.get("delta", "") for event in events)
    print(json.dumps(results))


main()
