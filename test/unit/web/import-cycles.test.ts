import { expect, it } from 'vitest';
import { findCycle } from '../../../web/import-cycles.ts';

it('files that import each other are found, through others too', () => {
  const tree = new Map([
    ['page', ['shared', 'base']],
    ['shared', ['base']],
    ['base', []],
  ]);
  expect(findCycle(tree)).toBeNull();
  expect(findCycle(new Map([...tree, ['base', ['shared']]]))).toEqual(['shared', 'base']);
  expect(findCycle(new Map([...tree, ['base', ['page']]]))).toEqual(['page', 'shared', 'base']);
});
