import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { App } from '../../../web/src/app.tsx';

it('names the program, and leads to its API', () => {
  render(<App />);
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('larkstat');
  expect(screen.getByRole('link', { name: '/graphql' }).getAttribute('href')).toBe('/graphql');
});
