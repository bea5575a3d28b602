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
  const failed = testModules.filter((module) => !module.ok());
  const names = failed.map((module) => module.relativeModuleId).join(', ');
  if (failed.length > 0 && failed.length <= againMax && unhandledErrors.length === 0) {
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
