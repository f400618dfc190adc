#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times the pages of a console: console.py URL PASSWORD-FILE QUERIES; see console.sh. QUERIES is
the file of tests/bench/queries.c."""
import html
import http.cookiejar
import os
import re
import statistics
import sys
import time
import urllib.parse
import urllib.request

BASE, PASSWORD, QUERIES = sys.argv[1:4]
REQUESTS = 30
MORE = ["/members?find=Sian+Jones", "/members?find=Dai", "/members?find=1100000",
        "/members?find=07", "/metrics"]  # what no link leads to
opener = urllib.request.build_opener(
    urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))


def get(path, data=None):
    with opener.open(BASE + path, data, timeout=600) as answer:
        return answer.headers["Content-Type"], answer.read()


def kind(path):
    """What kind of page it is: names and numbers in it are left out."""
    parts = urllib.parse.urlsplit(path)
    names = parts.path.split("/")
    for place in range(2, len(names), 2):
        names[place] = "*"
    fields = [name for name, _ in urllib.parse.parse_qsl(parts.query)]
    return "/".join(names) + ("?" + "&".join(fields) if fields else "")


def queries():
    """The heavy statements since the last call: {SQL: (rows scanned, steps)}."""
    found = {}
    if os.path.exists(QUERIES):
        with open(QUERIES, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                scanned, _, steps, sql = line.split(" ", 3)
                was = found.get(sql, (0, 0))
                found[sql] = max(was, (int(scanned), int(steps)))
        os.truncate(QUERIES, 0)
    return found


def measure(path):
    times = []
    for _ in range(REQUESTS):
        begun = time.perf_counter()
        form, body = get(path)
        times.append((time.perf_counter() - begun) * 1000)
        if times[-1] > 3000 and len(times) >= 3:
            break
    return form, body, times[0], statistics.median(times), max(times)


def main():
    with open(PASSWORD, encoding="utf-8") as file:
        password = file.readline().strip()
    get("/sign-in", urllib.parse.urlencode({"name": "asha", "password": password}).encode())
    waiting, seen = ["/"] + MORE, set()
    met = {BASE + path for path in waiting}
    print(f"{'FIRST':>8} {'MEDIAN':>8} {'WORST':>8} {'kB':>7}  PAGE")
    while waiting:
        path = waiting.pop(0)
        if kind(path) in seen and path not in MORE:
            continue
        seen.add(kind(path))
        queries()
        try:
            form, body, first, median, worst = measure(path)
        except urllib.error.HTTPError as error:
            print(f"{error.code:>35}  {path}")
            continue
        times = f"{first:8.1f} {median:8.1f} {worst:8.1f}"
        print(f"{times} {len(body) / 1000:7.1f}  {path}", flush=True)
        for sql, (scanned, steps) in queries().items():
            print(f"{'':36}{steps} steps, {scanned} rows scanned: {sql.strip()[:400]}")
        if not form.startswith("text/html"):
            continue
        for link in re.findall(r'<a [^>]*?href="([^"#]*)', body.decode()):
            link = urllib.parse.urljoin(BASE + path, html.unescape(link))
            if link.startswith(BASE + "/") and link not in met:
                met.add(link)
                waiting.append(link[len(BASE):])


main()
