import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { isAlive } from '../db/lock-file.ts';
import { warnRarely } from '../platform/warn-rarely.ts';
import { type Entry, formatEntry, parseEntry } from './entry.ts';

/** Lines that are taken together, and released together when they are stored. */
export type Segment = { readonly entries: readonly Entry[]; readonly paths: readonly string[] };

type JournalOptions = {
  readonly root: string;
  /** Most bytes that may wait on disk; lines beyond it are dropped and counted. */
  readonly maxBytes: number;
  /** How long lines are gathered before they can be taken; default: 400 ms. */
  readonly gatherMs?: number;
  readonly log: Logger;
};

type File = { readonly path: string; readonly bytes: number; isTaken: boolean };

/** A file is closed at this size, even before that time has passed. */
const fileBytes = 4_000_000;
/** Bytes that are taken together. */
const takenBytes = 8_000_000;

/**
 * Received lines that are not stored yet, in files of the data folder, so that an outage of the store or the end of
 * this process loses nothing. Each line is on disk before the next frame is read, so that memory does not grow with
 * what waits.
 */
export class Journal {
  readonly #root: string;
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #gatherMs: number;
  readonly #log: Logger;
  readonly #files: File[] = [];
  readonly #dropped = new Map<number, number>();
  #pending: string[] = [];
  #open: { readonly fd: number; readonly path: string; readonly openedAt: number; bytes: number } | null =
    null;
  #bytes = 0;
  #next = 0;

  constructor({ root, maxBytes, gatherMs = 400, log }: JournalOptions) {
    this.#root = root;
    this.#maxBytes = maxBytes;
    this.#gatherMs = gatherMs;
    this.#log = log;
    const name = `${process.pid}-${randomUUID()}`;
    own.add(name);
    this.#folder = join(root, name);
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a line. It is on disk after the current microtask. */
  append(entry: Entry): void {
    if (this.#pending.length === 0) queueMicrotask(() => this.#flush());
    this.#pending.push(`${formatEntry(entry)}\n`);
  }

  /** Returns how many lines were dropped since the last call, by stream. */
  takeDropped(): ReadonlyMap<number, number> {
    const dropped = new Map(this.#dropped);
    this.#dropped.clear();
    return dropped;
  }

  /** Counts lines as dropped; also used to restore a count that could not be reported. */
  countDropped(streamId: number, lines: number): void {
    this.#dropped.set(streamId, (this.#dropped.get(streamId) ?? 0) + lines);
  }

  /**
   * Takes the oldest free lines; null when none have waited long enough. They stay on disk until they are released, and
   * `putBack` makes them free again.
   */
  async take(now = Date.now()): Promise<Segment | null> {
    if (this.#open !== null && now - this.#open.openedAt >= this.#gatherMs) this.#close();
    const taken: File[] = [];
    let bytes = 0;
    for (const file of this.#files) {
      if (file.isTaken) continue;
      if (taken.length > 0 && bytes + file.bytes > takenBytes) break;
      taken.push(file);
      bytes += file.bytes;
    }
    if (taken.length === 0) return null;
    for (const file of taken) file.isTaken = true;
    const texts = await Promise.all(taken.map(({ path }) => readFile(path, 'utf8')));
    return { entries: texts.flatMap(readEntries), paths: taken.map(({ path }) => path) };
  }

  /** Removes lines that are stored, or no longer needed. */
  async release({ paths }: Segment): Promise<void> {
    for (const path of paths) {
      const at = this.#files.findIndex((file) => file.path === path);
      const [file] = at === -1 ? [] : this.#files.splice(at, 1);
      this.#bytes -= file?.bytes ?? 0;
      await rm(path, { force: true });
    }
  }

  /** Puts back everything that was taken and not released. */
  putBack(): void {
    for (const file of this.#files) file.isTaken = false;
  }

  /** Makes the gathered lines available at once. */
  cut(): void {
    this.#flush();
    this.#close();
  }

  /**
   * Takes over the files of processes that have ended, and returns their number. A process that is only suspended keeps
   * its files.
   */
  async adopt(): Promise<number> {
    let adopted = 0;
    for (const name of await foldersIn(this.#root)) {
      const pid = Number.parseInt(name, 10);
      // In a container, each start has the same pid.
      if (own.has(name) || Number.isNaN(pid) || (pid !== process.pid && isAlive(pid))) continue;
      adopted += await this.#adoptFolder(join(this.#root, name));
    }
    return adopted;
  }

  async #adoptFolder(folder: string): Promise<number> {
    const name = `${process.pid}-${randomUUID()}`;
    own.add(name);
    const mine = join(this.#root, name);
    try {
      // Only one process succeeds in renaming it.
      await rename(folder, mine);
    } catch {
      own.delete(name);
      return 0;
    }
    const names = (await readdir(mine)).sort();
    const files = await Promise.all(
      names.map(async (file) => {
        const path = join(mine, file);
        return { path, bytes: (await stat(path)).size, isTaken: false };
      }),
    );
    // Older than this process's own lines.
    this.#files.unshift(...files);
    for (const { bytes } of files) this.#bytes += bytes;
    if (files.length === 0) await rm(mine, { recursive: true, force: true });
    return files.length;
  }

  /** Leaves the waiting lines to the next process. */
  close(): void {
    this.cut();
    for (const name of [...own]) if (this.#folder.endsWith(name)) own.delete(name);
  }

  #flush(): void {
    if (this.#pending.length === 0) return;
    const lines = this.#pending;
    this.#pending = [];
    const data = Buffer.from(lines.join(''));
    if (this.#bytes + data.length > this.#maxBytes) {
      this.#drop(lines);
      return;
    }
    try {
      this.#open ??= this.#openFile();
      writeSync(this.#open.fd, data);
      this.#open.bytes += data.length;
      this.#bytes += data.length;
      if (this.#open.bytes >= fileBytes) this.#close();
    } catch (err) {
      warnRarely(this.#log, { err }, 'chat could not be written to disk, and was dropped');
      this.#drop(lines);
    }
  }

  #drop(lines: readonly string[]): void {
    for (const line of lines) {
      this.countDropped(Number.parseInt(line, 10), 1);
    }
  }

  #openFile() {
    // Created on first use: a worker that collects nothing may have no writable disk.
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, `${String(this.#next++).padStart(12, '0')}.chat`);
    return { fd: openSync(path, 'ax', 0o600), path, openedAt: Date.now(), bytes: 0 };
  }

  #close(): void {
    if (this.#open === null) return;
    const { fd, path, bytes } = this.#open;
    this.#open = null;
    closeSync(fd);
    this.#files.push({ path, bytes, isTaken: false });
  }
}

/** Lists the folders; none when nothing was ever received. */
async function foldersIn(root: string): Promise<readonly string[]> {
  try {
    return await readdir(root);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Folders of this process. */
const own = new Set<string>();

/** Skips a last line without a line break: its writer died while writing it. */
function readEntries(text: string): readonly Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; ; ) {
    const end = text.indexOf('\n', at);
    if (end === -1) return entries;
    const entry = parseEntry(text.slice(at, end));
    if (entry !== null) entries.push(entry);
    at = end + 1;
  }
}
