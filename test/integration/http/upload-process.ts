import fs, { type FileHandle } from 'node:fs/promises';
import { mkdtemp, open, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createHttpServer } from '../../../src/http/server.ts';
import { openFolder } from '../../../src/jobs/uploads/folder.ts';
import { uploadApp } from './upload-app.ts';
import { openAccess } from '../../support/app.ts';

// A server in a separate process: its memory is measured, and its disk can be made to hang.

const taken: string[] = [];
const uploadFolder = await mkdtemp(join(tmpdir(), 'larkstat-uploads-'));
const log = pino({ level: 'silent' });
const server = createHttpServer({
  access: openAccess,
  app: uploadApp(taken),
  uploads: openFolder(uploadFolder),
  health: { checks: {} },
  log,
});

let highest = 0;
setInterval(() => {
  highest = Math.max(highest, process.memoryUsage.rss());
}, 20);

let goOn = () => {};
let disk: Promise<void> = Promise.resolve();
const probe = await open(join(uploadFolder, 'probe'), 'w');
const handles = Object.getPrototypeOf(probe) as FileHandle; // safe: every handle writes with its methods
const write = handles.writeFile;
handles.writeFile = async function (this: FileHandle, ...args: Parameters<FileHandle['writeFile']>) {
  await disk;
  return write.apply(this, args);
};
await probe.close();
await rm(join(uploadFolder, 'probe'));

process.on('message', (message) => {
  if (message === 'peak') {
    process.send?.(Math.max(highest, process.memoryUsage.rss()) / 1024 ** 2);
    highest = 0;
  }
  if (message === 'taken') process.send?.(taken);
  if (message === 'continue') goOn();
  if (message === 'stall') {
    disk = new Promise((resolve) => {
      goOn = resolve;
    });
    process.send?.('stalled');
  }
});
process.on('SIGTERM', () => void fs.rm(uploadFolder, { recursive: true }).finally(() => process.exit()));
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port, uploadFolder }); // safe: it listens on a port
});
