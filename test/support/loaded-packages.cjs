// Required by NODE_OPTIONS: prints at a process's exit how many OpenTelemetry modules it loaded. The API package does
// not count, since prom-client loads it.
const { writeSync } = require('node:fs');

process.on('exit', () => {
  const loaded = Object.keys(require.cache).filter((path) => /@opentelemetry[\\/](?!api[\\/])/.test(path));
  writeSync(2, `${JSON.stringify({ name: 'loaded', pid: process.pid, msg: String(loaded.length) })}\n`);
});
