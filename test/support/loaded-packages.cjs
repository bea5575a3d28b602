// Required by NODE_OPTIONS: says at the end of a process how many modules of OpenTelemetry it has loaded. Not those of
// the interfaces alone, which prom-client loads for itself.
const { writeSync } = require('node:fs');

process.on('exit', () => {
  const loaded = Object.keys(require.cache).filter((path) => /@opentelemetry[\\/](?!api[\\/])/.test(path));
  writeSync(2, `${JSON.stringify({ name: 'loaded', pid: process.pid, msg: String(loaded.length) })}\n`);
});
