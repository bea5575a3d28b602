const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** 2100000000 as `2.1 GB`, 350 as `350 B`: decimal, as disks are sold. */
export function formatBytes(bytes: number): string {
  const step = bytes < 1_000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1_000 ** step;
  return `${step > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[step]}`;
}
