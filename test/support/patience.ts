/**
 * How long a test waits for an expected event, in milliseconds. It only limits how late a failure is reported: a busy
 * machine may take a hundred times as long as an idle one.
 */
export const patienceMs = 120_000;
