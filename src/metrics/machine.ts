import { statfs } from 'node:fs/promises';
import { Registry } from 'prom-client';
import { nowAndThen } from './now-and-then.ts';
import { observeGauge } from './registry.ts';

/** Metrics of the machine, which the scraped process reports once: the disk of the data folder. */
export function machineRegistry(dataFolder: string): Registry {
  const registry = new Registry();
  const disk = nowAndThen(async () => {
    const { blocks, bavail, bsize } = await statfs(dataFolder);
    return { size: blocks * bsize, free: bavail * bsize };
  });
  const bytes = (which: 'size' | 'free') => async () => {
    const found = await disk();
    return found === null ? [] : [{ labels: {}, value: found[which] }];
  };
  observeGauge(
    registry,
    { name: 'larkstat_data_disk_size_bytes', help: 'Size of the file system that holds the data folder.' },
    bytes('size'),
  );
  observeGauge(
    registry,
    {
      name: 'larkstat_data_disk_free_bytes',
      help: 'Bytes of that file system that larkstat can still use.',
    },
    bytes('free'),
  );
  return registry;
}
