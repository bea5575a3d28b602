import { customType, pgEnum } from 'drizzle-orm/pg-core';
import { platforms, postKinds, providerNames } from '../../shared/post.ts';

export const platform = pgEnum('platform', platforms);
export const provider = pgEnum('provider', providerNames);
export const postKind = pgEnum('post_kind', postKinds);

/** Postgres' searchable form of a text. */
export const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });

export const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
