// SPDX-License-Identifier: GPL-3.0-or-later
// branch: sms.rate=1 sms.burst=1 approval.from=1 approval.from_administrator=1
// A campaign from the empty form to the last text: written with its preview, checked, approved by
// somebody else, started, paused in the middle, resumed; and two who edit the same draft.
import assert from 'node:assert/strict';
import { listed, look, muster, note, person, said, tell, until } from './lib.js';

const URGE = 'Anytown Health Branch: {{first_name}}, three days are left. Please post your vote. STOP';

async function write(page) {
    note('a campaign is written, and seen as it will be read');
    await page.goto('/campaigns');
    await page.getByRole('link', { name: 'New campaign' }).click();
    await look(page);
    await page.getByLabel('Name', { exact: true }).fill('three-days');
    await page.getByLabel('Title').fill('Three days are left');
    await page.getByLabel('Who', { exact: true }).fill('reachable:sms and not voted');
    await page.getByLabel('Begins').fill('now');
    await page.getByLabel('Deadline').fill('2099-12-01 20:00');
    const preview = page.locator('#preview-part');
    await preview.getByText(/16 members are meant/).waitFor();
    await look(page);
    const words = page.getByLabel('The text', { exact: true });
    await words.fill(URGE);
    await preview.getByText(/, three days are left/).first().waitFor();
    await look(page);
    await words.fill(URGE.replace('{{first_name}}', '{{first_nam}}'));
    await preview.getByText(/first_name/).first().waitFor();
    await words.fill(URGE);
}

async function save(page) {
    note('what is wrong is said at its field, and nothing typed is lost');
    await page.getByLabel('Deadline').fill('tomorrow, perhaps');
    await page.getByRole('button', { name: 'Make the draft' }).click();
    await page.getByRole('alert').first().waitFor();
    await look(page);
    assert.equal(await page.getByLabel('The text', { exact: true }).inputValue(), URGE);
    await page.getByLabel('Deadline').fill('2099-12-01 20:00');
    await page.getByRole('button', { name: 'Make the draft' }).click();
    await said(page, 'The draft is made.');
    await look(page);
}

async function together(page, other) {
    note('of two who change the same draft the second is told, and overwrites nothing');
    await page.goto('/campaigns/three-days/edit');
    await other.goto('/campaigns/three-days/edit');
    await page.getByLabel('Title').fill('Three days are left to vote');
    await page.getByRole('button', { name: 'Save the draft' }).click();
    await said(page, 'The draft is saved.');
    await other.getByLabel('Title').fill('Only three days!');
    await other.getByRole('button', { name: 'Save the draft' }).click();
    await other.getByText('Somebody changed this draft while you had it open.').waitFor();
    assert.equal(await other.getByLabel('Title').inputValue(), 'Only three days!');
    await look(other);
    const [stored] = (await listed('campaign', 'list')).filter((one) => one.name === 'three-days');
    assert.equal(stored.title, 'Three days are left to vote');
}

async function approve(page, approver) {
    note('it is checked, and does not start before a second person has approved it');
    await page.goto('/campaigns/three-days');
    await page.getByRole('link', { name: 'Check before sending' }).click();
    await page.getByText('It would send 16 texts').first().waitFor();
    await look(page);
    await page.goto('/campaigns/three-days/start');
    await page.getByRole('button', { name: 'Yes, start it' }).click();
    await page.getByRole('alert').first().waitFor();
    await look(page);
    await approver.goto('/campaigns/three-days');
    await approver.getByRole('link', { name: 'Look at it and approve' }).click();
    await look(approver);
    await approver.getByRole('button', { name: 'Yes, I approve this' }).click();
    await said(approver, 'You have approved it.');
    await look(approver);
}

async function done(name) {
    return (await listed('message', 'list', name)).filter((message) =>
        ['accepted', 'delivered'].includes(message.state)).length;
}

async function send(page) {
    note('it is started, and the page tells how far it is without being asked again');
    await page.goto('/campaigns/three-days');
    await page.getByRole('link', { name: 'Start' }).click();
    await look(page);
    await page.getByRole('button', { name: 'Yes, start it' }).click();
    await said(page, 'The campaign is started.');
    await page.getByText(/Texts: [2-9]\d* done of 16/).waitFor();

    note('paused in the middle it stays there, and goes on when it is told to');
    await page.getByRole('button', { name: 'Pause' }).click();
    await said(page, 'The campaign is paused');
    await look(page);
    const until16 = await done('three-days');
    assert(until16 < 16, 'all had gone before the pause');
    await page.getByRole('link', { name: 'Go on' }).click();
    await look(page);
    await page.getByRole('button', { name: 'Go on' }).click();
    await said(page, 'The campaign goes on.');
    await until('all have gone', async () => await done('three-days') === 16);
    await page.getByText(/Texts: 16 done of 16/).waitFor();
    await look(page);
    await page.getByRole('link', { name: 'Messages' }).first().click();
    await look(page);
}

await tell(async () => {
    const olu = await person('olu');
    await write(olu);
    await save(olu);
    await together(olu, await person('asha'));
    await approve(olu, await person('ceri'));
    await send(olu);
});
