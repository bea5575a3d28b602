import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { useKeys } from '../../../../web/src/shell/keys.ts';
import { streamPath } from '../../../../web/src/shell/stream-link.ts';

function Page({ theme, go }: { theme: () => void; go: () => void }) {
  useKeys({ t: theme, 'g t': go });
  return <input aria-label="field" />;
}

it('single keys act, two in a row act together, and nothing acts while somebody types or holds a modifier', async () => {
  const theme = vi.fn();
  const go = vi.fn();
  render(<Page theme={theme} go={go} />);
  await userEvent.keyboard('t');
  expect(theme).toHaveBeenCalledTimes(1);
  await userEvent.keyboard('gt');
  expect(go).toHaveBeenCalledTimes(1);
  expect(theme).toHaveBeenCalledTimes(1);
  await userEvent.keyboard('{Control>}t{/Control}{Meta>}t{/Meta}');
  await userEvent.type(screen.getByLabelText('field'), 'tgt');
  expect(theme).toHaveBeenCalledTimes(1);
  expect(go).toHaveBeenCalledTimes(1);
});

it('a stream leads to its own page, whatever is in its name', () => {
  expect(streamPath({ __typename: 'Account', title: '@nasa', handle: 'nasa' })).toBe('/x/nasa');
  expect(streamPath({ __typename: 'Topic', title: 'a/b?', query: 'a/b?' })).toBe('/topic/a%2Fb%3F');
});
