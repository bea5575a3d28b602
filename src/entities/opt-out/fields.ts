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
  description: 'Whether a chatter or a channel opted out.',
  values: optOutKinds,
});

const OptOutType = builder.objectRef<OptOut>('OptOut').implement({
  description: 'A chatter or a channel of Twitch that opted out.',
  fields: (t) => ({
    kind: t.field({
      type: OptOutKind,
      description: 'Whether a chatter or a channel.',
      resolve: ({ kind }) => kind,
    }),
    login: t.exposeString('login', { description: 'The login, in lower case.' }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the opt-out was made.',
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
    description: 'Chatters and channels of Twitch that opted out, newest first.',
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
      'Opts out a chatter or a channel of Twitch. For a chatter, every message in every channel is removed with its ' +
      'payload and its counts, and later messages are never stored, whether they are collected or imported; returns ' +
      'the number of messages removed. For a channel, everything collected is erased, and nothing is collected or ' +
      'imported any more; returns the number of channels erased. Repeat an interrupted call: it ' +
      'goes on.',
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
      'Revokes an opt-out: new messages are stored again. What was removed does not come back by itself. BAD_INPUT ' +
      'when there is no such opt-out.',
    args: optOutArgs,
    resolve: async (_root, { kind, login }, { db }) => {
      const name = parseLogin(login);
      if (!(await removeOptOut(db.sql, kind, name))) throw new BadInputError(`${name} did not opt out`);
      return true;
    },
  }),
);
