// SPDX-License-Identifier: GPL-3.0-or-later
// A damaged membership list: sent, its columns named by hand, tried, brought in, and taken back.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { look, muster, note, person, tell } from './lib.js';

// Windows-1252 with a title, a heading of words of their own, and all sorts of damage.
const LIST = Buffer.from([
    'Membership report 12/03/26', '', 'Pers Code;Forename;Surname;Handset;Mail box;Trust',
    'T1;Tess;Tester;7700900001;;City Trust', 'T2;Tess;Tester;7.70E+09;;Anytown Hospital',
    'N1;Si\u00e2n;<b>New</b>;7700900101;sian@mail.example;City Trust',
    ';Nobody;At All;7700900102;;City Trust', ''].join('\r\n'), 'latin1');

// Go on to what came of a job: a page with script offers it, one without goes there by itself.
async function goOn(page, sign) {
    const link = page.getByRole('link', { name: 'Done. See what came of it' });
    await link.or(sign).first().waitFor();
    if (await link.isVisible()) await link.click();
    await sign.first().waitFor();
}

async function send(page, script) {
    note('the list is sent, and what its columns mean is said by hand');
    await page.goto('/imports');
    await page.getByRole('link', { name: 'Bring in a list' }).click();
    if (script) await look(page);
    await page.locator('input[type=file]').setInputFiles(
        { name: 'payroll.csv', mimeType: 'text/csv', buffer: LIST });
    await page.locator('main form button').first().click();
    await page.getByRole('heading', { name: 'payroll.csv' }).waitFor();
    if (script) await look(page);
    await page.getByLabel('Pers Code').selectOption('number');
    await page.getByLabel('Handset').selectOption('mobile');
    await page.getByLabel('Mail box').selectOption('email');
    await page.getByLabel('Trust').selectOption('employer');
    await page.locator('button[name=do][value=try]').click();
}

// Whoever of the members has the new one's name.
async function found() {
    return muster('member', 'find', '<b>New</b>').catch(() => '');
}

async function see(page, script) {
    note('what would happen is shown, row by row, before anything does');
    await goOn(page, page.getByText('Nothing is changed yet.'));
    if (script) await look(page);
    await page.getByRole('link', { name: 'Cells left out' }).click();
    await page.getByText('7.70E+09').first().waitFor();
    assert.doesNotMatch(await found(), /N1/);
    const [file] = await Promise.all([page.waitForEvent('download'),
        page.locator('a[href$="refused.csv"]').click()]);
    assert.match(readFileSync(await file.path(), 'utf8'), /Nobody/);
}

async function apply(page, script) {
    note('brought in, it can be taken back');
    await page.locator('form[action$="/apply"] button').click();
    const number = page.locator('[role=status] a[href^="/imports/"]:not([href*=lists])');
    await goOn(page, number);
    if (script) await look(page);
    assert.match(await muster('member', 'show', 'N1'), /Siân/);
    await number.click();
    await page.locator('form[action$="/undo"] button').click();
    await goOn(page, page.getByText('The list is taken back.'));
    assert.doesNotMatch(await found(), /N1/);
    if (script) await look(page);
}

await tell(async () => {
    for (const script of [true, false]) {
        const page = await person('asha', { script, width: script ? 1280 : 360 });
        await send(page, script);
        await see(page, script);
        await apply(page, script);
    }
});
