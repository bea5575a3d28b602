import type DataLoader from 'dataloader';
import { Account } from '../../entities/account/fields.ts';
import { builder } from '../../graphql/builder.ts';
import { toConnection } from '../../graphql/connection.ts';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { listCost } from '../../graphql/cost.ts';
import { countedConnection } from '../../graphql/counted-connection.ts';
import { createLoader } from '../../graphql/loader.ts';
import { maxFirst, type PageArgs, type PageRequest, parsePage } from '../../shared/page.ts';
import { Conversation } from '../tree/fields.ts';
import {
  conversationCursor,
  type ConversationOrder,
  conversationOrders,
  countConversations,
  type ListedRow,
  listConversations,
} from './query.ts';

const ConversationOrderEnum = builder.enumType('ConversationOrder', {
  description: 'How a list of conversations is sorted. Of equal ones the newer root comes first.',
  values: conversationOrders,
});

const ConversationConnection = countedConnection(Conversation, 'Conversation', 'Conversations');

type Pages = DataLoader<number, readonly ListedRow[]>;

const pagesByArguments = (): Map<string, Pages> => new Map();

const countLoader = ({ db }: Context): DataLoader<number, number> =>
  createLoader((streamIds) => countConversations(db, streamIds), { maxBatchSize: maxFirst });

/** Accounts with the same page in a request are read by one statement. */
function pagesOf(context: Context, order: ConversationOrder, page: PageRequest): Pages {
  const all = loaderOf(context, pagesByArguments);
  const key = JSON.stringify([order, page]);
  const pages =
    all.get(key) ??
    createLoader((streamIds) => listConversations(context.db, streamIds, order, page), {
      maxBatchSize: maxFirst,
    });
  all.set(key, pages);
  return pages;
}

async function conversationPage(
  context: Context,
  streamId: number,
  order: ConversationOrder,
  args: PageArgs,
) {
  const page = parsePage(args);
  // A reply may arrive in any stream.
  context.reads.all();
  return toConnection(
    page,
    await pagesOf(context, order, page).load(streamId),
    conversationCursor(order),
    () => loaderOf(context, countLoader).load(streamId),
  );
}

builder.objectField(Account, 'conversations', (t) =>
  t.connection(
    {
      type: Conversation,
      description:
        'Conversations that this account started: it wrote the topmost collected post, and there is at least one ' +
        'reply, by any author and in any stream.',
      args: {
        orderBy: t.arg({
          type: ConversationOrderEnum,
          required: true,
          defaultValue: 'LARGEST',
          description: 'Sort order. A cursor serves only the order that it came from.',
        }),
      },
      complexity: listCost(5),
      resolve: ({ streamId }, { orderBy, ...args }, context) =>
        conversationPage(context, streamId, orderBy, args),
    },
    ConversationConnection,
  ),
);
