"""Runs one of the SDKs for test/suites/protocols/pythonSdk.ts, which has the other end of the pipes.

Reads one JSON object a line, {"id", "do", ...arguments} or {"id", "cancel": true}, and prints
{"id", "text"} for each piece of a stream, then {"id", "result"} or {"id", "kind", "message"}.

usage: python worker.py anthropic|google
"""

import asyncio
import importlib
import json
import sys


def say(**message):
    print(json.dumps(message), flush=True)


class Worker:
    def __init__(self, adapter):
        self.adapter = adapter
        self.chats = {}
        self.tasks = {}

    async def send(self, id, chat, options, server, turn, isStream):
        conversation = self.chats.setdefault(chat, self.adapter.Chat(options))
        return await conversation.send(server, turn, isStream, lambda text: say(id=id, text=text))

    async def run(self, id, do, **arguments):
        try:
            if do == "send":
                result = await self.send(id, **arguments)
            elif do == "version":
                result = self.adapter.VERSION
            else:
                result = await getattr(self.adapter, do)(**arguments)
            say(id=id, result=result)
        except asyncio.CancelledError:
            say(id=id, kind="aborted", message="cancelled")
        except Exception as error:
            say(id=id, kind=self.adapter.kind_of(error), message=repr(error))
        finally:
            self.tasks.pop(id, None)

    async def serve(self):
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=2**24)
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            request = json.loads(line)
            if request.pop("cancel", False):
                if task := self.tasks.get(request["id"]):
                    task.cancel()
            else:
                self.tasks[request["id"]] = loop.create_task(self.run(**request))


asyncio.run(Worker(importlib.import_module(f"{sys.argv[1]}_adapter")).serve())
