// SPDX-License-Identifier: GPL-3.0-or-later
// What the stories in a browser share. A story is a module NAME.js that is started by story.sh:
//
//     import { note, muster, person, tell } from './lib.js';
//     await tell(async () => {
//         const olu = await person('olu');
//         note('the board says what members have reported');
//         await olu.goto('/ballots/pay');
//         await look(olu);
//     });
//
// The first thing that is not as it should be ends it. A line "// branch: NAME=VALUE..." in a story
// is of settings for its branch. A story waits for what is on a page (`until`), never for a time.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

const modules = createRequire(`${process.env.MUSTER_MODULES}/`);
const { chromium } = modules('playwright-core');
const axe = readFileSync(modules.resolve('axe-core/axe.min.js'), 'utf8');
const run = promisify(execFile);

export const base = process.env.CONSOLE_URL;
export const scratch = process.env.SCRATCH;
const PATIENCE = Number(process.env.MUSTER_PATIENCE ?? 60_000); // ms: the machine may be busy
const PAGE_MOST = 100_000; // bytes
const WIDTHS = [360, 1440]; // the narrowest and the widest that a page must fit
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

let browser;
let noted = '';
const pages = [];

// What is being told now; said again when it fails.
export function note(text) {
    noted = text;
    console.log(`- ${text}`);
}

// The standard output of muster with these arguments.
export async function muster(...words) {
    return (await run(process.env.MUSTER, words, { maxBuffer: 1 << 26 })).stdout;
}

// The same, read as JSON.
export async function listed(...words) {
    return JSON.parse(await muster(...words, '--format', 'json'));
}

// Repeat this until what comes of it is true; gives that. Fails after a minute.
export async function until(what, question) {
    const end = Date.now() + PATIENCE;
    for (;;) {
        const answer = await question();
        if (answer) return answer;
        assert(Date.now() < end, `not within a minute: ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

// A phone of the rehearsal's answers with a text; comes back when muster has taken it.
export async function texted(number, text) {
    const answer = await fetch(`${process.env.SMS_URL}/phone/${number}/reply`, {
        method: 'POST',
        body: new URLSearchParams({ text }),
    });
    assert(answer.ok, `the rehearsal does not take a reply of ${number}`);
    await until('the reply has been handed over', async () => {
        const status = await (await fetch(`${process.env.SMS_URL}/status`)).json();
        return status.receipts.waiting === 0 && status.replies.waiting === 0;
    });
}

// The campaign of the branch is sent, and its texts are delivered.
export async function remind() {
    await muster('campaign', 'start', 'reminder');
    await until('the texts are delivered', async () => {
        const texts = (await listed('message', 'list', 'reminder')).filter(
            (message) => message.channel === 'sms');
        return texts.length > 0 && texts.every((message) => message.state === 'delivered');
    });
}

// Note what a page must never do, to be told by `look`: an error on the console, a request to
// somebody else, a page that is too large.
function mind(page) {
    page.faults = [];
    page.on('console', (message) => {
        if (message.type() === 'error' && !page.expected.test(message.text())) {
            page.faults.push(`console: ${message.text()}`);
        }
    });
    page.on('pageerror', (error) => page.faults.push(`script: ${error.message}`));
    page.on('request', (request) => {
        if (!request.url().startsWith(`${base}/`) && !request.url().startsWith('data:')) {
            page.faults.push(`request to ${request.url()}`);
        }
    });
    page.expected = /^$/;
}

// A page of the console in a browser of its own: {width, script: false for one without JavaScript,
// context: more of playwright's}.
export async function visitor(options = {}) {
    const context = await browser.newContext({
        baseURL: base,
        viewport: { width: options.width ?? 1280, height: 900 },
        javaScriptEnabled: options.script ?? true,
        locale: 'en-GB',
        ...options.context,
    });
    context.setDefaultTimeout(PATIENCE);
    const page = await context.newPage();
    mind(page);
    pages.push(page);
    return page;
}

// Fill in the form of the sign-in and send it.
export async function signIn(page, name, password = process.env.PASSWORD) {
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
}

// The same, of somebody who has signed in and sees the first page.
export async function person(name, options = {}) {
    const page = await visitor(options);
    await page.goto('/');
    await signIn(page, name);
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    return page;
}

async function judged(page) {
    const where = `${page.url()} at ${page.viewportSize().width} pixels`;
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert(wide <= 0, `${where}: ${wide} pixels must be scrolled for, to the side`);
    if (!(await page.evaluate('typeof axe === "object"'))) await page.evaluate(axe);
    const { violations } = await page.evaluate(
        (values) => axe.run({ runOnly: { type: 'tag', values }, resultTypes: ['violations'] }),
        RULES,
    );
    const faults = violations.flatMap((rule) =>
        rule.nodes.map((node) => `${rule.id}: ${rule.help}\n    ${node.html}\n    `
            + node.failureSummary.replaceAll('\n', '\n    ')));
    assert.equal(faults.length, 0, `${where}:\n  ${faults.join('\n  ')}`);
}

// Look at the page as it is: nothing that axe-core has against it by WCAG 2.2 AA, no scrolling to
// the side, one heading of the first order, nothing that `mind` has noted, not too large.
export async function look(page, widths = WIDTHS) {
    const size = page.viewportSize();
    await page.waitForLoadState();
    assert.deepEqual(page.faults, [], `what ${page.url()} has done`);
    const bytes = Buffer.byteLength(await page.content());
    assert(bytes < PAGE_MOST, `${page.url()} has ${bytes} bytes`);
    assert.equal(await page.locator('h1').count(), 1, `the headings of ${page.url()}`);
    for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        await judged(page);
    }
    await page.setViewportSize(size);
}

// What is said to whoever has just done something.
export async function said(page, words) {
    await page.getByRole('status').filter({ hasText: words }).first().waitFor();
}

// Have a keyboard only: press Tab until this has the focus.
export async function tabTo(page, locator) {
    for (let presses = 0; presses < 100; presses++) {
        await page.keyboard.press('Tab');
        if (await locator.evaluate((element) => element === document.activeElement)) return;
    }
    assert.fail(`Tab does not lead to ${locator} on ${page.url()}`);
}

// Whether what has the focus shows it.
export async function focusShown(page) {
    assert(await page.evaluate(() => {
        const style = getComputedStyle(document.activeElement);
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    }), `what has the focus on ${page.url()} does not show it`);
}

// Run a story, and end with what came of it.
export async function tell(story) {
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] });
    let status = 0;
    try {
        await story();
    } catch (error) {
        status = 1;
        console.error(`FAILED (${noted}): ${error.stack}`);
        for (const [index, page] of pages.entries()) {
            const file = `${scratch}/page-${index + 1}`;
            writeFileSync(`${file}.html`, await page.content().catch(() => ''));
            await page.screenshot({ path: `${file}.png` }).catch(() => {});
            console.error(`  ${page.url()} is ${file}.html and .png`);
        }
    }
    await browser.close();
    process.exitCode = status;
}
