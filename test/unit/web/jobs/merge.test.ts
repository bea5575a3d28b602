import { describe, expect, it } from 'vitest';
import { changesSince, type Listed, mergeJobs } from '../../../../web/src/jobs/merge.ts';

const job = (id: number, state = 'RUNNING', kind = 'FETCH'): Listed => ({
  id: String(id),
  state,
  kind,
  createdAt: new Date(1_800_000_000_000 + id * 1_000).toISOString(),
});
const changed = (...jobs: readonly Listed[]) => new Map(jobs.map((each) => [each.id, each]));
const all = { state: null, kind: null };

describe('a list of jobs that change', () => {
  it('shows each job as it stands now', () => {
    const merged = mergeJobs([job(2), job(1)], changed(job(1, 'FAILED')), all, false);
    expect(merged).toEqual([job(2), job(1, 'FAILED')]);
  });

  it('inserts new jobs at their place, and removes those that no longer match', () => {
    const filter = { state: 'RUNNING', kind: null };
    const merged = mergeJobs(
      [job(2), job(1)],
      changed(job(3), job(4, 'QUEUED'), job(2, 'SUCCEEDED')),
      filter,
      false,
    );
    expect(merged.map(({ id }) => id)).toEqual(['3', '1']);
  });

  it('does not show an old job above a gap of jobs that are not loaded', () => {
    const merged = mergeJobs([job(9), job(8)], changed(job(1, 'FAILED')), all, true);
    expect(merged.map(({ id }) => id)).toEqual(['9', '8']);
  });

  it('knows less than a list that was asked for later, but of jobs beyond that list', () => {
    const told = new Map([1, 2, 3].map((id) => [String(id), { ...job(id), receivedAt: id * 100 }]));
    const ids = (listedAt: number, beyond: string) => [
      ...changesSince(told, listedAt, ({ id }) => id === beyond).keys(),
    ];
    expect(ids(0, '')).toEqual(['1', '2', '3']);
    expect(ids(200, '')).toEqual(['3']);
    expect(ids(200, '1')).toEqual(['1', '3']);
    expect(ids(900, '')).toEqual([]);
  });

  it('equals the plain list of all jobs as they stand, for random changes', () => {
    let state = 11;
    const random = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const states = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED'];
    const kinds = ['FETCH', 'IMPORT'];
    for (let round = 0; round < 300; round += 1) {
      const now = new Map<string, Listed>();
      for (let id = 0; id < random(12); id += 1)
        now.set(String(id), job(id, states[random(4)], kinds[random(2)]));
      const filter = { state: states[random(6)] ?? null, kind: kinds[random(4)] ?? null };
      const list = () =>
        [...now.values()]
          .filter((each) => filter.state === null || each.state === filter.state)
          .filter((each) => filter.kind === null || each.kind === filter.kind)
          .sort((one, other) => Date.parse(other.createdAt) - Date.parse(one.createdAt));
      const loaded = list();
      const changes = new Map<string, Listed>();
      for (let change = 0; change < random(10); change += 1) {
        const id = random(16);
        const kind = now.get(String(id))?.kind ?? kinds[random(2)];
        const next = job(id, states[random(4)], kind);
        now.set(next.id, next);
        changes.set(next.id, next);
      }
      expect(mergeJobs(loaded, changes, filter, false)).toEqual(list());
    }
  });
});
