// Runs in the browser: its text goes into the page that asks for a key, so it may use nothing but its arguments.

/**
 * Asks for a key, keeps it in this tab, and shows the page of this address in its place. No cookie is set: the key is
 * sent by the pages' own requests alone, and is gone with the tab.
 */
export function logIn({ document, location, sessionStorage }) {
  const name = 'larkstat:key';
  const form = document.querySelector('form');
  const input = document.querySelector('input');
  const told = document.querySelector('output');
  const reasons = {
    401: 'This key is unknown, expired or revoked.',
    429: 'Too many unknown keys came from here: wait a minute.',
  };

  const open = async (key) => {
    form.hidden = true;
    told.textContent = '';
    try {
      const headers = { accept: 'text/html', authorization: `Bearer ${key}` };
      const response = await fetch(location.href, { headers });
      if (response.ok) {
        const page = await response.text();
        sessionStorage.setItem(name, key);
        document.open();
        document.write(page);
        document.close();
        return;
      }
      if (response.status === 401) sessionStorage.removeItem(name);
      told.textContent = reasons[response.status] ?? `The server answers with status ${response.status}.`;
    } catch (error) {
      told.textContent = `The server could not be asked: ${error.message}`;
    }
    form.hidden = false;
    input.focus();
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const key = input.value.trim();
    if (key !== '') open(key);
  });
  const kept = sessionStorage.getItem(name);
  if (kept !== null) open(kept);
}
