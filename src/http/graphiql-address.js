// Runs in the browser: its text goes into the page of GraphiQL, so it may use nothing but its arguments.

/**
 * Returns GraphiQL's options with what the address of the page says: `query`, `variables` and `operationName`, which
 * open in the first tab. The address follows the tab that is shown, so that it can be copied. The key of the tab, when it has
 * one, goes with each request.
 */
export function withAddress(options, { location, history, localStorage, sessionStorage }) {
  // Longer ones would be refused when the page is loaded again. Tabs are kept by GraphiQL itself.
  const longest = 8_000;
  const address = new URL(location.href);
  const asked = (name) => address.searchParams.get(name) || undefined;

  const write = (name, value) => {
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  };
  const follow = ({ tabs, activeTabIndex }) => {
    const { query, variables } = tabs[activeTabIndex] ?? {};
    write('query', query);
    write('variables', variables);
    address.searchParams.delete('operationName');
    if (address.href.length > longest) for (const name of ['query', 'variables']) write(name, null);
    history.replaceState({}, '', address);
  };

  /** The document with the named operation in front: GraphiQL runs the first. */
  const withFirst = (query, operationName) => {
    const named = query && operationName && /^\w+$/.test(operationName);
    const at = named
      ? query.search(new RegExp(`^[ \\t]*(query|mutation|subscription)\\s+${operationName}\\b`, 'm'))
      : 0;
    return at > 0 ? `${query.slice(at)}\n\n${query.slice(0, at).trimEnd()}` : query;
  };

  const query = withFirst(asked('query'), asked('operationName'));
  const tabs = options.defaultTabs ?? [];
  const opened = query === undefined ? undefined : { query, variables: asked('variables') };
  const isFirstVisit = localStorage.getItem('graphiql:tabState') === null;
  // GraphiQL shows `variables` in place of the first tab's own. Who was here before finds the tabs as they were left.
  const shown = opened ?? (isFirstVisit ? tabs[0] : undefined);
  const key = sessionStorage?.getItem('larkstat:key');
  return {
    ...options,
    ...shown,
    ...(key && { additionalHeaders: { authorization: `Bearer ${key}` } }),
    ...(options.defaultTabs && { defaultTabs: opened ? [opened, ...tabs] : tabs }),
    onTabChange: follow,
    // Yoga's own would write the query alone.
    onEditQuery: () => {},
  };
}
