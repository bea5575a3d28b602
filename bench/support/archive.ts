import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { openSource } from '../../src/providers/x-archive/open-source.ts';
import { defaultUnpackLimits } from '../../src/providers/x-archive/unpack-limits.ts';
import { writeArchive } from '../../test/support/x-archive.ts';
import { lifeOf, profileOf } from './account.ts';
import { count, mb, report } from './finding.ts';
import { tweetsOf } from './tweets.ts';

/** Tweets in one file of a generated archive, so that each file fits into a string for JSON.parse. */
const partSize = 50_000;

/** Writes an archive of one account over ten years in X's export format. */
export async function writeSyntheticArchive(path: string, posts: number): Promise<void> {
  const options = lifeOf(posts);
  const profile = profileOf(options);
  const started = performance.now();
  await writeArchive(
    path,
    {
      id: profile.platformId ?? '',
      handle: profile.handle,
      displayName: profile.displayName ?? profile.handle,
      joinedAt: new Date(profile.joinedAt ?? options.endingAt),
    },
    tweetsOf(options, posts),
    {
      generatedAt: new Date(options.endingAt),
      partSizes: Array.from({ length: Math.ceil(posts / partSize) - 1 }, () => partSize),
    },
  );
  const took = ((performance.now() - started) / 1_000).toFixed(1);
  report(`wrote ${basename(path)}: ${count(posts)} posts, ${mb((await stat(path)).size)} in ${took} s`);
}

export type ParseFloor = { readonly posts: number; readonly bytes: number; readonly seconds: number };

/** Times JSON.parse alone for an archive's tweets, in any format, after unpacking. */
export async function parseTweets(path: string): Promise<ParseFloor> {
  const source = await openSource(path, { limits: defaultUnpackLimits });
  let [posts, bytes, milliseconds] = [0, 0, 0];
  try {
    for (const file of source.files) {
      if (!/(?:^|\/)(?:tweets?(?:-part\d+)?|tweets\/\d{4}_\d{2})\.js$/.test(file.path)) continue;
      const chunks: Buffer[] = [];
      for await (const chunk of file.read()) chunks.push(chunk);
      const unpacked = Buffer.concat(chunks);
      const text = unpacked.toString('utf8');
      // An assignment comes before the list, and perhaps a semicolon after it.
      const list = text.slice(text.indexOf('['), text.lastIndexOf(']') + 1);
      const started = performance.now();
      const tweets: unknown = JSON.parse(list);
      milliseconds += performance.now() - started;
      posts += Array.isArray(tweets) ? tweets.length : 0;
      bytes += unpacked.length;
    }
  } finally {
    await source.close();
  }
  return { posts, bytes, seconds: milliseconds / 1_000 };
}
