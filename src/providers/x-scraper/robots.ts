import { createRequire } from 'node:module';
import type robots from 'robots-parser';
import { hourMs } from '../../shared/instant.ts';
import { failure } from './failures.ts';

type RobotsParser = typeof robots.default;
// The package is CommonJS, and its types claim an ES default.
const robotsParser = createRequire(import.meta.url)('robots-parser') as RobotsParser; // safe: module.exports is the function

/** The agent name for robots.txt; when larkstat is not named there, the rules for `*` apply. */
const agent = 'larkstat';
const keepMs = hourMs;
/** Google reads as much; RFC 9309 requires at least this. */
const readCharacters = 500 * 1024;

type Rules = ReturnType<RobotsParser>;

/** Throws when the site's robots.txt forbids the request. */
type RobotsCheck = (
  url: string,
  read: (robotsUrl: string) => Promise<{ readonly status: number; readonly body: string } | null>,
) => Promise<void>;

/**
 * Creates a check by RFC 9309. The file is cached for an hour. When it does not exist (4xx), everything is allowed;
 * when it cannot be read (5xx, null), everything is forbidden until it can.
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
    `${why}. Set X_SCRAPER_ROBOTS=ignore to override it; whether X's terms allow that is for you to judge.`,
  );
}
