import { beforeEach, describe, expect, test } from 'vitest';
import type { Services } from '../../../src/graphql/context.ts';
import { createApp } from '../../../src/app.ts';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { hourMs, minuteMs } from '../../../src/shared/instant.ts';
import { ask, openApp } from '../../support/app.ts';
import { openReceiver } from '../../support/receiver.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { clock, deliverer, evaluator, eventsOf, log, makeAlert, rules, noon } from './support.ts';

clock.ms = noon;

const statements: string[] = [];
const db = await openStore({ onStatement: (statement) => statements.push(statement) });
const alerts = { max: 20, webhooks: rules.webhooks };
const app = openApp(db, { alerts });
const receiver = await openReceiver();
const globalId = (type: string, id: string | number) => Buffer.from(`${type}:${id}`).toString('base64');

beforeEach(async () => {
  await db.sql`
    truncate alerts, alert_targets, alert_events, alert_deliveries, alert_posts, alert_streams restart identity`;
});

const create = (input: Record<string, unknown>) =>
  ask(
    app,
    `mutation ($input: CreateAlertInput!) { createAlert(input: $input) { secret alert {
      id name kind state cooldown streams { title } webhook { origin url disabledAt } firedAt error
      condition { __typename ... on SavedSearch { search hours } ... on LikesThreshold { timesNormal minLikes within }
        ... on BurstThreshold { hashtag window minScore minPosts } ... on WordRateThreshold { word timesUsual }
        ... on FollowersLostThreshold { count percent within } } } } }`,
    { input },
  );
const update = (id: string, input: Record<string, unknown>) =>
  ask(
    app,
    `mutation ($id: ID!, $input: UpdateAlertInput!) { updateAlert(id: $id, input: $input) { secret alert { name state note cooldown
      streams { title } webhook { url disabledAt } condition { __typename } } } }`,
    { id, input },
  );
const codeOf = ({ errors }: Awaited<ReturnType<typeof ask>>) =>
  errors?.map(({ extensions }) => extensions.code);
const search = { posts: { search: 'harbour' } };

describe('createAlert', () => {
  test.each([
    [search, 'POSTS', { __typename: 'SavedSearch', search: 'harbour', hours: null }],
    [{ burst: { hashtag: '#Sea' } }, 'BURST', { hashtag: 'sea', window: 'PT1H', minScore: 3, minPosts: 10 }],
    [{ wordRate: { word: 'sea', timesUsual: 3 } }, 'WORD_RATE', { word: 'sea', timesUsual: 3 }],
    [{ likes: {} }, 'LIKES', { timesNormal: 5, minLikes: 50, within: 'P2D' }],
    [{ followersLost: { percent: 2 } }, 'FOLLOWERS_LOST', { count: null, percent: 2, within: 'P1D' }],
  ])('of %j makes one that can be read', async (condition, kind, read) => {
    const { data, errors } = await create({ name: ' Watch ', condition });
    expect(errors).toBeUndefined();
    expect(data.createAlert).toMatchObject({
      secret: null,
      alert: {
        name: 'Watch',
        kind,
        state: 'ACTIVE',
        cooldown: 'PT1H',
        streams: null,
        webhook: null,
        condition: read,
      },
    });
    const query = 'query ($id: ID!) { alert(id: $id) { name } node(id: $id) { ... on Alert { kind } } }';
    const { id } = data.createAlert.alert;
    expect(await ask(app, query, { id })).toEqual({ data: { alert: { name: 'Watch' }, node: { kind } } });
  });

  test('shows the secret of a webhook once', async () => {
    const { data } = await create({ name: 'a', condition: search, webhook: receiver.url });
    const { secret, alert } = data.createAlert;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(alert.webhook).toEqual({
      origin: `http://127.0.0.1:${receiver.port}`,
      url: receiver.url,
      disabledAt: null,
    });
    const again = await update(alert.id, { webhook: receiver.url });
    expect(again.data.updateAlert.secret).toBeNull();
    const everything = await ask(
      app,
      '{ alerts { nodes { name condition { __typename } webhook { origin note } } } }',
    );
    expect(JSON.stringify(everything)).not.toContain('whsec_');
  });

  test.each([
    [{ name: '', condition: search }, 'Invalid name'],
    [{ name: 'a'.repeat(101), condition: search }, '101 characters given, 1 to 100 allowed'],
    [{ name: 'a', condition: {} }, /[Ee]xactly one/],
    [{ name: 'a', condition: { likes: {}, posts: { search: 'a' } } }, /[Ee]xactly one/],
    [
      { name: 'a', condition: search, cooldown: 'PT1S' },
      'Invalid cooldown: PT1S asked, PT1M to P30D allowed',
    ],
    [{ name: 'a', condition: search, cooldown: 'P100D' }, 'Invalid cooldown'],
    [{ name: 'a', condition: search, streams: [] }, 'No stream given'],
    [{ name: 'a', condition: search, streams: ['garbage'] }, 'Not the id of a stream'],
    [{ name: 'a', condition: search, webhook: 'ftp://example.org' }, 'A webhook URL begins with'],
    [{ name: 'a', condition: { burst: { hashtag: '#' } } }, 'Not a hashtag'],
    [{ name: 'a', condition: { burst: { hashtag: 'a', window: 'P1000D' } } }, 'Invalid window'],
    [{ name: 'a', condition: { posts: { search: 'a '.repeat(600) } } }, 'Search too long'],
    [{ name: 'a\0', condition: search }, /NUL/],
  ])('refuses %j', async (input, message) => {
    const answer = await create(input);
    expect(codeOf(answer)).toEqual(['BAD_INPUT']);
    expect(answer.errors?.[0]?.message).toMatch(message);
  });

  test('refuses a stream that is not there, and more alerts than are allowed', async () => {
    const gone = { name: 'a', condition: search, streams: [globalId('Account', 999_999)] };
    expect(codeOf(await create(gone))).toEqual(['NOT_FOUND']);
    for (let count = 0; count < 20; count++) await makeAlert(db, search);
    const answer = await create({ name: 'a', condition: search });
    expect(answer.errors?.[0]?.message).toBe('Invalid number of alerts: 21 asked, 1 to 20 allowed');
  });
});

describe('updateAlert', () => {
  test('changes what is given, and nothing else', async () => {
    const { data } = await create({ name: 'a', condition: search, webhook: receiver.url, cooldown: 'PT5M' });
    const { id } = data.createAlert.alert;
    const before = { name: 'a', state: 'ACTIVE', cooldown: 'PT5M', condition: { __typename: 'SavedSearch' } };
    expect((await update(id, {})).data.updateAlert.alert).toMatchObject(before);
    expect((await update(id, { paused: true })).data.updateAlert.alert).toMatchObject({
      ...before,
      state: 'PAUSED',
    });
    const changed = await update(id, {
      name: 'b',
      cooldown: 'PT2H',
      paused: false,
      condition: { likes: {} },
      webhook: null,
    });
    expect(changed.data.updateAlert.alert).toEqual({
      name: 'b',
      state: 'ACTIVE',
      note: null,
      cooldown: 'PT2H',
      streams: null,
      webhook: null,
      condition: { __typename: 'LikesThreshold' },
    });
  });

  test.each(['Alert:999', 'Alert:99999999999', 'Alert:x'])(
    'of an alert that is not there is NOT_FOUND: %s',
    async (id) => {
      const [type = '', number = ''] = id.split(':');
      expect(codeOf(await update(globalId(type, number), { name: 'b' }))).toEqual(['NOT_FOUND']);
      expect(
        codeOf(
          await ask(app, 'mutation ($id: ID!) { deleteAlert(id: $id) }', { id: globalId(type, number) }),
        ),
      ).toEqual(['NOT_FOUND']);
    },
  );

  test('of an id of another type is BAD_INPUT', async () => {
    expect(codeOf(await update(globalId('Account', 1), { name: 'b' }))).toEqual(['BAD_INPUT']);
  });
});

test('an alert that is deleted leaves nothing', async () => {
  const { alertId } = await makeAlert(db, search, { webhookUrl: receiver.url });
  const account = anAccount();
  await savePosts(db, account, [aPost(account, { text: 'harbour', createdAt: clock.ms })]);
  await evaluator(db)();
  const { data } = await ask(app, 'mutation ($id: ID!) { deleteAlert(id: $id) }', {
    id: globalId('Alert', alertId),
  });
  expect(data.deleteAlert).toBe(globalId('Alert', alertId));
  for (const table of [
    'alerts',
    'alert_targets',
    'alert_events',
    'alert_deliveries',
    'alert_posts',
    'alert_streams',
  ]) {
    expect(await db.sql`select from ${db.sql(table)}`, table).toHaveLength(0);
  }
});

describe('what happened', () => {
  const query = `query ($id: ID!, $first: Int, $after: String) { alert(id: $id) { firedAt events(first: $first, after: $after) { totalCount
    pageInfo { hasNextPage endCursor } nodes { number summary measured threshold isTest postCount stream { title }
    posts { platformId } deliveries { state attempts status error log { status } } } } } }`;

  test('can be read: events with their posts and deliveries', async () => {
    const account = anAccount();
    const { alertId } = await makeAlert(db, search, { webhookUrl: receiver.url, cooldownMs: minuteMs });
    const evaluate = evaluator(db);
    const posts = [1, 2, 3].map((n) => aPost(account, { text: `harbour ${n}`, createdAt: clock.ms }));
    for (const post of posts) {
      await savePosts(db, account, [post]);
      await evaluate();
      await deliverer(db)();
      clock.ms += 2 * minuteMs;
    }
    const id = globalId('Alert', alertId);
    const { data, errors } = await ask(app, query, { id, first: 2 });
    expect(errors).toBeUndefined();
    expect(data.alert.events).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    expect(data.alert.events.nodes).toEqual(
      [2, 1].map((at) => ({
        number: at + 1,
        summary: '1 post matches "harbour"',
        measured: 1,
        threshold: 1,
        isTest: false,
        postCount: 1,
        stream: { title: `@${account.handle}` },
        posts: [{ platformId: posts[at]?.platformId }],
        deliveries: [{ state: 'DELIVERED', attempts: 1, status: 204, error: null, log: [{ status: 204 }] }],
      })),
    );
    const { endCursor } = data.alert.events.pageInfo;
    const rest = await ask(app, query, { id, first: 2, after: endCursor });
    expect(rest.data.alert.events.nodes.map((node: { number: number }) => node.number)).toEqual([1]);
  });

  test('takes as many statements for ten alerts as for one', async () => {
    const account = anAccount();
    const evaluate = evaluator(db);
    const page = `query ($first: Int) { alerts(first: $first) { totalCount nodes { name streams { title } webhook { origin } events(first: 3) {
      totalCount nodes { summary alert { name } stream { title } posts { text author { handle } } deliveries { state } } } } } }`;
    const { streamId } = await savePosts(db, account, [aPost(account)]);
    for (let count = 0; count < 10; count++)
      await makeAlert(db, search, { webhookUrl: receiver.url, streams: [streamId] });
    await savePosts(db, account, [aPost(account, { text: 'harbour', createdAt: clock.ms })]);
    expect(await evaluate()).toBe(10);
    const countOf = async (first: number) => {
      statements.length = 0;
      const { errors, data } = await ask(app, page, { first });
      expect(errors).toBeUndefined();
      expect(data.alerts.nodes).toHaveLength(first);
      expect(data.alerts.nodes[0].events.nodes[0].posts[0].text).toBe('harbour');
      return statements.length;
    };
    expect(await countOf(10)).toBe(await countOf(1));
  });

  test('is tried by a test, and delivered again on request', async () => {
    const { alertId } = await makeAlert(db, search, { webhookUrl: receiver.url });
    const id = globalId('Alert', alertId);
    const fields = 'isTest summary deliveries { id state attempts }';
    const { data } = await ask(
      app,
      `mutation ($id: ID!) { testAlert(id: $id) { ${fields} alert { firedAt } } }`,
      { id },
    );
    expect(data.testAlert).toMatchObject({
      isTest: true,
      deliveries: [{ state: 'PENDING', attempts: 0 }],
      alert: { firedAt: null },
    });
    const [delivery] = data.testAlert.deliveries;
    const replay = () =>
      ask(app, 'mutation ($id: ID!) { replayDelivery(id: $id) { state } }', { id: delivery.id });
    expect(codeOf(await replay())).toEqual(['BAD_INPUT']);
    // The API's clock is fixed, before or after the clock of these tests.
    await db.sql`update alert_deliveries set next_at = ${new Date(clock.ms)}`;
    await deliverer(db)();
    expect((await replay()).data.replayDelivery).toEqual({ state: 'PENDING' });
    const none = await makeAlert(db, search);
    const refused = await ask(app, 'mutation ($id: ID!) { testAlert(id: $id) { number } }', {
      id: globalId('Alert', none.alertId),
    });
    expect(refused.errors?.[0]?.message).toBe('The alert has no webhook: give it one with updateAlert');
  });
});

describe('a key of scope read', () => {
  const reader = createApp({
    db,
    log,
    services: { alerts } as unknown as Services, // safe: no operation here needs another
    caller: { keyId: 1, keyName: 'reader', scope: 'read' } as never,
  });

  test('makes, changes, tries and deletes no alert', async () => {
    const { alertId } = await makeAlert(db, search, { webhookUrl: receiver.url });
    const id = globalId('Alert', alertId);
    for (const mutation of [
      'createAlert(input: { name: "a", condition: { likes: {} } }) { secret }',
      `updateAlert(id: "${id}", input: { name: "b" }) { secret }`,
      `testAlert(id: "${id}") { number }`,
      `deleteAlert(id: "${id}")`,
      `replayDelivery(id: "${globalId('AlertDelivery', '00000000-0000-4000-8000-000000000000')}") { state }`,
    ])
      expect(codeOf(await ask(reader, `mutation { ${mutation} }`))).toEqual(['FORBIDDEN']);
  });

  test('sees where a webhook goes, and not its path or query', async () => {
    await makeAlert(db, search, { webhookUrl: receiver.url });
    const { data } = await ask(reader, '{ alerts { nodes { webhook { origin } } } }');
    expect(data.alerts.nodes).toEqual([{ webhook: { origin: `http://127.0.0.1:${receiver.port}` } }]);
    const whole = await ask(reader, '{ alerts { nodes { webhook { origin url } } } }');
    expect(codeOf(whole)).toEqual(['FORBIDDEN']);
    expect(whole.data.alerts.nodes[0].webhook.url).toBeNull();
  });
});

describe('a stream that is deleted', () => {
  test('is not watched any more, and the events of its alerts are gone', async () => {
    const [one, other] = [anAccount(), anAccount()];
    const save = (account: typeof one, text: string) =>
      savePosts(db, account, [aPost(account, { text, createdAt: clock.ms })]);
    const [a, b] = [await save(one, 'sea'), await save(other, 'sea')];
    const both = await makeAlert(db, search, { streams: [a.streamId, b.streamId], webhookUrl: receiver.url });
    const alone = await makeAlert(db, search, { streams: [a.streamId], webhookUrl: receiver.url });
    const all = await makeAlert(db, search);
    await save(one, 'harbour');
    await evaluator(db)();
    expect(await eventsOf(db, alone.alertId)).toHaveLength(1);
    await deleteStreamRows(db.sql, a.streamId);
    for (const { alertId } of [both, alone, all]) expect(await eventsOf(db, alertId)).toEqual([]);
    for (const table of ['alert_posts', 'alert_streams'])
      expect(await db.sql`select from ${db.sql(table)} where stream_id = ${a.streamId}`).toHaveLength(0);
    expect(await db.sql`select from alert_deliveries`).toHaveLength(0);
    const { data } = await ask(app, '{ alerts { nodes { state note streams { title } } } }');
    expect(data.alerts.nodes).toEqual([
      { state: 'ACTIVE', note: null, streams: null },
      { state: 'PAUSED', note: 'The streams that it watched were deleted', streams: [] },
      { state: 'ACTIVE', note: null, streams: [{ title: `@${other.handle}` }] },
    ]);
    const resumed = await update(globalId('Alert', alone.alertId), { paused: false });
    expect(resumed.errors?.[0]?.message).toBe('The streams that it watched were deleted: name other streams');
    clock.ms += hourMs;
    await save(other, 'harbour');
    await evaluator(db)();
    expect(await eventsOf(db, both.alertId)).toHaveLength(1);
  });
});
