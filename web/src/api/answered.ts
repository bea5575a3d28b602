/** How long a page waits for its answers before it shows what is still to come: as long as its skeletons do. */
const longestMs = 150;

/**
 * Resolves when all of the promises have been answered, or after a moment. What the server has at hand is there by then, and the page is
 * made once: with its numbers, instead of first without them.
 */
export async function answeredSoon(answers: readonly unknown[]): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const waited = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, longestMs);
  });
  await Promise.race([Promise.allSettled(answers), waited]);
  clearTimeout(timer);
}
