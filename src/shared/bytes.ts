const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Formats 2100000000 as `2.1 GB` and 350 as `350 B`, in decimal units like the sizes of disks. */
export function formatBytes(bytes: number): string {
  const step = bytes < 1_000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1_000 ** step;
  return `${step > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[step]}`;
}
