import { afterAll, onTestFinished, TestRunner } from 'vitest';

/** Has something closed after the test that opens it, or after the file: within a test, `afterAll` does nothing. */
export function afterwards(close: () => unknown): void {
  const closing = async () => void (await close());
  if (TestRunner.getCurrentTest() === undefined) afterAll(closing);
  else onTestFinished(closing);
}
