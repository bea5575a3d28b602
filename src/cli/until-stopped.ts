/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
export function untilStopped(): Promise<void> {
  return new Promise((done) => {
    let asked = false;
    const stop = () => {
      if (asked) process.exit(1);
      asked = true;
      done();
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}
