"""Runs a command with a terminal as its standard output; SIGUSR1 closes the terminal, SIGTERM is passed on."""

import os
import pty
import signal
import subprocess
import sys
import threading

SIGNALS = {signal.SIGUSR1, signal.SIGTERM, signal.SIGCHLD}


def read():
    while not closed.is_set():
        try:
            os.read(master, 65536)
        except OSError:
            return


master, slave = pty.openpty()
child = subprocess.Popen(sys.argv[1:], stdout=slave)
os.close(slave)
closed = threading.Event()
# After the start of the child, which would inherit it.
signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
threading.Thread(target=read, daemon=True).start()
while child.poll() is None:
    received = signal.sigwait(SIGNALS)
    if received == signal.SIGTERM:
        child.terminate()
    if received == signal.SIGUSR1:
        closed.set()
        os.close(master)
sys.exit(child.returncode)
