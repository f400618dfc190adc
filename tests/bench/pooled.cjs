// SPDX-License-Identifier: GPL-3.0-or-later
// Mails by nodemailer's pool, for mail-dispatch.sh: prints how many milliseconds they took.
//
//   pooled.cjs HOST:PORT MAILS SESSIONS SAMPLE.eml
//
// The mails have the text, the HTML and the headers of the sample, each a name of its own.
const fs = require("fs");
const nodemailer = require("nodemailer");

const [address, mails, sessions, file] = process.argv.slice(2);
const [host, port] = address.split(":");
const parts = readParts(fs.readFileSync(file, "utf8"));

// The two bodies of a multipart/alternative whose parts are quoted-printable or plain.
function readParts(mail) {
    const boundary = /boundary="?([^"\r\n;]+)/.exec(mail)[1];
    return mail.split("--" + boundary).slice(1, 3).map((part) => {
        const [head, ...rest] = part.split(/\r?\n\r?\n/);
        const body = rest.join("\n\n");
        if (!/quoted-printable/i.test(head)) return body;
        const bytes = body.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g,
            (_, hex) => String.fromCharCode(parseInt(hex, 16)));
        return Buffer.from(bytes, "latin1").toString("utf8");
    });
}

const pool = nodemailer.createTransport({
    host, port: Number(port), secure: false, ignoreTLS: true, pool: true,
    maxConnections: Number(sessions), maxMessages: Infinity,
});
const begun = process.hrtime.bigint();
let next = 0;
let done = 0;

function finish(error) {
    if (error) {
        console.error(error.message);
        process.exit(70);
    }
    done += 1;
    if (done === Number(mails)) {
        console.log(Number((process.hrtime.bigint() - begun) / 1000000n));
        pool.close();
    }
}

pool.on("idle", () => {
    while (pool.isIdle() && next < Number(mails)) {
        next += 1;
        pool.sendMail({
            from: { name: "Anytown Health Branch", address: "organiser@branch.example" },
            to: { name: `Ann Jones ${next}`, address: `m${next}@mail.example` },
            subject: `Ann ${next}, please post your vote today`,
            list: { unsubscribe: `http://branch.example/u/${next}` },
            text: `Dear Ann ${next},\n${parts[0]}`,
            html: `<p>Dear Ann ${next},</p>\n${parts[1]}`,
        }, finish);
    }
});
