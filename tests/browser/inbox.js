// SPDX-License-Identifier: GPL-3.0-or-later
// What members text back: an opt-out is seen, an answer is written, a vote moves the board.
import assert from 'node:assert/strict';
import { listed, look, muster, note, person, remind, said, tell, texted, until } from './lib.js';

async function optOut(page) {
    note('who texts STOP gets nothing more, and both pages say so');
    await texted('+447700900005', 'STOP');
    await page.getByRole('link', { name: 'Replies' }).click();
    await page.getByRole('link', { name: 'STOP' }).click();
    await page.getByText('STOP', { exact: true }).first().waitFor();
    await look(page);
    await page.goto('/members/T5');
    await page.getByText(/said STOP|stop/i).first().waitFor();
    await look(page);
    const [suppressed] = await listed('suppress', 'list');
    assert.equal(suppressed.kind, 'stop');
}

async function answer(page) {
    note('what is held for a person is answered by one');
    await texted('+447700900009', 'Wrong number, leave me alone');
    await page.goto('/replies?show=held');
    await page.getByRole('link', { name: 'Wrong number' }).click();
    await look(page);
    await page.goto('/replies');
    await texted('+447700900010', 'Where do I post it?');
    await page.reload();
    await page.getByRole('link', { name: 'Where do I post it?' }).click();
    await page.getByLabel('What is texted back').fill('In any post box. No stamp is needed.');
    await look(page);
    await page.getByRole('button', { name: 'Send' }).click();
    await said(page, 'The answer is on its way.');
    await page.getByText('In any post box. No stamp is needed.').first().waitFor();
    await until('the answer has reached the phone', async () =>
        (await listed('message', 'list', '--answers')).some((message) =>
            message.to === '+447700900010' && message.state === 'delivered'));
    await page.reload();
    await look(page);
}

async function vote(page) {
    note('a vote that is reported moves the board');
    const count = async () => Number(/(\d+)\s*reported voted/.exec(
        await page.locator('main').innerText())[1]);
    await page.goto('/ballots/pay');
    const before = await count();
    await texted('+447700900001', 'VOTED');
    await texted('+447700900002', 'I have voted');
    await until('both are counted', async () => {
        await page.reload();
        return await count() === before + 2;
    });
    await look(page);
    assert.match(await muster('member', 'show', 'T1'), /^ballots .*: voted/m);
}

await tell(async () => {
    const page = await person('olu');
    await remind();
    await optOut(page);
    await answer(page);
    await vote(page);
});
