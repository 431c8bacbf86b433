"""Runs a command and records what it requests from the network beyond this machine.

usage: python3 loopback.py NOTES PORT [SOCKET] -- COMMAND...

NOTES   file to write: a JSON array with the first line of each connection to the forward proxy
        that the command's environment names
PORT    loopback port that the command may reach
SOCKET  Unix socket that PORT is forwarded to. If given, this script runs in a separate network
        namespace: it brings the loopback up, the only interface there
"""

import asyncio
import fcntl
import json
import os
import socket
import struct
import sys

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def raise_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        name, flags = struct.unpack("16sh", fcntl.ioctl(channel, SIOCGIFFLAGS, struct.pack("16sh", b"lo", 0)))
        fcntl.ioctl(channel, SIOCSIFFLAGS, struct.pack("16sh", name, flags | IFF_UP))


async def pump(reader, writer):
    try:
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    except ConnectionError:
        pass  # closing this side notifies the other one
    writer.close()


async def main(notes, port, path, command):
    requests = []

    async def relay(reader, writer):
        there, back = await asyncio.open_unix_connection(path)
        await asyncio.gather(pump(reader, back), pump(there, writer))

    async def refuse(reader, writer):
        requests.append((await reader.readline()).decode(errors="replace").strip())
        writer.close()

    if path:
        raise_loopback()
        await asyncio.start_server(relay, "127.0.0.1", port)
    trap = await asyncio.start_server(refuse, "127.0.0.1", 0)
    way_out = "http://127.0.0.1:%d" % trap.sockets[0].getsockname()[1]
    env = {**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        env[name] = env[name.lower()] = way_out
    child = await asyncio.create_subprocess_exec(*command, env=env)
    asyncio.get_running_loop().add_signal_handler(15, child.terminate)
    code = await child.wait()
    with open(notes, "w") as file:
        json.dump(requests, file)
    return code


split = sys.argv.index("--")
given, command = sys.argv[1:split], sys.argv[split + 1 :]
sys.exit(asyncio.run(main(given[0], int(given[1]), given[2] if len(given) > 2 else None, command)))
