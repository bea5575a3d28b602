import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, onTestFinished, test, type TestContext, TestRunner } from 'vitest';

/** The `waitingTest` that the code runs in. */
const waiting = new AsyncLocalStorage<TestContext>();

/**
 * A test that mostly waits. Consecutive tests of this kind run concurrently, so each has its own store and other
 * resources, and uses the `expect` that it is given. `afterwards` closes what it opens, as in any other test.
 */
export function waitingTest(name: string, run: (context: TestContext) => Promise<void>): void {
  test.concurrent(name, (context) => waiting.run(context, run, context));
}

/** Closes something after the test that opens it, or after the file: inside a test, `afterAll` does nothing. */
export function afterwards(close: () => unknown): void {
  const closing = async () => void (await close());
  const own = waiting.getStore();
  if (own !== undefined) own.onTestFinished(closing);
  else if (TestRunner.getCurrentTest() === undefined) afterAll(closing);
  else onTestFinished(closing);
}
