import type { SourceFile } from './source.ts';

/** A file and its content. Read it to the end or not at all. */
type Reading = { readonly file: SourceFile; readonly chunks: AsyncIterable<Buffer> };

/**
 * Yields files in order and opens each while the one before is being read. Unzipping runs on another thread, and an
 * archive of 200 small files waited 0.3 s for it. An error of a file is thrown in its turn.
 */
export async function* readAhead(files: readonly SourceFile[]): AsyncGenerator<Reading> {
  let current: Begun | null = null;
  let next: Begun | null = null;
  try {
    for (const [at, file] of files.entries()) {
      current = next ?? new Begun(file);
      const following = files[at + 1];
      next = following === undefined ? null : new Begun(following);
      yield { file, chunks: current.chunks() };
    }
  } finally {
    await current?.drop();
    await next?.drop();
  }
}

class Begun {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #first: Promise<IteratorResult<Buffer>>;

  constructor(file: SourceFile) {
    this.#chunks = file.read()[Symbol.asyncIterator]();
    this.#first = this.#chunks.next();
    this.#first.catch(() => {});
  }

  async *chunks(): AsyncGenerator<Buffer> {
    try {
      for (let chunk = await this.#first; !chunk.done; chunk = await this.#chunks.next()) yield chunk.value;
    } finally {
      await this.drop();
    }
  }

  async drop(): Promise<void> {
    await this.#chunks.return?.();
  }
}
