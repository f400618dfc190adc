// SPDX-License-Identifier: GPL-3.0-or-later
// Every page that a link leads to, as each role, in both languages: it is there, it is sound, and
// no role is offered what it may not have.
import assert from 'node:assert/strict';
import { base, look, muster, note, person, remind, tell, texted } from './lib.js';

const ALIKE_MOST = 2; // so many pages of one kind are looked at: of a member, of a campaign

// What kind of page a path is of: its last parts are names and numbers of all kinds.
function kind(path) {
    const { pathname, searchParams } = new URL(path, base);
    const parts = pathname.split('/').map((part, index) => (index === 2 ? '*' : part));
    return `${parts.join('/')}?${[...searchParams.keys()].sort().join('&')}`;
}

// Goes from page to page, and calls `visit(path)` for each that is one.
async function walk(page, visit) {
    const seen = new Map();
    const waiting = ['/'];
    const met = new Set(waiting);
    while (waiting.length > 0) {
        const path = waiting.shift();
        const count = seen.get(kind(path)) ?? 0;
        if (count >= ALIKE_MOST) continue;
        seen.set(kind(path), count + 1);
        const answer = await page.request.get(base + path);
        assert.equal(answer.status(), 200, `the status of ${path}`);
        if (!answer.headers()['content-type'].startsWith('text/html')) continue; // a file to keep
        await page.goto(path);
        await visit(path);
        const links = await page.locator('a[href]').evaluateAll((all) => all.map((a) => a.href));
        for (const link of links.filter((one) => !one.startsWith('tel:'))) {
            const { pathname, search } = new URL(link);
            assert(link.startsWith(`${base}/`), `${path} has a link to ${link}`);
            if (!met.has(pathname + search)) waiting.push(pathname + search);
            met.add(pathname + search);
        }
    }
    return seen.size;
}

// A branch in which something has happened, so that pages have something to show.
async function happen() {
    await muster('ballot', 'mark', 'pay', 'voted', 'T1', 'T2', 'E3');
    await remind();
    await texted('+447700900004', 'VOTED');
    await texted('+447700900005', 'STOP');
    await texted('+447700900006', 'What is this about? I never got a paper <b>&</b> "who" are you');
}

await tell(async () => {
    await happen();
    note('an administrator, in English');
    const asha = await person('asha');
    console.log(`  ${await walk(asha, () => look(asha))} kinds of pages`);

    note('an administrator, in Welsh');
    await asha.getByRole('button', { name: 'Cymraeg' }).click();
    await asha.locator('html[lang=cy]').waitFor();
    console.log(`  ${await walk(asha, () => look(asha, [360]))} kinds of pages`);

    for (const name of ['olu', 'ceri', 'dot', 'ravi']) {
        note(`whatever ${name} is offered is there`);
        const page = await person(name);
        const kinds = await walk(page, async (path) => {
            if (name === 'ravi') await look(page, [360]); // a rep has pages of their own
            assert.deepEqual(page.faults, [], `what ${path} has done`);
        });
        console.log(`  ${kinds} kinds of pages`);
    }
});
