'use strict';
// A collector of OTLP that decodes what it is sent by what OpenTelemetry generated from its own definitions.
// node collector.js OUTPUT http|grpc [CODE]: writes one JSON object a line to OUTPUT, the first of them with its port; answers CODE.
const fs = require('node:fs');
const http = require('node:http');
const http2 = require('node:http2');
const { opentelemetry } = require('@opentelemetry/otlp-transformer/build/src/generated/root.js');

const [output, protocol, code] = process.argv.slice(2);
const collector = opentelemetry.proto.collector;
const requests = {
  traces: collector.trace.v1.ExportTraceServiceRequest,
  metrics: collector.metrics.v1.ExportMetricsServiceRequest,
};
const grpcPaths = {
  '/opentelemetry.proto.collector.trace.v1.TraceService/Export': 'traces',
  '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export': 'metrics',
};

const say = line => fs.appendFileSync(output, JSON.stringify(line) + '\n');

function take(signal, headers, raw, message) {
  const request = requests[signal].decode(message);
  const body = requests[signal].toObject(request, { bytes: String, longs: String, enums: String });
  say({ signal, authorization: headers.authorization ?? null, raw: raw.toString('hex'), body });
}

function collect(stream, done) {
  const pieces = [];
  stream.on('data', piece => pieces.push(piece));
  stream.on('end', () => done(Buffer.concat(pieces)));
}

const overHttp = () => http.createServer((request, response) => collect(request, raw => {
  const signal = { '/v1/traces': 'traces', '/v1/metrics': 'metrics' }[request.url];
  if (signal) take(signal, request.headers, raw, raw);
  else say({ unexpected: request.url });
  response.writeHead(Number(code ?? 200), { 'content-type': 'application/x-protobuf' });
  response.end();
}));

const overGrpc = () => http2.createServer().on('stream', (stream, headers) => collect(stream, raw => {
  const signal = grpcPaths[headers[':path']];
  if (signal) take(signal, headers, raw, raw.subarray(5)); // one byte of compression, four of length
  else say({ unexpected: headers[':path'] });
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(Buffer.alloc(5)); // an empty message
}));

const server = protocol === 'grpc' ? overGrpc() : overHttp();
server.listen(0, '127.0.0.1', () => say({ port: server.address().port }));
