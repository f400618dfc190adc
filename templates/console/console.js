// SPDX-License-Identifier: GPL-3.0-or-later
// What pages do by themselves. Each page is whole without it; attributes say where it helps:
//
//   data-live="/path" data-every="5"     the element is filled again with what GET /path gives, every
//                                        five seconds, while somebody looks and nothing in it has the focus
//   data-echo="/path" data-into="id"     on a form: while somebody types, its fields are sent to
//                                        /path, and the element of that id shows what comes back
'use strict';

const TYPING_PAUSE = 300; // ms

// The part of a page that the console answers with; null when it is none, as after signing out.
async function fetchPart(path, options) {
  const answer = await fetch(path, { credentials: 'same-origin', redirect: 'manual', ...options });
  const whole = !answer.ok || answer.headers.get('Content-Type') !== 'text/html; charset=utf-8';
  return whole ? null : answer.text();
}

function keepLive(element) {
  const every = Number(element.dataset.every || 5) * 1000;
  const look = async () => {
    if (!element.isConnected) return;
    const inUse = element.contains(document.activeElement);
    if (document.visibilityState === 'visible' && !inUse) {
      try {
        // Nobody did this: it is no sign that somebody still sits there.
        const part = await fetchPart(element.dataset.live, { headers: { 'X-By-Itself': '1' } });
        if (part !== null && part !== element.innerHTML) element.innerHTML = part;
      } catch { /* the console is away: what is shown stays, and the next look may find it */ }
    }
    setTimeout(look, every);
  };
  setTimeout(look, every);
}

function echo(form) {
  const into = document.getElementById(form.dataset.into);
  let timer = null;
  let asked = 0;
  const send = async () => {
    const turn = ++asked;
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === 'string') fields.append(name, value);
    }
    const token = document.querySelector('input[name="token"]'); // one that is sent by GET has none
    if (token !== null) fields.set('token', token.value);
    try {
      const part = await fetchPart(form.dataset.echo, { method: 'POST', body: fields });
      if (part !== null && turn === asked) into.innerHTML = part; // a later answer is not overtaken
    } catch { /* the button of the form works still */ }
  };
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(send, TYPING_PAUSE);
  });
}

for (const element of document.querySelectorAll('[data-live]')) keepLive(element);
for (const form of document.querySelectorAll('form[data-echo]')) echo(form);
