"""Runs a command on a terminal: types what the steps say, and prints its output and exit code as JSON.

usage: terminal.py STEPS COMMAND...; STEPS is a JSON list of [pattern, keys]: once the pattern appears in what
has been written since the step before, the keys are typed. A number instead of keys is a signal for the command.
"""

import json
import os
import pty
import re
import select
import sys
import time

LIMIT_S = 60
steps = json.loads(sys.argv[1])
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])

output, seen, end, is_ended = "", 0, time.monotonic() + LIMIT_S, False
pending = b""
while not is_ended and time.monotonic() < end:
    readable, _, _ = select.select([terminal], [], [], 0.1)
    if readable:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            data = b""
        is_ended = data == b""
        pending += data
        text = pending.decode("utf-8", "ignore")
        if len(pending) == len(text.encode()):
            output, pending = output + text, b""
    while steps and (match := re.search(steps[0][0], output[seen:])):
        seen += match.end()
        _, keys = steps.pop(0)
        if isinstance(keys, int):
            os.kill(child, keys)
        else:
            os.write(terminal, keys.encode())
if not is_ended:
    os.kill(child, 9)
_, status = os.waitpid(child, 0)
print(json.dumps({"output": output, "code": os.waitstatus_to_exitcode(status), "left": steps}))
