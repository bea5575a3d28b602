import { Readable } from 'node:stream';
import type { ExecutionResult, GraphQLError } from 'graphql';
import { withoutHttp } from './without-http.ts';
import { attached } from '../shared/attached.ts';

const headers = {
  'Content-Type': 'text/event-stream',
  Connection: 'keep-alive',
  'Cache-Control': 'no-cache',
  'Content-Encoding': 'none',
};

/** Proxies close connections that are idle for a minute. */
const pingMs = 12_000;
const ping = Buffer.from(':\n\n');
const complete = Buffer.from('event: complete\ndata:\n\n');

type Answers = AsyncIterator<ExecutionResult>;

/** Sends answers as server-sent events. An answer for many subscribers is masked and encoded once. */
export function eventStream(mask: (error: unknown) => GraphQLError) {
  const toBytes = (answer: ExecutionResult): Buffer => {
    const { errors } = answer;
    const told = errors ? { ...answer, errors: errors.map((error) => withoutHttp(mask(error))) } : answer;
    return Buffer.from(`event: next\ndata: ${JSON.stringify(told)}\n\n`);
  };
  const bytesOf = (answer: ExecutionResult): Buffer => attached(answer, toBytes);
  return (answers: Answers, ResponseOf: typeof Response): Response => {
    const stream = new EventStream(answers, { bytesOf, onError: mask });
    return new ResponseOf(stream as unknown as ReadableStream, { headers }); // safe: Yoga's takes both
  };
}

type Writing = {
  readonly bytesOf: (answer: ExecutionResult) => Buffer;
  readonly onError: (error: unknown) => void;
};

/** Requests the next answer when the client has read the last one. */
class EventStream extends Readable {
  readonly #answers: Answers;
  readonly #writing: Writing;
  readonly #pinging: NodeJS.Timeout;
  #asking = false;

  constructor(answers: Answers, writing: Writing) {
    super({ highWaterMark: 0 });
    this.#answers = answers;
    this.#writing = writing;
    // Some browsers report an open stream only after the first bytes.
    this.push(ping);
    this.#pinging = setInterval(() => this.readableFlowing && this.push(ping), pingMs);
  }

  override _read(): void {
    if (this.#asking) return;
    this.#asking = true;
    this.#answers.next().then(
      ({ done, value }) => {
        this.#asking = false;
        if (this.destroyed) return;
        if (!done) return void this.push(this.#writing.bytesOf(value));
        this.push(complete);
        this.push(null);
      },
      (error) => {
        this.#writing.onError(error);
        // Without the `complete` event the client reconnects.
        this.push(null);
      },
    );
  }

  override _destroy(_error: Error | null, done: (error: null) => void): void {
    clearInterval(this.#pinging);
    Promise.resolve(this.#answers.return?.()).then(
      () => done(null),
      () => done(null),
    );
  }
}
