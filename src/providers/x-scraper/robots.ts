import { createRequire } from 'node:module';
import type robots from 'robots-parser';
import { hourMs } from '../../shared/instant.ts';
import { failure } from './failures.ts';

type RobotsParser = typeof robots.default;
// The package is CommonJS, and its types claim an ES default.
const robotsParser = createRequire(import.meta.url)('robots-parser') as RobotsParser; // safe: module.exports is the function

/** As whom robots.txt is read; where it does not name larkstat, its rules for `*` hold. */
const agent = 'larkstat';
const keepMs = hourMs;
/** Google reads as much; RFC 9309 asks for no less. */
const readCharacters = 500 * 1024;

type Rules = ReturnType<RobotsParser>;

/** Throws when the site's robots.txt forbids the request. */
type RobotsCheck = (
  url: string,
  read: (robotsUrl: string) => Promise<{ readonly status: number; readonly body: string } | null>,
) => Promise<void>;

/**
 * A check by RFC 9309: the file is kept for an hour; a missing one (4xx) allows everything, one that cannot be
 * reached (5xx, null) forbids everything until it can.
 */
export function createRobots(now: () => number): RobotsCheck {
  const kept = new Map<string, { readonly rules: Rules; readonly readAt: number }>();
  return async (url, read) => {
    const robotsUrl = new URL('/robots.txt', url).href;
    let entry = kept.get(robotsUrl);
    if (entry === undefined || now() - entry.readAt >= keepMs) {
      const answer = await read(robotsUrl);
      if (answer === null || answer.status >= 500 || answer.status === 429) {
        throw forbidden(`${robotsUrl} cannot be read, which forbids everything for now`);
      }
      const text = answer.status >= 200 && answer.status < 300 ? answer.body.slice(0, readCharacters) : '';
      entry = { rules: robotsParser(robotsUrl, text), readAt: now() };
      kept.set(robotsUrl, entry);
    }
    if (entry.rules.isAllowed(url, agent) === false) throw forbidden(`${robotsUrl} forbids this`);
  };
}

function forbidden(why: string) {
  return failure(
    'PROVIDER_UNAVAILABLE',
    'NEXT',
    `${why}. Set X_SCRAPER_ROBOTS=ignore to go against it; X's terms are yours to weigh.`,
  );
}
