import { describe, expect, test } from 'vitest';

type Tab = { readonly query?: string; readonly variables?: string | undefined };
type Options = Tab & {
  readonly title: string;
  readonly defaultTabs?: readonly Tab[];
  readonly onTabChange: (state: { readonly tabs: readonly Tab[]; readonly activeTabIndex: number }) => void;
  readonly onEditQuery: (query: string) => void;
};

const path = new URL('../../../src/http/graphiql-address.js', import.meta.url).href;
const { withAddress } = (await import(path)) as {
  withAddress: (options: object, browser: object) => Options;
};

const dashboard = { query: 'query Dashboard { a }', variables: '{"handle":"lark"}' };
const other = { query: 'query Other { b }' };

/** The options that a browser computes from this address, and how the address changes. */
function open(
  search: string,
  { stored = null as string | null, tabs = [dashboard, other] as readonly Tab[] | null } = {},
) {
  const addresses: string[] = [];
  const browser = {
    location: { href: `http://localhost:4000/graphql${search}` },
    history: { replaceState: (_state: object, _title: string, url: URL) => addresses.push(url.href) },
    localStorage: { getItem: (key: string) => (key === 'graphiql:tabState' ? stored : null) },
  };
  const options = withAddress({ title: 'larkstat', ...(tabs && { defaultTabs: tabs }) }, browser);
  return { options, addresses };
}
const search = (params: Record<string, string>) => `?${new URLSearchParams(params)}`;

describe('opened without a query', () => {
  test('the first tab is shown with its variables', () => {
    const { options } = open('');
    expect(options).toMatchObject({ title: 'larkstat', ...dashboard, defaultTabs: [dashboard, other] });
  });

  test('the tabs of an earlier visit stay as they were left', () => {
    const { options } = open('', { stored: '{}' });
    expect([options.query, options.variables]).toEqual([undefined, undefined]);
  });

  test('without tabs GraphiQL has its own', () => {
    const { options } = open('', { tabs: null });
    expect(options.defaultTabs).toBeUndefined();
    expect(options.query).toBeUndefined();
  });
});

describe('opened with a query', () => {
  const asked = { query: 'query ($h: String!) { account(handle: $h) { id } }', variables: '{"h":"lark"}' };

  test.each([null, '{}'])(
    'it is shown in a tab of its own, with its variables, after visits: %s',
    (stored) => {
      const { options } = open(search(asked), { stored });
      expect(options).toMatchObject({ ...asked, defaultTabs: [asked, dashboard, other] });
    },
  );

  test('variables that are no JSON are shown as they are', () => {
    expect(open(search({ ...asked, variables: '{"h":' })).options.variables).toBe('{"h":');
  });

  test('the operation that is named comes first', () => {
    const query = '# Two.\nquery A { a }\n\n  mutation B($x: Int) { b }\nquery BB { c }';
    const first = (operationName: string) => open(search({ query, operationName })).options.query;
    expect(first('B')).toBe('  mutation B($x: Int) { b }\nquery BB { c }\n\n# Two.\nquery A { a }');
    expect(first('BB')).toBe('query BB { c }\n\n# Two.\nquery A { a }\n\n  mutation B($x: Int) { b }');
    for (const name of ['', 'C', '.*', 'A)']) expect(first(name)).toBe(query);
  });
});

describe('the address', () => {
  test('follows the tab that is shown', () => {
    const { options, addresses } = open(search({ query: '{ x }', operationName: 'X', theme: 'dark' }));
    options.onTabChange({ tabs: [dashboard, other], activeTabIndex: 0 });
    options.onTabChange({ tabs: [dashboard, other], activeTabIndex: 1 });
    const said = addresses.map((address) => Object.fromEntries(new URL(address).searchParams));
    expect(said).toEqual([
      { theme: 'dark', ...dashboard },
      { theme: 'dark', ...other },
    ]);
  });

  test('says nothing of a query too long to be loaded again', () => {
    const { options, addresses } = open('');
    options.onTabChange({ tabs: [{ query: 'x'.repeat(9_000), variables: '{}' }], activeTabIndex: 0 });
    expect(addresses).toEqual(['http://localhost:4000/graphql']);
  });

  test('is written by tabs alone, as what Yoga writes has no variables', () => {
    const { options, addresses } = open('');
    options.onEditQuery('{ x }');
    expect(addresses).toEqual([]);
  });
});
