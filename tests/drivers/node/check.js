'use strict';
// The Node.js driver does what a session store does; see ../README.md.
const assert = require('node:assert');
const fs = require('node:fs');
const readline = require('node:readline');
const cassandra = require('cassandra-driver');

const args = {};
for (let i = 2; i < process.argv.length; i += 2) args[process.argv[i].slice(2)] = process.argv[i + 1];
const { consistencies } = cassandra.types;
const ok = what => console.log('ok ' + what);
const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));

async function waitUntil(condition, what, seconds = 30) {
  const deadline = Date.now() + seconds * 1000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('timed out: ' + what);
    await sleep(50);
  }
}

async function main() {
  const nodes = Number(args.nodes), datacenters = Number(args.datacenters), factor = Math.min(3, nodes / datacenters);
  const options = () => ({
    contactPoints: [`${args.contact}:${args.port}`],
    localDataCenter: args.dc,
    protocolOptions: { maxVersion: Number(args.version), port: Number(args.port) },
    policies: { reconnection: new cassandra.policies.reconnection.ConstantReconnectionPolicy(300) },
    authProvider: args.user ? new cassandra.auth.PlainTextAuthProvider(args.user, args.password) : undefined,
    socketOptions: { readTimeout: 20000 },
    sslOptions: args.ca ? { ca: [fs.readFileSync(args.ca)], checkServerIdentity: () => undefined } : undefined,
  });
  const client = new cassandra.Client(options());
  const seen = [];
  for (const event of ['hostUp', 'hostDown', 'hostAdd', 'hostRemove']) client.on(event, host => seen.push([event, host.address]));
  await client.connect();
  ok('connected with protocol version ' + client.controlConnection.protocolVersion);

  await waitUntil(() => client.hosts.length === nodes, 'all nodes discovered');
  const names = [...new Set(client.hosts.values().map(h => h.datacenter))].sort();
  assert.strictEqual(names.length, datacenters);
  ok(`discovered ${nodes} nodes in ${datacenters} data centres`);

  const factors = names.map(d => `'${d}': ${factor}`).join(', ');
  await client.execute(`CREATE KEYSPACE IF NOT EXISTS js WITH replication = {'class': 'NetworkTopologyStrategy', ${factors}}`);
  await client.execute('CREATE TABLE IF NOT EXISTS js.values (key text PRIMARY KEY, value blob)');
  const table = await client.metadata.getTable('js', 'values');
  assert.deepStrictEqual(table.columns.map(c => c.name), ['key', 'value']);
  assert.deepStrictEqual(table.partitionKeys.map(c => c.name), ['key']);
  ok('schema created and described');

  const quorum = { prepare: true, consistency: consistencies.localQuorum };
  const insert = 'INSERT INTO js.values (key, value) VALUES (?, ?) USING TTL ?';
  const select = 'SELECT value, TTL(value) AS ttl FROM js.values WHERE key = ?';
  const began = Date.now();
  for (let i = 0; i < 50; i++) await client.execute(insert, ['k' + i, Buffer.alloc(i, 'v'), 1000], quorum);
  for (let i = 0; i < 50; i++) {
    const row = (await client.execute(select, ['k' + i], quorum)).first();
    assert.strictEqual(row.value.length, i);
    const passed = (Date.now() - began) / 1000; // of which the lab's clock makes three times as much, at most
    assert.ok(row.ttl >= 998 - 3 * passed && row.ttl <= 1000, `${row.ttl} after ${passed} s`);
  }
  await client.execute('DELETE FROM js.values WHERE key = ?', ['k0'], { prepare: true, consistency: consistencies.eachQuorum });
  assert.strictEqual((await client.execute(select, ['k0'], quorum)).first(), null);
  ok('prepared; written with TTL, read at LOCAL_QUORUM, deleted at EACH_QUORUM');

  const traced = await client.execute(select, ['k1'], { ...quorum, traceQuery: true });
  const trace = await client.metadata.getTrace(traced.info.traceId);
  assert.strictEqual(trace.requestType, 'Execute CQL3 prepared query');
  assert.strictEqual(trace.parameters.consistency_level, 'LOCAL_QUORUM');
  assert.ok(typeof trace.duration === 'number' && trace.coordinator, JSON.stringify(trace));
  ok(`traced: ${trace.requestType} in ${trace.duration} us`);

  const keys = [];
  let state, pages = 0;
  do {
    const page = await client.execute('SELECT key FROM js.values', [], { ...quorum, fetchSize: 10, pageState: state });
    keys.push(...page.rows.map(r => r.key));
    state = page.pageState;
    pages++;
  } while (state);
  assert.strictEqual(new Set(keys).size, 49);
  assert.deepStrictEqual([keys.length, pages], [49, 5]);
  ok('read in pages of 10, and on from a page\'s state');

  await client.metadata.refreshKeyspace('js');
  const replicas = client.getReplicas('js', Buffer.from('k1'));
  assert.strictEqual(replicas.length, factor * datacenters);
  ok('replicas computed from the ring');

  // A read that is on its way when its node goes down: the driver repeats it elsewhere only when told that it may.
  const repeatable = { ...quorum, isIdempotent: true };
  const failures = [];
  let stopped = false;
  const reader = (async () => {
    while (!stopped) {
      try {
        assert.strictEqual((await client.execute(select, ['k1'], repeatable)).first().value.length, 1);
      } catch (error) {
        failures.push(String(error));
      }
      await sleep(20);
    }
  })();
  console.log('ready');
  const input = readline.createInterface({ input: process.stdin });
  const goOn = async () => assert.strictEqual((await new Promise(resolve => input.once('line', resolve))).trim(), 'go on');
  await goOn();
  await waitUntil(() => seen.some(s => s[0] === 'hostDown'), 'a DOWN was seen');
  await waitUntil(() => seen.slice(seen.findIndex(s => s[0] === 'hostDown')).some(s => s[0] === 'hostUp'), 'an UP was seen');
  await waitUntil(() => client.hosts.values().every(h => h.isUp()), 'all hosts up again');
  stopped = true;
  await reader;
  console.log('failures', failures.length, failures.slice(0, 3).join(' '));
  assert.strictEqual(failures.length, 0);
  for (let i = 0; i < 50; i++) {
    await client.execute(insert, ['after' + i, Buffer.from('x'), 0], quorum);
    assert.strictEqual((await client.execute(select, ['after' + i], quorum)).first().value.toString(), 'x');
  }
  ok('survived a reboot: ' + [...new Set(seen.map(s => s[0]))].sort().join(' '));

  // The driver reads who its hosts are when it connects.
  const hostIds = async () => {
    const fresh = new cassandra.Client(options());
    await fresh.connect();
    const ids = Object.fromEntries(fresh.hosts.values().map(h => [h.address, String(h.hostId)]));
    await fresh.shutdown();
    return ids;
  };
  const before = await hostIds();
  console.log('ready to reimage');
  await goOn();
  let after = before;
  const changed = () => Object.keys(before).filter(a => after[a] && after[a] !== before[a]);
  const deadline = Date.now() + 30000;
  while (changed().length === 0 && Date.now() < deadline) {
    await sleep(200);
    after = await hostIds();
  }
  assert.strictEqual(changed().length, 1);
  assert.strictEqual(Object.keys(after).length, nodes);
  for (let i = 0; i < 50; i++) assert.strictEqual((await client.execute(select, ['after' + i], repeatable)).first().value.toString(), 'x');
  ok('a reimaged node is at its address under a new host id');
  input.close();
  await client.shutdown();
  console.log('done');
}

main().catch(error => { console.error(error); process.exit(1); });
