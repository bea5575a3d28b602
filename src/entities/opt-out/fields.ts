import { builder } from '../../graphql/builder.ts';
import { listCost } from '../../graphql/cost.ts';
import { needs } from '../../graphql/guard.ts';
import { BadInputError } from '../../shared/errors.ts';
import { parseLogin } from '../../shared/login.ts';
import { optOutKinds } from '../../shared/opt-out.ts';
import { parseFirst } from '../../shared/page.ts';
import { optOutChannel, optOutChatter } from '../../streams/opt-out.ts';
import { listOptOuts, type OptOut, removeOptOut } from '../../streams/opt-out-rows.ts';

const OptOutKind = builder.enumType('OptOutKind', {
  description: 'Who wants not to be counted.',
  values: optOutKinds,
});

const OptOutType = builder.objectRef<OptOut>('OptOut').implement({
  description: 'Somebody on Twitch whose wish not to be counted is heeded.',
  fields: (t) => ({
    kind: t.field({
      type: OptOutKind,
      description: 'Whether a chatter or a channel.',
      resolve: ({ kind }) => kind,
    }),
    login: t.exposeString('login', { description: 'The login, in lower case.' }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'Since when.',
      resolve: ({ createdAt }) => createdAt,
    }),
  }),
});

const optOutArgs = builder.args((t) => ({
  kind: t.field({ type: OptOutKind, required: true, description: 'Whether a chatter or a channel.' }),
  login: t.string({ required: true, description: 'The login on Twitch, with or without @ or #.' }),
}));

builder.queryField('optOuts', (t) =>
  t.field({
    type: [OptOutType],
    extensions: needs('admin'),
    description: 'Who on Twitch opted out, the newest first.',
    args: {
      first: t.arg.int({ required: true, defaultValue: 20, description: 'How many, 1 to 200.' }),
    },
    complexity: listCost(1),
    resolve: (_root, { first }, { db, reads }) => {
      reads.never();
      return listOptOuts(db.sql, parseFirst(first));
    },
  }),
);

builder.mutationField('optOut', (t) =>
  t.field({
    type: 'SafeInt',
    extensions: needs('admin'),
    description:
      'Heeds the wish of somebody on Twitch not to be counted. Of a chatter, every message in every channel is removed, with its ' +
      'payload and all that it counted for, and what they write later is never stored, whether it is collected or imported; ' +
      'returns how many messages were removed. Of a channel, all that was collected is erased, and nothing is collected or imported any more; returns ' +
      'how many channels were erased. Asked again it goes on where it was cut off.',
    args: optOutArgs,
    resolve: async (_root, { kind, login: typed }, { db, services }) => {
      const login = parseLogin(typed);
      if (kind === 'CHATTER') return optOutChatter(db.sql, login);
      let erased = 0;
      for (
        let id = await optOutChannel(db.sql, login);
        id !== null;
        id = await optOutChannel(db.sql, login)
      ) {
        await services.deleteStream(id);
        erased++;
      }
      return erased;
    },
  }),
);

builder.mutationField('optIn', (t) =>
  t.field({
    type: 'Boolean',
    extensions: needs('admin'),
    description:
      'Takes an opt-out back: from now on they count again. What was removed does not come back by itself. BAD_INPUT when there is none.',
    args: optOutArgs,
    resolve: async (_root, { kind, login }, { db }) => {
      const name = parseLogin(login);
      if (!(await removeOptOut(db.sql, kind, name))) throw new BadInputError(`${name} did not opt out`);
      return true;
    },
  }),
);
