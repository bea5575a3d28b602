import type { ServerResponse } from 'node:http';

/** An account in the world of the X fakes. */
export type XUser = {
  readonly id: string;
  readonly handle: string;
  readonly name?: string;
  /** Escaped, as X sends it. */
  readonly description?: string;
  readonly joinedAt?: number;
  readonly followers?: number;
  readonly following?: number;
  /** The profile's count of posts. Default: the posts of the world. */
  readonly reportedPosts?: number;
  readonly verified?: boolean;
  readonly avatarUrl?: string;
  readonly state?: 'suspended' | 'protected';
};

/** A picture or video of a post. */
export type XMedia = {
  readonly key: string;
  readonly type: 'photo' | 'video' | 'animated_gif';
  readonly url: string;
  /** Its link in the text, e.g. https://t.co/abc. */
  readonly link: string;
  readonly previewUrl?: string;
  readonly alt?: string;
  readonly variants?: readonly { readonly url: string; readonly type: string; readonly bitRate?: number }[];
};

/** A post of the world. Its time is part of its id. */
export type XPost = {
  readonly id: string;
  readonly authorId: string;
  /** The complete text, escaped as X sends it, with t.co links. Not needed for a repost. */
  readonly text: string;
  readonly lang?: string;
  readonly source?: string;
  readonly metrics?: Partial<
    Record<'likes' | 'reposts' | 'replies' | 'quotes' | 'bookmarks' | 'impressions', number>
  >;
  readonly links?: readonly { readonly url: string; readonly expanded: string; readonly display?: string }[];
  readonly media?: readonly XMedia[];
  /** The first post of its thread. Default: itself. */
  readonly conversationId?: string;
  readonly replyTo?: { readonly postId: string; readonly authorId: string };
  readonly repostOf?: string;
  readonly quoteOf?: string;
  /** Its ids before edits, oldest first. */
  readonly versions?: readonly string[];
  /** Deleted, or visible to followers only. */
  readonly gone?: 'deleted' | 'hidden';
};

const epochMs = 1_288_834_974_657;

/** X's id for an instant; `sequence` distinguishes ids of one millisecond. */
export function xIdAt(instant: number, sequence = 0): string {
  return ((BigInt(instant - epochMs) << 22n) + BigInt(sequence)).toString();
}

/** The instant of an id, in milliseconds. */
export function xTimeOf(id: string): number {
  return Number(BigInt(id) >> 22n) + epochMs;
}

/** Posts of one account, newest first, evenly spaced back from an instant. */
export function postsOf(
  authorId: string,
  count: number,
  options: { readonly newestAt: number; readonly everyMs?: number },
): XPost[] {
  return Array.from({ length: count }, (_, index) => ({
    id: xIdAt(options.newestAt - index * (options.everyMs ?? 60_000), index % 4_096),
    authorId,
    text: `post ${index}`,
    metrics: { likes: index, reposts: 1, replies: 2, quotes: 3, bookmarks: 4, impressions: 100 + index },
  }));
}

/** The answer of a fake. */
export type FakeAnswer = {
  readonly status: number;
  /** JSON unless it is text. */
  readonly body: object | string;
  readonly headers: Readonly<Record<string, string>>;
};

/** A fault of a request. `of`: part of the affected paths; default: all. */
export type Fault = { readonly times?: number; readonly of?: string } & (
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: object | string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Never answers. */
  | { readonly kind: 'hang' }
  /** The true answer, after a promise resolves. */
  | { readonly kind: 'wait'; readonly until: Promise<unknown> }
  /** The connection is reset before the answer. */
  | { readonly kind: 'reset' }
  /** Half of the answer, then the connection closes. */
  | { readonly kind: 'cut' }
  /** Half of the answer, then nothing more. */
  | { readonly kind: 'stall' }
  /** Truncated JSON. */
  | { readonly kind: 'malformed' }
  /** An HTML page instead of JSON. */
  | { readonly kind: 'html'; readonly status?: number }
  /** The true answer, changed; `previous` is the previous answer, null for the first. */
  | {
      readonly kind: 'alter';
      readonly change: (answer: FakeAnswer, previous: FakeAnswer | null) => FakeAnswer;
    }
  /** The true answer. */
  | { readonly kind: 'none' }
);

/** Faults for the next requests, in order; each for one request, or for `times` requests. */
export class FaultQueue {
  readonly #faults: { readonly fault: Fault; left: number }[] = [];

  push(...faults: readonly Fault[]): void {
    for (const fault of faults) this.#faults.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#faults.length = 0;
  }

  take(path: string): Fault {
    const at = this.#faults.findIndex(({ fault }) => path.includes(fault.of ?? ''));
    const found = this.#faults[at];
    if (found === undefined) return { kind: 'none' };
    found.left -= 1;
    if (found.left <= 0) this.#faults.splice(at, 1);
    return found.fault;
  }
}

/** Sends an answer with its fault. */
export function sendAnswer(response: ServerResponse, answer: FakeAnswer, fault: Fault): void {
  if (fault.kind === 'hang') return;
  if (fault.kind === 'wait') {
    void fault.until.then(() => sendAnswer(response, answer, { kind: 'none' }));
    return;
  }
  if (fault.kind === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  if (fault.kind === 'html') {
    response.writeHead(fault.status ?? 200, { 'content-type': 'text/html; charset=utf-8' });
    response.end('<!DOCTYPE html><html><body><h1>Something went wrong</h1></body></html>');
    return;
  }
  const { status, body, headers } = fault.kind === 'answer' ? { headers: {}, ...fault } : answer;
  const whole = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const type = typeof body === 'string' ? 'text/plain' : 'application/json; charset=utf-8';
  const sent = fault.kind === 'malformed' ? whole.subarray(0, whole.length - 1) : whole;
  response.writeHead(status, { 'content-type': type, 'content-length': String(sent.length), ...headers });
  if (fault.kind !== 'cut' && fault.kind !== 'stall') {
    response.end(sent);
    return;
  }
  const half = sent.subarray(0, Math.floor(sent.length / 2));
  response.write(half, () => fault.kind === 'cut' && response.socket?.destroy());
}
