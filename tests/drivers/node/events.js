'use strict';
// Which events reach the Node.js driver, and what it makes of them; see ../README.md.
const readline = require('node:readline');
const cassandra = require('cassandra-driver');

const args = {};
for (let i = 2; i < process.argv.length; i += 2) args[process.argv[i].slice(2)] = process.argv[i + 1];

const client = contact => new cassandra.Client({
  contactPoints: [`${contact}:${args.port}`],
  localDataCenter: 'eqiad',
  protocolOptions: { maxVersion: Number(args.version), port: Number(args.port) },
  policies: { reconnection: new cassandra.policies.reconnection.ConstantReconnectionPolicy(300) },
  refreshSchemaDelay: 100,
});

async function waitUntil(condition, what) {
  const deadline = Date.now() + 30000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('timed out: ' + what());
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

async function main() {
  const first = client(args.contact);
  await first.connect();
  // On the control connection itself, beside the driver's own handlers: what comes here came as a frame.
  const raw = [];
  const wire = first.controlConnection.connection;
  wire.on('nodeTopologyChange', event => raw.push(`TOPOLOGY_CHANGE ${event.added ? 'NEW_NODE' : 'REMOVED_NODE'} ${event.inet.address}`));
  wire.on('nodeStatusChange', event => raw.push(`STATUS_CHANGE ${event.up ? 'UP' : 'DOWN'} ${event.inet.address}`));
  wire.on('nodeSchemaChange', event => raw.push(`SCHEMA_CHANGE ${event.schemaChangeType} ${event.keyspace}`));
  console.log('ready');

  for await (const line of readline.createInterface({ input: process.stdin })) {
    const words = line.trim().split(' ');
    if (words[0] === 'create') {
      const second = client(args.other);
      await second.connect();
      await second.execute(`CREATE KEYSPACE ${words[1]} WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}`);
      await second.shutdown();
      await waitUntil(() => first.metadata.keyspaces[words[1]], () => `keyspace ${words[1]}; ${raw}`);
    } else if (words[0] === 'expect') {
      const host = () => first.hosts.values().find(h => h.address === `${words[3]}:${args.port}`);
      await waitUntil(
        () => raw.includes(words.slice(1, 4).join(' ')) && first.hosts.length === Number(words[4])
          && (words[5] === '-' || (host() && host().isUp() === (words[5] === 'up'))),
        () => `${line}; ${raw}; ${first.hosts.values().map(h => `${h.address} ${h.isUp()}`)}`);
    } else {
      break;
    }
    console.log('seen ' + line.trim());
  }

  await first.shutdown();
  console.log('done');
  process.exit(0);
}

main().catch(error => { console.error(error); process.exit(1); });
