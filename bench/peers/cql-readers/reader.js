'use strict';
// Prepared reads through the Node.js driver: a round a line on standard input. NODE_PATH says where the driver is.
const readline = require('node:readline');
const cassandra = require('cassandra-driver');

const args = { 'in-flight': 64, keys: 10000, 'value-bytes': 1024, seconds: 1.5 };
for (let i = 2; i < process.argv.length; i += 2) args[process.argv[i].slice(2)] = process.argv[i + 1];
const number = name => Number(args[name]);

async function main() {
  const client = new cassandra.Client({
    contactPoints: [`${args.contact}:${args.port}`], localDataCenter: 'bench', protocolOptions: { port: number('port') },
  });
  await client.connect();

  async function round(length) {
    const began = process.hrtime.bigint();
    const over = began + BigInt(Math.round(length * 1e9));
    let reads = 0;
    await Promise.all(Array.from({ length: number('in-flight') }, async (_, first) => {
      for (let next = first; process.hrtime.bigint() < over; next += number('in-flight') + 1) {
        const key = 'session-' + String(next % number('keys')).padStart(8, '0');
        const result = await client.execute('SELECT value FROM kask.values WHERE key = ?', [key],
          { prepare: true, consistency: cassandra.types.consistencies.localQuorum });
        if (result.rows[0].value.length !== number('value-bytes')) throw new Error('an answer of another length');
        reads++;
      }
    }));
    console.log(`round ${reads} ${(Number(process.hrtime.bigint() - began) / 1e9).toFixed(4)} nan`);
  }

  await round(2 * number('seconds'));
  console.log('ready');
  for await (const _ of readline.createInterface({ input: process.stdin })) await round(number('seconds'));
  await client.shutdown();
}

main().catch(error => { console.error(error); process.exit(1); });
