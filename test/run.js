// `npm test`: every test, then once more and alone each file that failed. Servers, browsers and brokers share two
// cores here; a test that lost a race with them passes alone, and the last line names its file. What is wrong fails again.
import { createVitest, parseCLI } from 'vitest/node';

/** More failed files than these are no lost race. */
const againMax = 6;

// As vitest's own command does.
process.env.NODE_ENV ??= 'test';

const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
const vitest = await createVitest('test', { ...options, watch: false });
try {
  const { testModules, unhandledErrors } = await vitest.start(filter);
  // Where an error was that nobody caught, as vitest tells it.
  const startled = new Set(unhandledErrors.map((error) => Object(error).VITEST_TEST_PATH));
  const failed = testModules.filter((module) => !module.ok() || startled.has(module.moduleId));
  const isKnown = [...startled].every((path) => failed.some(({ moduleId }) => moduleId === path));
  if (failed.length > 0 && failed.length <= againMax && isKnown) {
    const names = failed.map((module) => module.relativeModuleId).join(', ');
    console.log(`\nFailed, each now runs alone: ${names}`);
    process.exitCode = 0;
    // One after the other: a run that fails sets the exit code.
    for (const module of failed) await vitest.runTestSpecifications([module.toTestSpecification()]);
    console.log(
      process.exitCode === 0
        ? `\nFailed beside other files, passed alone, look into it: ${names}`
        : '\nFailed alone, too',
    );
  }
} finally {
  await vitest.exit();
}
