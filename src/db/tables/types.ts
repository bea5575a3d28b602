import { customType, pgEnum } from 'drizzle-orm/pg-core';
import { namesOf } from '../../shared/names.ts';
import { platforms, postKinds, providerNames } from '../../shared/post.ts';

export const platform = pgEnum('platform', namesOf(platforms));
export const provider = pgEnum('provider', namesOf(providerNames));
export const postKind = pgEnum('post_kind', namesOf(postKinds));

/** Postgres' searchable form of a text. */
export const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });

export const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
