"""Runs a command with a terminal as its standard output; SIGUSR1 closes the terminal, SIGTERM is passed on."""

import os
import pty
import signal
import subprocess
import sys
import threading

master, slave = pty.openpty()
child = subprocess.Popen(sys.argv[1:], stdout=slave)
os.close(slave)
closed = threading.Event()


def read():
    while not closed.is_set():
        try:
            os.read(master, 65536)
        except OSError:
            return


def hang_up(_signal, _frame):
    closed.set()
    os.close(master)


signal.signal(signal.SIGUSR1, hang_up)
signal.signal(signal.SIGTERM, lambda *_: child.terminate())
threading.Thread(target=read, daemon=True).start()
sys.exit(child.wait())
