// SPDX-License-Identifier: GPL-3.0-or-later
// An action from the list to the steward's sheet, with script, and on a phone that runs none.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { listed, look, muster, note, person, said, scratch, tell } from './lib.js';

await tell(async () => {
    const year = new Date().getFullYear() + 1;
    const file = `${scratch}/rally.action`;
    writeFileSync(file, `action = { name = "rally"; title = "Rally for pay"; place = "Town Square";
        starts = "${year}-06-01 17:30"; ends = "${year}-06-01 19:00"; who = "everyone"; };`);
    await muster('action', 'create', file);

    for (const script of [true, false]) {
        note(`an answer is noted, and is on the sheet, ${script ? 'with' : 'without'} script`);
        const page = await person('olu', { script, width: script ? 1280 : 360 });
        await page.getByRole('link', { name: 'Campaigns' }).click();
        await page.getByRole('link', { name: 'Actions' }).click();
        if (script) await look(page);
        await page.getByRole('link', { name: 'Rally for pay' }).click();
        await page.getByText('Note what a member has said').click();
        if (script) await look(page);
        await page.getByLabel('Number').fill(script ? 'T1' : 'T2');
        await page.getByLabel('Guests').fill('2');
        await page.getByRole('button', { name: 'Note it' }).click();
        await said(page, 'It is noted.');
        await page.getByRole('link', { name: "The steward's sheet" }).click();
        await page.getByText('Heads: ').first().waitFor();
        if (script) await look(page);
    }
    assert.equal((await listed('action', 'list'))[0].coming, 2);
});
