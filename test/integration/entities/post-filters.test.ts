import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const app = openApp(db);

const weekdays = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
const lists = {
  HASHTAG: 'hashtags',
  MENTION: 'mentions',
  DOMAIN: 'domains',
  EMOJI: 'emojis',
  CLIENT: 'clients',
};
const kinds = ['ORIGINAL', 'REPLY', 'REPOST', 'QUOTE'] as const;

const names = (...of: string[]) => fc.uniqueArray(fc.constantFrom(...of), { maxLength: 2 });
const post = fc.record({
  kind: fc.constantFrom(...kinds),
  // Around both nights in which clocks in New York are changed.
  createdAt: fc.oneof(
    fc.integer({ min: Date.UTC(2024, 2, 8), max: Date.UTC(2024, 2, 13) }),
    fc.integer({ min: Date.UTC(2024, 10, 1), max: Date.UTC(2024, 10, 5) }),
  ),
  hourUnknown: fc.integer({ min: 0, max: 5 }).map((die) => die === 0),
  hashtags: names('a', 'é', 'straße'),
  mentions: names('ann', 'bob'),
  domains: names('a.org', 'b.com'),
  emoji: names('❤️', '👍🏽', '🇨🇭'),
  client: fc.option(fc.constantFrom('Web', 'An "app", of \\ some {kind}'), { nil: null }),
});

describe('every bar and cell of a chart shows its posts', () => {
  test('as many as it counts, whatever the posts and the zone', async () => {
    const zones = fc.constantFrom(
      'UTC',
      'America/New_York',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'Pacific/Kiritimati',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(post, { minLength: 1, maxLength: 40 }), zones, async (posts, zone) => {
        const account = anAccount();
        const given = posts.map(({ createdAt, ...rest }) =>
          aPost(account, {
            ...rest,
            createdAt: rest.hourUnknown ? createdAt - (createdAt % 86_400_000) : createdAt,
          }),
        );
        await savePosts(db, account, given);
        const terms = Object.keys(lists).map((kind) => `${kind}: topTerms(kind: ${kind}) { term count }`);
        const of = (fields: string) => `account(handle: "${account.handle}") { ${fields} }`;
        const { data } = await ask(
          app,
          `{ ${of(`stats(timeZone: "${zone}") { byHourOfWeek byWeekday byHour ${terms.join(' ')} }`)} }`,
        );
        const { byHourOfWeek, byWeekday, byHour, ...top } = data.account.stats;
        const wanted: [filter: string, count: number][] = [
          ...weekdays.map((name, at): [string, number] => [`weekdays: [${name}]`, byWeekday[at]]),
          ...weekdays.flatMap((name, at) =>
            [0, 1, 2, 12, 23].map((hour): [string, number] => [
              `weekdays: [${name}], hours: [${hour}]`,
              byHourOfWeek[at][hour],
            ]),
          ),
          [`hours: [1, 2, 3]`, byHour[1] + byHour[2] + byHour[3]],
          ...Object.entries(lists).flatMap(([kind, list]) =>
            top[kind].map(({ term, count }: { term: string; count: number }): [string, number] => [
              `${list}: [${JSON.stringify(term)}]`,
              count,
            ]),
          ),
        ];
        const asked = wanted.map(
          ([filter], at) => `f${at}: posts(filter: { ${filter}, timeZone: "${zone}" }) { totalCount }`,
        );
        const counts = (await ask(app, `{ ${of(asked.join('\n'))} }`)).data.account;
        expect(
          Object.values(counts).map((page, at) => [
            wanted[at]?.[0],
            (page as { totalCount: number }).totalCount,
          ]),
        ).toEqual(wanted);
      }),
      { numRuns: 20 },
    );
  }, 60_000);

  test('accept input as people type it', async () => {
    const account = anAccount();
    await savePosts(db, account, [
      aPost(account, {
        text: 'it',
        mentions: ['ann'],
        domains: ['a.org'],
        emoji: ['❤️'],
        hashtags: ['straße'],
      }),
    ]);
    for (const filter of [
      'mentions: ["@Ann"]',
      'domains: ["WWW.A.org"]',
      'emojis: ["❤"]',
      'hashtags: ["#STRASSE", "#Straße"]',
    ]) {
      const { data } = await ask(
        app,
        `{ account(handle: "${account.handle}") { posts(filter: { ${filter} }) { nodes { text } } } }`,
      );
      expect(data.account.posts.nodes, filter).toEqual([{ text: 'it' }]);
    }
  });

  test.each([
    'hours: [24]',
    'hours: [-1]',
    'mentions: ["not a handle"]',
    `clients: [${Array.from({ length: 201 }, (_, at) => `"${at}"`).join(', ')}]`,
  ])('refuse values out of bounds: %s', async (filter) => {
    const { errors } = await ask(app, `{ posts(filter: { ${filter} }) { totalCount } }`);
    expect(errors?.[0]?.extensions.code).toBe('BAD_INPUT');
  });
});
