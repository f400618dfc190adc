// SPDX-License-Identifier: GPL-3.0-or-later
// The pictures themselves: pictures.js FOLDER; called by `make` beside it.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { muster, person, tell } from '../../tests/browser/lib.js';

const folder = process.argv[2];
const HIGHEST = 1250; // pixels of a page that are shown
const LOOKS = [{ width: 1280, scale: 1, quality: 75 }, { width: 360, scale: 1.5, quality: 70 }];

// The path of a conversation that somebody has begun with such words.
async function conversation(words) {
    const replies = JSON.parse(await muster('reply', 'list', '--format', 'json'));
    return `/replies/${replies.find((reply) => reply.text.includes(words)).id}`;
}

const PAGES = [
    ['today', () => '/'],
    ['board', () => '/ballots/pay-2026'],
    ['campaign', () => '/campaigns/last-safe-post'],
    ['preflight', () => '/campaigns/result-moorside/preflight'],
    ['writing', () => '/campaigns/new?like=reminder'],
    ['conversation', () => conversation('moved house')],
];

async function picture(page, file, look) {
    const height = Math.min(HIGHEST,
        await page.evaluate(() => document.documentElement.scrollHeight));
    const session = await page.context().newCDPSession(page);
    const { data } = await session.send('Page.captureScreenshot', {
        format: 'webp', quality: look.quality, captureBeyondViewport: true,
        clip: { x: 0, y: 0, width: look.width, height, scale: 1 },
    });
    writeFileSync(file, Buffer.from(data, 'base64'));
}

await tell(async () => {
    for (const old of readdirSync(folder)) {
        if (old.endsWith('.webp')) rmSync(`${folder}/${old}`);
    }
    for (const look of LOOKS) {
        const page = await person('asha', { width: look.width,
            context: { deviceScaleFactor: look.scale } });
        for (const [name, path] of PAGES) {
            await page.goto(await path());
            await picture(page, `${folder}/${name}-${look.width}.webp`, look);
        }
    }
});
