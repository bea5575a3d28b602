/**
 * Flags of Node for a job process, measured with an import of 95,000 real posts:
 *
 * - The first two limit the heap, which peaked at 764 MB, most of it garbage not yet collected.
 * - The third stops V8 from collecting a small heap again and again, since external buffers count as growth: 9
 *   collections instead of 49. It may be half of the first.
 * - The fourth makes the compiler inline more, which matters in a short run: 1.2 s instead of 1.9 s.
 * - The last puts Node's own code into large pages, where the system has them: 6 % less processor time.
 *
 * Twice the second saves another 5 %, but then a million posts once took 455 MB.
 */
const nodeFlags = [
  '--max-old-space-size=320',
  '--max-semi-space-size=8',
  '--initial-old-space-size=160',
  '--max-inlined-bytecode-size-cumulative=300',
  '--use-largepages=silent',
];

/** Tells a job process that its parent reads the file after those of stdio and IPC. */
const listening = '--parent-listens';
const file = 4;

/** How a parent starts a job process whose beats it reads. */
export const beating = {
  args: [listening],
  stdio: ['inherit', 'inherit', 'inherit', 'ipc', 'pipe'],
  file,
} as const;

/** The file for the beats of a job process with these arguments; null when no parent reads it. */
export const beatFile = (args: readonly string[]): number | null => (args.includes(listening) ? file : null);

/**
 * This process's flags and the job process's own. A debugger's flags are left out, as both processes would use its
 * port.
 */
export const childFlags = (own: readonly string[]): string[] => [
  ...own.filter((flag) => !flag.startsWith('--inspect')),
  ...nodeFlags,
];
