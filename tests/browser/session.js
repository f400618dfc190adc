// SPDX-License-Identifier: GPL-3.0-or-later
// A session ends while somebody writes: what they wrote is kept, and is sent after the sign-in.
import { listed, look, note, person, remind, signIn, tell, texted, until } from './lib.js';

const ANSWER = 'In any post box. No stamp is needed, & "today" is best.';

await tell(async () => {
    await remind();
    await texted('+447700900009', 'Where do I post it?');
    for (const script of [true, false]) {
        note(`the session ends before the answer is sent${script ? '' : ', without script'}`);
        const page = await person('olu', { script });
        await page.goto('/replies/1');
        await page.getByLabel('What is texted back').fill(ANSWER);
        page.expected = /403 \(Forbidden\)/; // a part of the page is asked for in vain
        await page.context().clearCookies();
        await page.getByRole('button', { name: 'Send' }).click();
        await page.getByText('Your session has ended.').first().waitFor();
        if (script) await look(page);

        note('after the sign-in it is there, and is sent when its writer says so');
        await signIn(page, 'olu');
        await page.getByText(ANSWER).first().waitFor();
        if (script) await look(page);
        const before = (await listed('message', 'list', '--answers')).length;
        await page.getByRole('button', { name: 'Send it now' }).click();
        await until('it is sent', async () =>
            (await listed('message', 'list', '--answers')).length === before + 1);
        await page.getByText(ANSWER).first().waitFor();
    }
});
