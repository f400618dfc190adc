// SPDX-License-Identifier: GPL-3.0-or-later
// A campaign is written in the browser: the preview follows what is typed, nothing in a mail runs,
// and two who edit at once both know.
import assert from 'node:assert/strict';
import { listed, look, note, person, said, tell, until } from './lib.js';

await tell(async () => {
    const olu = await person('olu');

    note('the preview follows what is typed');
    await olu.goto('/campaigns/new');
    const shown = olu.locator('#preview-part');
    await olu.getByLabel('Who', { exact: true }).fill('everyone');
    const text = olu.getByLabel('The text', { exact: true });
    await text.fill('{{first_name}}, please vote. STOP to leave.');
    await until('the text is in the phone', async () =>
        /, please vote\. STOP to leave\./.test(await shown.locator('.bubble').textContent()));
    await text.fill('Pleidleisiwch, ŵ.');
    await until('it takes another alphabet', async () =>
        /ucs2/.test(await shown.locator('.sums').textContent()));
    await text.fill('Dear {{frist_name}}');
    await shown.getByText('did you mean {{first_name}}').waitFor();
    await look(olu);

    note('what is wrong stands at its field, and what was typed is still there');
    await olu.getByLabel('Name', { exact: true }).fill('from-browser');
    await olu.getByLabel('Begins').fill('now');
    await olu.getByLabel('Deadline', { exact: true }).fill('2099-12-01 20:00');
    await olu.getByRole('button', { name: 'Make the draft' }).click();
    await olu.getByRole('alert').waitFor();
    assert.equal(await text.inputValue(), 'Dear {{frist_name}}');
    const tied = await text.getAttribute('aria-describedby');
    assert.match(await olu.locator(`#${tied.trim()}`).textContent(), /first_name/);
    await look(olu);

    note('a mail is seen as it looks, and nothing in it runs');
    await text.fill('Dear {{first_name}}, please vote. STOP to leave.');
    await olu.getByLabel('Channels', { exact: true }).selectOption('sms email');
    await olu.getByLabel('Template of mails').fill('letter');
    await olu.locator('.by-email').getByRole('button', { name: 'Write it here' }).click();
    await olu.getByLabel('Subject', { exact: true }).fill('Please vote');
    await olu.getByLabel('Mail as HTML').fill(
        '<html><head><title>Vote</title><script>parent.document.title = "run"</script></head>'
        + '<body><p id="words" style="color: rgb(1, 2, 3)">Vote</p><a href="{{links.unsubscribe}}">'
        + 'No more</a></body></html>');
    await olu.getByLabel('Mail as text').fill('Vote. No more: {{links.unsubscribe}}');
    const words = olu.frameLocator('iframe.mail').locator('#words');
    await words.waitFor();
    assert.equal(await words.evaluate((element) => getComputedStyle(element).color),
        'rgb(1, 2, 3)');
    assert.notEqual(await olu.title(), 'run');
    olu.expected = /script/i; // the browser says that it did not run one
    olu.faults = olu.faults.filter((fault) => !/script/i.test(fault));
    await olu.getByRole('button', { name: 'Make the draft' }).click();
    await said(olu, 'The draft is made.');
    assert((await listed('campaign', 'list')).some((one) => one.name === 'from-browser'));

    note('two who edit at once both know');
    const asha = await person('asha');
    for (const page of [olu, asha]) await page.goto('/campaigns/from-browser/edit');
    await asha.getByLabel('Title', { exact: true }).fill('As asha has it');
    await asha.getByRole('button', { name: 'Save the draft' }).click();
    await said(asha, 'The draft is saved.');
    await olu.getByLabel('Title', { exact: true }).fill('As olu has it');
    await olu.getByRole('button', { name: 'Save the draft' }).click();
    await olu.getByText('Somebody changed this draft').waitFor();
    assert.equal(await olu.getByLabel('Title', { exact: true }).inputValue(), 'As olu has it');
    await olu.locator('.stored').getByText('As asha has it').waitFor();
    await olu.getByRole('button', { name: 'Save the draft' }).click();
    await said(olu, 'The draft is saved.');

    note('steps come and go without any script, on a phone');
    const bare = await person('olu', { script: false, width: 360 });
    await bare.goto('/campaigns/new?like=reminder');
    assert.equal(await bare.getByRole('button', { name: /^Remove step/ }).count(), 4);
    await bare.getByRole('button', { name: 'Remove step 2' }).click();
    assert.equal(await bare.getByRole('button', { name: /^Remove step/ }).count(), 3);
    await bare.getByRole('button', { name: 'Add a step' }).click();
    assert.equal(await bare.getByLabel('Name of the step', { exact: true }).count(), 4);
});
