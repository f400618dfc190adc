// SPDX-License-Identifier: GPL-3.0-or-later
// Signing in, the first page, the board, a member marked, a reply answered, Welsh, signing out.
import assert from 'node:assert/strict';
import { look, muster, note, said, signIn, tell, visitor } from './lib.js';

async function standing(number) {
    return /^ballots .*: (\S+)/m.exec(await muster('member', 'show', number))[1];
}

async function throughTheConsole(page) {
    note('the board tells what was reported');
    await muster('ballot', 'mark', 'pay', 'voted', 'T1', 'T2');
    await page.getByRole('link', { name: 'Ballots' }).click();
    await page.getByRole('link', { name: 'Pay ballot' }).click();
    await page.getByText('Anytown Hospital').first().waitFor();
    await look(page);

    note('a member is found and marked');
    await page.getByRole('link', { name: 'Members' }).click();
    await page.getByRole('searchbox').or(page.getByRole('textbox')).first().fill('T3');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/members?*find=T3*');
    await look(page);
    await page.locator('main a[href="/members/T3"]').first().click();
    await look(page);
    await page.getByRole('button', { name: 'Has voted' }).click();
    await said(page, 'It is noted.');
    await look(page);
    assert.equal(await standing('T3'), 'voted');
}

await tell(async () => {
    note('who is not signed in sees the sign-in, which says what was wrong and keeps the name');
    const page = await visitor();
    await page.goto('/members/T3');
    await look(page);
    await signIn(page, 'olu', 'not the pass phrase');
    await page.getByRole('alert').waitFor();
    assert.equal(await page.getByLabel('Name').inputValue(), 'olu');
    await look(page);

    note('signing in leads to where one wanted to go');
    await signIn(page, 'olu');
    await page.waitForURL('**/members/T3');
    await page.getByRole('link', { name: 'Today' }).click();
    await look(page);

    await throughTheConsole(page);

    note('the language stays with whoever has chosen it');
    await page.getByRole('button', { name: 'Cymraeg' }).click();
    await page.locator('html[lang=cy]').waitFor();
    await page.goto('/ballots');
    await page.getByRole('heading', { name: 'Pleidleisiau' }).waitFor();
    await look(page);
    await page.getByRole('button', { name: 'English' }).click();

    note('who has signed out is out');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Password').waitFor();
    await page.goto('/members/T3');
    await page.getByLabel('Password').waitFor();
});
