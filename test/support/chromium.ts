/** Debian's chromium; playwright-core brings no browser of its own. */
export const executablePath = '/usr/bin/chromium';
