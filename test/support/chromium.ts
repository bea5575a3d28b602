/** Debian's chromium; playwright-core has no browser of its own. */
export const executablePath = '/usr/bin/chromium';
