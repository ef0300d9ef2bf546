#!/usr/bin/python3
"""Prepared reads through the DataStax Python driver: a round a line on standard input."""

import argparse
import sys
import threading
import time

from cassandra import ConsistencyLevel
from cassandra.cluster import Cluster

options = argparse.ArgumentParser()
options.add_argument("--contact")
options.add_argument("--port", type=int, default=9042)
options.add_argument("--in-flight", type=int, default=64)
options.add_argument("--keys", type=int, default=10000)
options.add_argument("--value-bytes", type=int, default=1024)
options.add_argument("--seconds", type=float, default=1.5)
given = options.parse_args()

session = Cluster([given.contact], port=given.port, protocol_version=5).connect()
read = session.prepare("SELECT value FROM kask.values WHERE key = ?")
read.consistency_level = ConsistencyLevel.LOCAL_QUORUM


def round_of(length):
    began = time.monotonic()
    over = began + length
    reads = [0]
    left = [given.in_flight]
    done = threading.Event()
    lock = threading.Lock()

    def ask(number):
        if time.monotonic() >= over:
            with lock:
                left[0] -= 1
                if left[0] == 0:
                    done.set()
            return
        key = "session-%08d" % (number % given.keys)
        session.execute_async(read, (key,)).add_callbacks(answered, failed, callback_args=(number,))

    def answered(rows, number):
        assert len(rows[0].value) == given.value_bytes
        with lock:
            reads[0] += 1
        ask(number + given.in_flight + 1)

    def failed(error):
        print("failed", error, flush=True)
        done.set()

    for number in range(given.in_flight):
        ask(number)
    done.wait()
    print("round %d %.4f nan" % (reads[0], time.monotonic() - began), flush=True)


round_of(2 * given.seconds)
print("ready", flush=True)
for _ in sys.stdin:
    round_of(given.seconds)
