// SPDX-License-Identifier: GPL-3.0-or-later
// The main paths on a phone that runs no script.
import assert from 'node:assert/strict';
import { listed, muster, note, person, remind, said, tell, texted } from './lib.js';

await tell(async () => {
    const page = await person('olu', { script: false, width: 360 });

    note('a member is found and marked');
    await page.getByRole('link', { name: 'Members' }).click();
    await page.locator('main input[name=find]').fill('T7');
    await page.locator('main').getByRole('button', { name: 'Find' }).first().click();
    await page.locator('main a[href="/members/T7"]').first().click();
    await page.getByRole('button', { name: 'Has voted' }).click();
    await said(page, 'It is noted.');
    assert.match(await muster('member', 'show', 'T7'), /^ballots .*: voted/m);

    note('a reply is answered');
    await remind();
    await texted('+447700900009', 'Where do I post it?');
    await page.getByRole('link', { name: 'Replies' }).click();
    await page.getByRole('link', { name: 'Where do I post it?' }).click();
    await page.getByLabel('What is texted back').fill('In any post box, without a stamp.');
    await page.getByRole('button', { name: 'Send' }).click();
    await said(page, 'The answer is on its way.');
    assert.equal((await listed('message', 'list', '--answers')).length, 1);
});
