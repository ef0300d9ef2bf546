#!/usr/bin/python3
"""The DataStax Python driver does what a session store does; see ../README.md."""

import argparse
import os
import ssl
import sys
import threading
import time
import traceback

from cassandra import ConsistencyLevel
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import Cluster, ExecutionProfile, EXEC_PROFILE_DEFAULT
from cassandra.query import SimpleStatement
from cassandra.policies import DCAwareRoundRobinPolicy, ExponentialReconnectionPolicy, HostStateListener, TokenAwarePolicy


def ok(what):
    print("ok", what, flush=True)


class Listener(HostStateListener):
    """What the driver learns of hosts, from events and from its own connections."""

    def __init__(self):
        self.seen = []

    def on_add(self, host):
        self.seen.append(("add", host.endpoint.address))

    def on_up(self, host):
        self.seen.append(("up", host.endpoint.address))

    def on_down(self, host):
        self.seen.append(("down", host.endpoint.address))

    def on_remove(self, host):
        self.seen.append(("remove", host.endpoint.address))


def wait_until(condition, what, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("timed out: " + what)
        time.sleep(0.05)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--contact", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--version", type=int, default=4)
    parser.add_argument("--dc", required=True)
    parser.add_argument("--nodes", type=int, required=True)
    parser.add_argument("--datacenters", type=int, required=True)
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--ca")
    args = parser.parse_args()

    profile = ExecutionProfile(
        load_balancing_policy=TokenAwarePolicy(DCAwareRoundRobinPolicy(local_dc=args.dc)), request_timeout=20)
    # Version 0 lets the driver begin with the newest it knows and go down until the server speaks it.
    extras = {"protocol_version": args.version} if args.version else {}
    if args.ca:
        extras["ssl_context"] = ssl.create_default_context(cafile=args.ca)
        extras["ssl_context"].check_hostname = False  # the driver would check it against the contact point alone
    cluster = Cluster(
        [args.contact], port=args.port, **extras,
        auth_provider=PlainTextAuthProvider(args.user, args.password) if args.user else None,
        execution_profiles={EXEC_PROFILE_DEFAULT: profile},
        reconnection_policy=ExponentialReconnectionPolicy(0.2, 1.0), status_event_refresh_window=0.2)
    listener = Listener()
    cluster.register_listener(listener)
    session = cluster.connect()
    ok("connected with protocol version %d" % session.cluster.protocol_version)

    wait_until(lambda: len(cluster.metadata.all_hosts()) == args.nodes, "all nodes discovered")
    datacenters = {h.datacenter for h in cluster.metadata.all_hosts()}
    assert len(datacenters) == args.datacenters, datacenters
    ok("discovered %d nodes in %d data centres" % (args.nodes, args.datacenters))

    factors = ", ".join("'%s': %d" % (d, min(3, args.nodes // args.datacenters)) for d in sorted(datacenters))
    session.execute("CREATE KEYSPACE IF NOT EXISTS py WITH replication = {'class': 'NetworkTopologyStrategy', %s}" % factors)
    session.execute("CREATE TABLE IF NOT EXISTS py.values (key text PRIMARY KEY, value blob)")
    wait_until(lambda: "py" in cluster.metadata.keyspaces and "values" in cluster.metadata.keyspaces["py"].tables, "schema known")
    assert list(cluster.metadata.keyspaces["py"].tables["values"].columns) == ["key", "value"]
    ok("schema created and described")

    insert = session.prepare("INSERT INTO py.values (key, value) VALUES (?, ?) USING TTL ?")
    select = session.prepare("SELECT value, TTL(value) AS ttl FROM py.values WHERE key = ?")
    delete = session.prepare("DELETE FROM py.values WHERE key = ?")
    insert.consistency_level = select.consistency_level = ConsistencyLevel.LOCAL_QUORUM
    delete.consistency_level = ConsistencyLevel.EACH_QUORUM
    assert insert.routing_key_indexes == [0], insert.routing_key_indexes
    ok("prepared")

    began = time.monotonic()
    for i in range(50):
        session.execute(insert, ("k%d" % i, b"v" * i, 1000))
    for i in range(50):
        row = session.execute(select, ("k%d" % i,)).one()
        passed = time.monotonic() - began  # of which the lab's clock makes three times as much, at most
        assert row.value == b"v" * i and 998 - 3 * passed <= row.ttl <= 1000, (row, passed)
    session.execute(delete, ("k0",))
    assert session.execute(select, ("k0",)).one() is None
    ok("written with TTL, read at LOCAL_QUORUM, deleted at EACH_QUORUM")

    traced = session.execute(select, ("k1",), trace=True)
    trace = traced.get_query_trace(max_wait_sec=10)
    wait_until(lambda: trace.populate(max_wait=10) or trace.events, "the trace has events")
    assert trace.request_type == "Execute CQL3 prepared query", trace.request_type
    assert trace.coordinator in {h.endpoint.address for h in cluster.metadata.all_hosts()}, trace.coordinator
    assert trace.parameters["consistency_level"] == "LOCAL_QUORUM" and trace.parameters["query"] == select.query_string, trace.parameters
    assert any(e.description.startswith("READ_RSP message received from ") for e in trace.events), trace.events
    assert all(e.source == trace.coordinator and e.source_elapsed <= trace.duration for e in trace.events), trace.events
    ok("traced: %s in %s, %d events" % (trace.request_type, trace.duration, len(trace.events)))

    pages = SimpleStatement("SELECT key FROM py.values", fetch_size=10)
    rows = session.execute(pages)
    assert rows.has_more_pages and rows.paging_state and len(rows.current_rows) == 10, rows.current_rows
    assert len({row.key for row in rows}) == 49
    resumed = session.execute(pages, paging_state=session.execute(pages).paging_state)
    assert len(list(resumed)) == 39
    ok("read in pages of 10, and on from a page's state")

    key = "k1"
    replicas = cluster.metadata.get_replicas("py", key.encode())
    assert len(replicas) == min(3, args.nodes // args.datacenters) * args.datacenters, replicas
    ok("replicas computed from the ring")

    failures = []
    stop = threading.Event()

    def read_on():
        while not stop.is_set():
            try:
                assert session.execute(select, (key,)).one().value == b"v"
            except Exception as error:  # whatever it is, the check has to say so
                failures.append(repr(error))
            time.sleep(0.02)

    reader = threading.Thread(target=read_on, daemon=True)
    reader.start()
    print("ready", flush=True)
    assert sys.stdin.readline().strip() == "go on"
    wait_until(lambda: any(s[0] == "down" for s in listener.seen), "a DOWN was seen")
    wait_until(lambda: any(s[0] == "up" for s in listener.seen[[s[0] for s in listener.seen].index("down"):]), "an UP was seen")
    # Hosts of the other data centre have no opinion attached to them: the policy ignores them.
    wait_until(lambda: all(h.is_up is not False for h in cluster.metadata.all_hosts()), "no host down any more")
    stop.set()
    reader.join()
    print("failures", len(failures), *failures[:3], flush=True)
    assert not failures
    for i in range(50):
        session.execute(insert, ("after%d" % i, b"x", 0))
        assert session.execute(select, ("after%d" % i,)).one().value == b"x"
    ok("survived a reboot: " + " ".join(sorted({s[0] for s in listener.seen})))

    before = {h.endpoint.address: h.host_id for h in cluster.metadata.all_hosts()}
    print("ready to reimage", flush=True)
    assert sys.stdin.readline().strip() == "go on"

    def changed():
        cluster.refresh_nodes()
        return [h for h in cluster.metadata.all_hosts() if h.is_up and before[h.endpoint.address] != h.host_id]

    wait_until(changed, "a host id has changed")
    assert len(cluster.metadata.all_hosts()) == args.nodes and len(changed()) == 1, before
    for i in range(50):
        assert session.execute(select, ("after%d" % i,)).one().value == b"x"
    ok("a reimaged node is at its address under a new host id")
    cluster.shutdown()
    print("done", flush=True)


if __name__ == "__main__":
    try:
        main()
    except BaseException:  # the driver's threads must not keep a failed check alive
        traceback.print_exc()
        sys.stdout.flush()
        os._exit(1)
