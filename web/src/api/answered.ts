/** How long a page waits for its answers before it shows skeletons. */
const longestMs = 150;

/**
 * Resolves when all of the promises have resolved, or after a moment. Quick answers arrive within it, so the page
 * renders once, with its numbers.
 */
export async function answeredSoon(answers: readonly unknown[]): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const waited = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, longestMs);
  });
  await Promise.race([Promise.allSettled(answers), waited]);
  clearTimeout(timer);
}
