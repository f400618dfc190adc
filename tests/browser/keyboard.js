// SPDX-License-Identifier: GPL-3.0-or-later
// From the sign-in to a member who is marked, with nothing but a keyboard.
import assert from 'node:assert/strict';
import { focusShown, muster, note, said, tabTo, tell, visitor } from './lib.js';

async function go(page, where) {
    await tabTo(page, where.first());
    await focusShown(page);
    await page.keyboard.press('Enter');
}

await tell(async () => {
    note('the first thing on a page leads past its head');
    const page = await visitor();
    await page.goto('/');
    await page.keyboard.press('Tab');
    await focusShown(page);
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), '#main');

    note('signing in');
    await tabTo(page, page.getByLabel('Name'));
    await page.keyboard.type('olu');
    await page.keyboard.press('Tab');
    await page.keyboard.type(process.env.PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Sign out' }).waitFor();

    note('a member is found');
    await go(page, page.getByRole('link', { name: 'Members', exact: true }));
    await page.waitForURL('**/members');
    await tabTo(page, page.locator('main input[name=find]'));
    await page.keyboard.type('T7');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/members?*T7*');
    await go(page, page.locator('main a[href="/members/T7"]'));
    await page.waitForURL('**/members/T7');

    note('and marked');
    await go(page, page.getByRole('button', { name: 'Has voted', exact: true }));
    await said(page, 'It is noted.');
    assert.match(await muster('member', 'show', 'T7'), /^ballots .*: voted/m);
});
