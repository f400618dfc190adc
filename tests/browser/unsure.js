// SPDX-License-Identifier: GPL-3.0-or-later
// rehearsal: --faults sms.drop=100%
// Texts whose hand-over ended without an answer: an organiser settles one from Today, and two more
// on a phone that runs no script.
import assert from 'node:assert/strict';
import { listed, look, muster, note, person, said, tell, until } from './lib.js';

const unsure = () => listed('message', 'list', '--state', 'unsure');

await tell(async () => {
    await muster('campaign', 'start', 'reminder');
    await until('nobody knows of the texts whether they arrived', async () => {
        const texts = (await listed('message', 'list', 'reminder')).filter(
            (message) => message.channel === 'sms');
        return texts.length > 0 && texts.every((message) => message.state === 'unsure');
    });
    const before = (await unsure()).length;

    note('one is noted as sent');
    const page = await person('olu');
    await page.locator('a[href="/unsure"]').first().click();
    await look(page);
    await page.getByRole('checkbox').first().check();
    await page.getByLabel('were sent: note it').check();
    await page.getByRole('button', { name: 'Settle them' }).click();
    await said(page, 'It is settled, and stands in the record with your name.');
    assert.equal((await unsure()).length, before - 1);

    note('two were not sent, says a phone without script');
    const phone = await person('olu', { script: false, width: 360 });
    await phone.goto('/unsure');
    await phone.getByRole('checkbox').nth(0).check();
    await phone.getByRole('checkbox').nth(1).check();
    await phone.getByLabel('were not sent, and are not to be').check();
    await phone.getByRole('button', { name: 'Settle them' }).click();
    await said(phone, 'It is settled, and stands in the record with your name.');
    assert.equal((await unsure()).length, before - 3);

    note('an auditor looks, and has no button');
    const auditor = await person('dot');
    await auditor.goto('/unsure');
    assert.equal(await auditor.getByRole('button', { name: 'Settle them' }).count(), 0);
    await look(auditor);
});
