/**
 * V8 lets a heap grow that may grow: without the first two an import of 95,000 real posts peaked at 764 MB, most of it
 * garbage not yet collected. Yet it collects a small heap again and again, as buffers outside count as growth: with the
 * third (which may be half of the first) 9 times in that import instead of 49. An import is short for a compiler that
 * learns as it goes: with the fourth it takes 1.2 s of that import instead of 1.9 s. With the last, where the system
 * has large pages, Node's own code lies in a few of them, and the processor finds it faster: 6 % less of its time.
 * Twice the second saves another 5 %, but then a million posts once took 455 MB.
 */
const nodeFlags = [
  '--max-old-space-size=320',
  '--max-semi-space-size=8',
  '--initial-old-space-size=160',
  '--max-inlined-bytecode-size-cumulative=300',
  '--use-largepages=silent',
];

/** Tells a job process that its parent listens, at the file after those of stdio and IPC. */
const listening = '--parent-listens';
const file = 4;

/** How a job process is started by a parent that listens whether it beats. */
export const beating = {
  args: [listening],
  stdio: ['inherit', 'inherit', 'inherit', 'ipc', 'pipe'],
  file,
} as const;

/** Where a job process of these arguments is to beat; null when nobody listens. */
export const beatFile = (args: readonly string[]): number | null => (args.includes(listening) ? file : null);

/** The flags of this process and the job process' own; a debugger's stay here, as both would want its port. */
export const childFlags = (own: readonly string[]): string[] => [
  ...own.filter((flag) => !flag.startsWith('--inspect')),
  ...nodeFlags,
];
