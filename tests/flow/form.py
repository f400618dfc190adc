#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a browser would send of the form of a page that has the most fields.

    form.py PAGE [NAME=VALUE...]     as application/x-www-form-urlencoded; the fields that are named
                                     get these values instead
"""
import sys
from html.parser import HTMLParser
from urllib.parse import urlencode


class Forms(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms = []
        self.area = None
        self.select = None

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == 'form':
            self.forms.append([])
        if not self.forms:
            return
        fields = self.forms[-1]
        if tag == 'input' and given.get('name'):
            if given.get('type') not in ('checkbox', 'radio') or 'checked' in given:
                fields.append([given['name'], given.get('value') or ''])
        elif tag == 'textarea':
            self.area = [given['name'], '']
        elif tag == 'select':
            self.select = [given['name'], None]
        elif tag == 'option' and self.select is not None:
            if 'selected' in given or self.select[1] is None:
                self.select[1] = given.get('value') or ''

    def handle_data(self, data):
        if self.area is not None:
            self.area[1] += data

    def handle_endtag(self, tag):
        if tag == 'textarea' and self.area is not None:
            name, text = self.area
            text = text[1:] if text.startswith('\n') else text
            self.forms[-1].append([name, text.replace('\n', '\r\n')])
            self.area = None
        elif tag == 'select' and self.select is not None:
            self.forms[-1].append([self.select[0], self.select[1] or ''])
            self.select = None


def main():
    parser = Forms()
    with open(sys.argv[1], encoding='utf-8', newline='') as page:
        parser.feed(page.read())
    fields = max(parser.forms, key=len)
    for change in sys.argv[2:]:
        name, value = change.split('=', 1)
        fields = [field for field in fields if field[0] != name] + [[name, value]]
    sys.stdout.write(urlencode([tuple(field) for field in fields]))


main()
