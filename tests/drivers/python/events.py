#!/usr/bin/python3
"""Which events reach the DataStax Python driver, and what it makes of them; see ../README.md."""

import argparse
import os
import sys
import threading
import time
import traceback

from cassandra.cluster import Cluster, ExecutionProfile, EXEC_PROFILE_DEFAULT
from cassandra.policies import RoundRobinPolicy, WhiteListRoundRobinPolicy

raw = []  # (type, change, subject), as the frames had them
lock = threading.Lock()


def note(kind):
    def take(event):
        with lock:
            raw.append((kind, event["change_type"], event["address"][0] if "address" in event else event["keyspace"]))
    return take


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--contact", required=True)
    parser.add_argument("--other", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--version", type=int, default=4)
    args = parser.parse_args()

    cluster = Cluster(
        [args.contact], port=args.port, protocol_version=args.version, status_event_refresh_window=0.2,
        topology_event_refresh_window=0.2, schema_event_refresh_window=0.2,
        execution_profiles={EXEC_PROFILE_DEFAULT: ExecutionProfile(load_balancing_policy=RoundRobinPolicy())})
    cluster.connect()
    # On the control connection itself, beside the driver's own watchers: what comes here came as a frame.
    cluster.control_connection._connection.register_watchers(
        {kind: note(kind) for kind in ("TOPOLOGY_CHANGE", "STATUS_CHANGE", "SCHEMA_CHANGE")}, register_timeout=5)
    print("ready", flush=True)

    for line in sys.stdin:
        words = line.split()
        if words[0] == "create":
            second = Cluster(
                [args.other], port=args.port, protocol_version=args.version,
                execution_profiles={EXEC_PROFILE_DEFAULT: ExecutionProfile(load_balancing_policy=WhiteListRoundRobinPolicy([args.other]))})
            second.connect().execute(
                "CREATE KEYSPACE %s WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}" % words[1])
            second.shutdown()
            known = lambda: words[1] in cluster.metadata.keyspaces
        elif words[0] == "expect":
            wanted, hosts, state = tuple(words[1:4]), int(words[4]), words[5]

            def known():
                up = {h.endpoint.address: h.is_up for h in cluster.metadata.all_hosts()}
                with lock:
                    return wanted in raw and len(up) == hosts and (state == "-" or up.get(words[3]) == (state == "up"))
        else:
            break

        deadline = time.monotonic() + 30
        while not known():
            if time.monotonic() > deadline:
                raise AssertionError("timed out: %s; %s; %s" % (line, raw, [(h, h.is_up) for h in cluster.metadata.all_hosts()]))
            time.sleep(0.02)
        print("seen " + line.strip(), flush=True)

    print("done", flush=True)


if __name__ == "__main__":
    try:
        main()
        os._exit(0)
    except BaseException:  # the driver's threads must not keep a failed check alive
        traceback.print_exc()
        sys.stdout.flush()
        os._exit(1)
