// SPDX-License-Identifier: GPL-3.0-or-later
// branch: sms.rate=1 sms.burst=1 approval.from=1 approval.from_administrator=1
// A campaign from the empty form to the last text, on phones that run no script: what a page shows
// by itself elsewhere is asked for by a button here, or by loading the page again.
import assert from 'node:assert/strict';
import { listed, note, person, said, tell, until } from './lib.js';

const bare = { script: false, width: 360 };

async function write(page) {
    note('a campaign is written, and a button shows how it will be read');
    await page.getByRole('link', { name: 'Campaigns' }).click();
    await page.getByRole('link', { name: 'New campaign' }).click();
    await page.getByLabel('Name', { exact: true }).fill('three-days');
    await page.getByLabel('Title').fill('Three days are left');
    await page.getByLabel('Who', { exact: true }).fill('reachable:sms and not voted');
    await page.getByLabel('Begins').fill('now');
    await page.getByLabel('Deadline').fill('soon');
    await page.getByLabel('The text', { exact: true }).fill(
        'Anytown Health Branch: {{first_name}}, three days are left. Please vote. STOP');
    await page.getByRole('button', { name: 'Preview' }).last().click();
    await page.getByText(/, three days are left/).first().waitFor();
    await page.getByText(/16 members are meant/).waitFor();

    note('what is wrong is said, nothing typed is lost, and the draft is made');
    await page.getByRole('button', { name: 'Make the draft' }).click();
    await page.getByRole('alert').first().waitFor();
    await page.getByLabel('Deadline').fill('2099-12-01 20:00');
    await page.getByRole('button', { name: 'Make the draft' }).click();
    await said(page, 'The draft is made.');
}

async function approve(page, approver) {
    note('it is checked, and approved by somebody else');
    await page.getByRole('link', { name: 'Check before sending' }).click();
    await page.getByText('It would send 16 texts').first().waitFor();
    await approver.goto('/campaigns/three-days');
    await approver.getByRole('link', { name: 'Look at it and approve' }).click();
    await approver.getByRole('button', { name: 'Yes, I approve this' }).click();
    await said(approver, 'You have approved it.');
}

async function send(page) {
    note('it is started, paused in the middle, and goes on');
    await page.goto('/campaigns/three-days');
    await page.getByRole('link', { name: 'Start' }).click();
    await page.getByRole('button', { name: 'Yes, start it' }).click();
    await said(page, 'The campaign is started.');
    await until('some have gone', async () => {
        await page.goto('/campaigns/three-days');
        return await page.getByText(/Texts: [2-9]\d* done of 16/).count() > 0;
    });
    await page.getByRole('button', { name: 'Pause' }).click();
    await said(page, 'The campaign is paused');
    await page.getByRole('link', { name: 'Go on' }).click();
    await page.getByRole('button', { name: 'Go on' }).click();
    await said(page, 'The campaign goes on.');
    await until('all have gone', async () => {
        await page.goto('/campaigns/three-days');
        return await page.getByText(/Texts: 16 done of 16/).count() > 0;
    });
    assert.equal((await listed('message', 'list', 'three-days')).filter((message) =>
        ['accepted', 'delivered'].includes(message.state)).length, 16);
}

await tell(async () => {
    const olu = await person('olu', bare);
    await write(olu);
    await approve(olu, await person('ceri', bare));
    await send(olu);
});
