/** The orders of a list of conversations, as the API names them. */
export const orders = ['LARGEST', 'DEEPEST', 'ENGAGEMENT', 'NEWEST'] as const;
/** One of the orders. */
export type ConversationOrder = (typeof orders)[number];

/** The search of the Conversations page as in its address; defaults are absent. */
export type ConversationsSearch = {
  /** The global id of the account that started them; absent: the account that was fetched last. */
  stream?: string;
  order?: string;
  /** Fewest replies on the path of a viral chain. */
  depth?: string;
  /** Least total engagement of its posts. */
  engagement?: string;
};

/** The defaults for viral chains, as in the API. */
export const chainDefaults = { depth: 5, engagement: 100 } as const;

/** The order in an address. */
export function orderOf({ order }: ConversationsSearch): ConversationOrder {
  return orders.find((name) => name.toLowerCase() === order) ?? 'LARGEST';
}

/** The minimum depth and engagement of viral chains in an address. */
export function chainFilter({ depth, engagement }: ConversationsSearch): {
  depth: number;
  engagement: number;
} {
  return {
    depth: depth === undefined ? chainDefaults.depth : Number(depth),
    engagement: engagement === undefined ? chainDefaults.engagement : Number(engagement),
  };
}

/** Keeps the valid parts of an address. */
export function parseConversationsSearch(raw: Readonly<Record<string, unknown>>): ConversationsSearch {
  const text = (name: keyof ConversationsSearch) => (typeof raw[name] === 'string' ? raw[name] : '');
  const search: ConversationsSearch = {};
  if (/^[\w+/=-]{1,200}$/.test(text('stream'))) search.stream = text('stream');
  if (orders.slice(1).some((name) => name.toLowerCase() === text('order'))) search.order = text('order');
  if (/^[1-9]\d{0,4}$/.test(text('depth')) && Number(text('depth')) !== chainDefaults.depth)
    search.depth = text('depth');
  if (/^\d{1,12}$/.test(text('engagement')) && Number(text('engagement')) !== chainDefaults.engagement)
    search.engagement = String(Number(text('engagement')));
  return search;
}
