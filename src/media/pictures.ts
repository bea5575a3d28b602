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
  /** Where pictures are kept. */
  readonly folder: string;
  /** Bytes that all pictures take on disk, at most. */
  readonly maxBytes: number;
};

type PictureOptions = PictureSettings & {
  /** Signs the paths: all servers of a store have the same one. */
  readonly secret: Buffer;
  /** Processes that keep pictures in the folder. */
  readonly writers: number;
  readonly log: Logger;
  /** Connects to the hosts; by default to their public addresses only. */
  readonly agent?: Agent;
  readonly limits?: Partial<PictureLimits>;
};

export type PictureLimits = {
  /** Bytes of a picture. */
  readonly bytes: number;
  /** How long a fetch may take, redirects included. */
  readonly totalMs: number;
  /** Pictures that are fetched at the same time. */
  readonly atOnce: number;
  /** Pictures that wait to be fetched; further requests are refused for now. */
  readonly waiting: number;
  /** Pictures that are fetched in a minute for one address; kept ones do not count. */
  readonly perMinute: number;
};

export const pictureLimits: PictureLimits = {
  bytes: 5_000_000,
  totalMs: 10_000,
  atOnce: 8,
  waiting: 500,
  perMinute: 600,
};

/** What a path leads to. */
export type FoundPicture =
  | ({ readonly is: 'PICTURE' } & StoredPicture)
  | { readonly is: Failure }
  /** The path was not made here. */
  | { readonly is: 'INVALID' }
  /** Too many wait, or this caller has had too many fetched: worth another try after that time. */
  | { readonly is: 'BUSY'; readonly retryAfterMs: number };

/** Pictures of the platforms, fetched once and kept. */
export type Pictures = {
  /** The path of a picture, from the server's root on; null for a URL that no picture is fetched from. */
  addressOf(url: string): string | null;
  /** Opens what a path leads to, for a caller at that address; fetches it first when it is not kept. */
  open(path: string, caller: string, signal: AbortSignal): Promise<FoundPicture>;
  readonly facts: PictureFacts;
  close(): void;
};

/** Keys whose pictures could not be fetched are remembered: so many. */
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
      // Another flight may have ended while this caller looked.
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
    // The disk is full, or takes no writes.
    warnRarely(log, { err: error }, 'a picture could not be kept');
    return count('failed', { is: 'FAILED' });
  };

  folder
    .trim()
    .catch((err: unknown) => warnRarely(log, { err }, 'kept pictures could not be looked through'));
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
