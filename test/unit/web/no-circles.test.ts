import { expect, it } from 'vitest';
import { findCircle } from '../../../web/no-circles.ts';

it('files that import each other are found, through others too', () => {
  const tree = new Map([
    ['page', ['shared', 'base']],
    ['shared', ['base']],
    ['base', []],
  ]);
  expect(findCircle(tree)).toBeNull();
  expect(findCircle(new Map([...tree, ['base', ['shared']]]))).toEqual(['shared', 'base']);
  expect(findCircle(new Map([...tree, ['base', ['page']]]))).toEqual(['page', 'shared', 'base']);
});
