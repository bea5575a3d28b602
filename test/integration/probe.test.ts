import { expect, test } from 'vitest';
import { ask, openApp } from '../support/app.ts';
import { anAccount, aPost, savePosts } from '../support/posts.ts';
import { openStore } from '../support/store.ts';
const db = await openStore();
test('x', async () => {
  const account = anAccount();
  await savePosts(db, account, [aPost(account)]);
  console.log(JSON.stringify(await ask(openApp(db), `{account(handle:"@${account.handle}"){id title freshness{version} stats(timeZone:"Asia/Kathmandu"){from timeZone}}}`)));
  console.log(JSON.stringify(await ask(openApp(db), `{account(handle:"@a b"){id foo}}`)));
  console.log(JSON.stringify(await ask(openApp(db), `{account(handle:"@a b"){id stats(timeZone:"Mars"){from}}}`)));
  expect(1).toBe(1);
});
