import './graphql/scalars.ts';
import './entities/account/fields.ts';
import './entities/stream/fields.ts';
import './entities/stream/delete.ts';
import './stats/scope/fields.ts';
import { builder } from './graphql/builder.ts';

/** The whole API. Each import above attaches its own types and fields. */
export const schema = builder.toSchema();
