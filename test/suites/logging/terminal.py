"""Runs a command with a terminal as its standard output, and copies what it prints to our own. SIGUSR1 closes the terminal, SIGTERM is passed on."""

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
            os.write(1, os.read(master, 65536))
        except OSError:
            return


master, slave = pty.openpty()
child = subprocess.Popen(sys.argv[1:], stdout=slave)
os.close(slave)
closed = threading.Event()
# The signals are blocked only after the child has started, because it would inherit the blocking.
signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
reader = threading.Thread(target=read, daemon=True)
reader.start()
while child.poll() is None:
    received = signal.sigwait(SIGNALS)
    if received == signal.SIGTERM:
        child.terminate()
    if received == signal.SIGUSR1:
        closed.set()
        os.close(master)
# After the child has exited, the reader ends as soon as it has copied all output.
if not closed.is_set():
    reader.join()
sys.exit(child.returncode)
