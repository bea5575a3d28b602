import { describe, expect, test } from 'vitest';
import { clickedAddress } from '../../../../web/src/shell/links.ts';

/** The target of a click on the first element of some markup. */
function clickOn(markup: string, init: MouseEventInit = {}): string | null {
  document.body.innerHTML = markup;
  let led: string | null = null;
  const listen = (event: MouseEvent) => {
    led = clickedAddress(event);
    event.preventDefault();
  };
  document.addEventListener('click', listen);
  const target = document.querySelector('b') ?? document.querySelector('a');
  target?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, button: 0, ...init }));
  document.removeEventListener('click', listen);
  return led;
}

describe('a click on a plain link', () => {
  test('stays within the dashboard, whichever part of the link was clicked', () => {
    expect(clickOn('<a href="/posts?q=fire"><b>fire</b></a>')).toBe('/posts?q=fire');
  });

  test.each([
    '/graphql?query=x',
    '/exports/1.csv',
    '/media/a.png',
    '//example.com',
    'https://example.com/x',
    '#mood',
  ])('to %s is the browser’s', (href) => {
    expect(clickOn(`<a href="${href}">x</a>`)).toBeNull();
  });

  test('with a modifier, another button, a target or a download is the browser’s', () => {
    expect(clickOn('<a href="/jobs">x</a>', { ctrlKey: true })).toBeNull();
    expect(clickOn('<a href="/jobs">x</a>', { button: 1 })).toBeNull();
    expect(clickOn('<a href="/jobs" target="_blank">x</a>')).toBeNull();
    expect(clickOn('<a href="/jobs" download>x</a>')).toBeNull();
  });
});
