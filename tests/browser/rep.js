// SPDX-License-Identifier: GPL-3.0-or-later
// A rep sees their own part and nothing else. Ravi's is the branch City Health: T3 is of it, T1 is
// not.
import assert from 'node:assert/strict';
import { base, look, muster, note, person, said, tell } from './lib.js';

await tell(async () => {
    note('the first page of a rep is of their part');
    const page = await person('ravi', { width: 360 });
    await page.getByRole('heading', { level: 1 }).waitFor();
    await look(page);
    const words = await page.locator('main').innerText();
    assert.match(words, /City Trust/);
    assert.doesNotMatch(words, /Anytown Hospital/);

    note('their members, and nobody else');
    await page.getByRole('link', { name: 'Members' }).click();
    await page.locator('main table').waitFor();
    await look(page);
    const numbers = await page.locator('main tbody tr').allInnerTexts();
    assert(numbers.some((row) => /\bT3\b/.test(row)), 'T3 is not listed');
    assert(!numbers.some((row) => /\bT1\b/.test(row)), 'T1 is listed');
    for (const path of ['/members/T1', '/campaigns', '/replies', '/members/T1/edit', '/imports']) {
        const answer = await page.request.get(base + path, { maxRedirects: 0 });
        assert([403, 404].includes(answer.status()), `${path}: ${answer.status()}`);
        assert.doesNotMatch(await answer.text(), /07700 ?900001|Jones/);
    }

    note('one of theirs has voted');
    await page.locator('main tbody a[href="/members/T3"]').first().click();
    await look(page);
    assert.doesNotMatch(await page.locator('main').innerText(), /900003/);
    await page.getByRole('button', { name: 'Has voted' }).click();
    await said(page, 'It is noted.');
    assert.match(await muster('member', 'show', 'T3'), /^ballots .*: voted/m);
});
