import { deleteStream } from '../jobs/delete-stream.ts';
import { BadInputError } from '../shared/errors.ts';
import { parseLogin } from '../shared/login.ts';
import { optOutChannel, optOutChatter } from '../streams/opt-out.ts';
import { listOptOuts, removeOptOut } from '../streams/opt-out-rows.ts';
import { jobFilesOf } from './job-files.ts';
import { countOf, type Environment, type Output, print, table } from './output.ts';
import { withStore } from './with-store.ts';

type OptOutOptions = Output & { readonly channel?: boolean; readonly undo?: boolean };

const shownMax = 200;

/** Opts a chatter or a channel out, or undoes that; without a login lists all opt-outs. */
export async function optOut(
  environment: Environment,
  typed: string | undefined,
  options: OptOutOptions,
): Promise<void> {
  const kind = options.channel ? 'CHANNEL' : 'CHATTER';
  await withStore(environment, async ({ db: { sql } }, config) => {
    if (typed === undefined) {
      const found = await listOptOuts(sql, shownMax);
      const rows = found.map((each) => [each.kind.toLowerCase(), each.login, each.createdAt.toISOString()]);
      return print(options, { optOuts: found }, rows.length === 0 ? ['Nobody opted out'] : table(rows));
    }
    const login = parseLogin(typed);
    if (options.undo) {
      if (!(await removeOptOut(sql, kind, login))) throw new BadInputError(`${login} did not opt out`);
      return print(options, { kind, login, undone: true }, [`${login} counts again from now on`]);
    }
    if (kind === 'CHATTER') {
      const removed = await optOutChatter(sql, login);
      return print(options, { kind, login, removed }, [
        `${login} opted out: ${countOf(removed, 'message')} removed, and no more will be stored`,
      ]);
    }
    let removed = 0;
    for (let id = await optOutChannel(sql, login); id !== null; id = await optOutChannel(sql, login)) {
      await deleteStream(sql, id, jobFilesOf(config));
      removed++;
    }
    print(options, { kind, login, removed }, [
      `The channel ${login} opted out: ${removed === 0 ? 'nothing of it was stored' : 'everything of it is erased'}, and nothing more will be stored`,
    ]);
  });
}
