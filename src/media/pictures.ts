import { createHash } from 'node:crypto';
import type { Agent } from 'node:https';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { warnRarely } from '../platform/warn-rarely.ts';
import { type PictureFacts, type PictureOutcome, pictureOutcomes } from '../shared/picture-facts.ts';
import { createAddresses } from './addresses.ts';
import { type Failure, failures, PictureError } from './failure.ts';
import { createFlights } from './flights.ts';
import { openPictureFolder, type StoredPicture } from './folder.ts';
import { getPicture, pictureAgent } from './get-picture.ts';
import { createSlots, NoSlotError } from './slots.ts';

export type PictureSettings = {
  /** The folder of stored pictures. */
  readonly folder: string;
  /** Most bytes of all pictures on disk. */
  readonly maxBytes: number;
};

type PictureOptions = PictureSettings & {
  /** Signs the paths; the same for all servers of a store. */
  readonly secret: Buffer;
  /** The number of processes that store pictures in the folder. */
  readonly writers: number;
  readonly log: Logger;
  /** Connects to the hosts; by default only to public addresses. */
  readonly agent?: Agent;
  readonly limits?: Partial<PictureLimits>;
};

export type PictureLimits = {
  /** Most bytes of a picture. */
  readonly bytes: number;
  /** Time limit of a fetch, including redirects. */
  readonly totalMs: number;
  /** Concurrent fetches. */
  readonly atOnce: number;
  /** Most waiting fetches; further requests are refused for now. */
  readonly waiting: number;
  /** Most fetches in a minute for one caller's address; stored pictures do not count. */
  readonly perMinute: number;
};

export const pictureLimits: PictureLimits = {
  bytes: 5_000_000,
  totalMs: 10_000,
  atOnce: 8,
  waiting: 500,
  perMinute: 600,
};

/** The result of opening a path. */
export type FoundPicture =
  | ({ readonly is: 'PICTURE' } & StoredPicture)
  | { readonly is: Failure }
  /** This server did not create the path. */
  | { readonly is: 'INVALID' }
  /** Too many fetches wait, or this caller has requested too many: try again after that time. */
  | { readonly is: 'BUSY'; readonly retryAfterMs: number };

/** Pictures of the platforms, fetched once and stored. */
export type Pictures = {
  /** Returns the path of a picture from the server's root; null for a URL whose host is not allowed. */
  addressOf(url: string): string | null;
  /** Opens the picture of a path, for a caller at that address; fetches it first when it is not stored. */
  open(path: string, caller: string, signal: AbortSignal): Promise<FoundPicture>;
  readonly facts: PictureFacts;
  close(): void;
};

/** Most failed pictures that are remembered. */
const failuresMax = 10_000;
const busyMs = 5_000;

export function openPictures(options: PictureOptions): Pictures {
  const { secret, log, agent = pictureAgent() } = options;
  const limits = { ...pictureLimits, ...options.limits };
  const addresses = createAddresses(secret);
  const folder = openPictureFolder({ ...options, largest: limits.bytes });
  const flights = createFlights();
  const slots = createSlots(limits);
  const budget = new RateLimiterMemory({ points: limits.perMinute, duration: 60 });
  const failed = new LRUCache<string, Failure>({ max: failuresMax });
  const counts = Object.fromEntries(pictureOutcomes.map((outcome) => [outcome, 0])) as Record<
    PictureOutcome,
    number
  >; // safe: one entry an outcome

  const fetchInto = async (key: string, url: URL, end: AbortController): Promise<void> => {
    const late = setTimeout(
      () => end.abort(new PictureError('FAILED', `no answer within ${limits.totalMs / 1_000} s`)),
      limits.totalMs,
    );
    try {
      const picture = await getPicture(url, { agent, signal: end.signal, maxBytes: limits.bytes });
      clearTimeout(late);
      await folder.keep(key, picture);
    } catch (err) {
      if (!(err instanceof PictureError)) throw err;
      log.debug({ err, host: url.host }, 'a picture could not be fetched');
      failed.set(key, err.failure, { ttl: failures[err.failure].rememberedMs });
      throw err;
    } finally {
      clearTimeout(late);
    }
  };

  const find = async (key: string, url: URL, caller: string, signal: AbortSignal): Promise<FoundPicture> => {
    if (!flights.has(key)) {
      const kept = await folder.find(key);
      if (kept !== null) return count('kept', { is: 'PICTURE', ...kept });
      const failure = failed.get(key);
      if (failure !== undefined) return count(outcomes[failure], { is: failure });
      if (!flights.has(key)) await budget.consume(caller);
    }
    await flights.join(key, signal, async (end) => {
      // Another fetch may have ended meanwhile.
      const kept = await folder.find(key);
      if (kept === null) await slots.run(end.signal, () => fetchInto(key, url, end));
      else await kept.file.close();
    });
    const fetched = await folder.find(key);
    if (fetched === null) throw new PictureError('FAILED', 'the picture was dropped at once');
    return count('fetched', { is: 'PICTURE', ...fetched });
  };

  const count = (outcome: PictureOutcome, found: FoundPicture): FoundPicture => {
    counts[outcome] += 1;
    return found;
  };

  const failureOf = (error: unknown, signal: AbortSignal): FoundPicture => {
    if (error instanceof PictureError) return count(outcomes[error.failure], { is: error.failure });
    if (error instanceof NoSlotError) return count('limited', { is: 'BUSY', retryAfterMs: busyMs });
    if (error instanceof RateLimiterRes) {
      return count('limited', { is: 'BUSY', retryAfterMs: error.msBeforeNext });
    }
    if (signal.aborted) throw error;
    // The disk is full or refuses writes.
    warnRarely(log, { err: error }, 'a picture could not be stored');
    return count('failed', { is: 'FAILED' });
  };

  folder.trim().catch((err: unknown) => warnRarely(log, { err }, 'stored pictures could not be checked'));
  return {
    addressOf: addresses.addressOf,
    async open(path, caller, signal) {
      const url = addresses.read(path);
      if (url === null) return { is: 'INVALID' };
      try {
        return await find(keyOf(url), url, caller, signal);
      } catch (error) {
        return failureOf(error, signal);
      }
    },
    facts: counts,
    close: () => agent.destroy(),
  };
}

const outcomes = { MISSING: 'missing', REFUSED: 'refused', FAILED: 'failed' } as const;

const keyOf = (url: URL): string => createHash('sha256').update(url.href).digest('hex');
