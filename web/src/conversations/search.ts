/** The orders of a list of conversations, as the API names them. */
export const orders = ['LARGEST', 'DEEPEST', 'ENGAGEMENT', 'NEWEST'] as const;
/** One of the orders. */
export type ConversationOrder = (typeof orders)[number];

/** The search of the page Conversations as its address has it: what is the default is absent. */
export type ConversationsSearch = {
  /** The global id of the account that began them; absent: the account that was fetched last. */
  stream?: string;
  order?: string;
  /** Fewest replies on the path of a viral chain. */
  depth?: string;
  /** Least engagement of its posts together. */
  engagement?: string;
};

/** The defaults of viral chains: those of the API. */
export const chainDefaults = { depth: 5, engagement: 100 } as const;

/** The order that an address asks for. */
export function orderOf({ order }: ConversationsSearch): ConversationOrder {
  return orders.find((name) => name.toLowerCase() === order) ?? 'LARGEST';
}

/** The least depth and engagement of viral chains that an address asks for. */
export function chainFilter({ depth, engagement }: ConversationsSearch): {
  depth: number;
  engagement: number;
} {
  return {
    depth: depth === undefined ? chainDefaults.depth : Number(depth),
    engagement: engagement === undefined ? chainDefaults.engagement : Number(engagement),
  };
}

/** Keeps what is valid of an address. */
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
