/**
 * How long a test waits for what must come, in milliseconds. It bounds how late a failure is told, and never decides
 * whether there is one: a machine with other things to do may take a hundred times as long as an idle one.
 */
export const patienceMs = 120_000;
