#!/usr/bin/env python3
"""openapi.yaml beside a running server: the page is valid, and every operation does what its examples and schemas say.

Each request example is sent; the status must be one that the operation lists, the media type and the body must be as
described, and a body may hold nothing that is not described. That every route is described and the reverse is
src/api/http/openapi_test.cc's.

    tools/check_openapi.py build/release/augury
"""
import copy
import http.client
import json
import os
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote, urlencode

from project import ROOT
from tally import Tally

PYTHON = ROOT / '.venv' / 'bin' / 'python3'
if PYTHON.exists() and Path(sys.prefix) != PYTHON.parent.parent:
    os.execv(PYTHON, [str(PYTHON), *sys.argv])

import jsonschema  # noqa: E402
import openapi_spec_validator  # noqa: E402
import yaml  # noqa: E402

sys.path.insert(0, str(ROOT / 'examples' / 'python'))
from augury_server import Server  # noqa: E402

APP = """app: shop
entities:
  item: {attributes: {category: string, price: number}}
  user: {attributes: {country: string}}
events:
  click: {keys: [user, item]}
features:
  clicks: count(click) by user
  trend: decayed_count(click) by item half_life 1d
  pair_clicks: count(click) by user, item
  recent: last(5, click.item) by user
  also: together(20, click.item) by item half_life 7d
  hour: hour_of_day(now)
placements:
  home:
    recall: [{related: also, to: recent, limit: 20}, {popular: trend, limit: 20}]
    score: {members: {trend: 1}}
"""
METHODS = ('get', 'put', 'post', 'delete', 'patch')


class Page:
    def __init__(self, document):
        self.document = document

    def resolve(self, node):
        while '$ref' in node:
            found = self.document
            for name in node['$ref'].removeprefix('#/').split('/'):
                found = found[name]
            node = found
        return node

    def operations(self):
        """Path, method and operation, the ones that put things first."""
        order = {'post': 0, 'put': 1, 'patch': 2, 'get': 3, 'delete': 4}
        all_of_them = [(path, method, item[method], item.get('parameters', []))
                       for path, item in self.document['paths'].items() for method in METHODS if method in item]
        first = ('/v1/events', '/v1/items', '/v1/users', '/v1/predict')
        return sorted(all_of_them, key=lambda one: (one[0] not in first, order[one[1]]))

    def problems_of(self, body, schema):
        whole = {**closed(copy.deepcopy(schema)),
                 'components': {'schemas': closed(copy.deepcopy(self.document['components']['schemas']))}}
        checker = jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker())
        return [f'{error.json_path}: {error.message[:300]}' for error in checker.iter_errors(body)]


def closed(schema):
    """The same, but an object holds only what is described."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {name: closed(value) for name, value in schema.items()}
    if schema.get('type') == 'object' and isinstance(schema.get('properties'), dict):
        schema.setdefault('additionalProperties', False)
    return schema


class Check:
    def __init__(self, page, server, tally):
        self.page, self.tally = page, tally
        host, port = server.url.removeprefix('http://').rsplit(':', 1)
        self.connection = http.client.HTTPConnection(host, int(port), timeout=30)
        self.prediction_id = '0' * 26

    def send(self, method, target, body=None, media_type=None):
        self.connection.request(method, target, body, {'Content-Type': media_type} if media_type else {})
        reply = self.connection.getresponse()
        return reply.status, reply.headers.get('Content-Type', ''), reply.read().decode()

    def target(self, path, parameters):
        query = {}
        for parameter in map(self.page.resolve, parameters):
            if 'example' not in parameter:
                continue
            value = self.prediction_id if parameter['example'] == '{prediction_id}' else str(parameter['example'])
            if parameter['in'] == 'path':
                path = path.replace('{' + parameter['name'] + '}', quote(value, safe=''))
            else:
                query[parameter['name']] = value
        return path + ('?' + urlencode(query) if query else '')

    def operation(self, path, method, operation, shared):
        target = self.target(path, shared + operation.get('parameters', []))
        seen = []
        for name, media_type, body in examples(operation):
            seen.append(self.one(f'{method} {path} {name}', method, target, operation, body, media_type))
        self.tally.check(200 in seen, f'{method} {path}: none of its examples is answered with 200, but {seen}')
        if 'requestBody' in operation:
            self.one(f'{method} {path} no JSON', method, target, operation, '{', 'application/json', 400)
            self.one(f'{method} {path} media type', method, target, operation, '<a/>', 'text/xml', 415)

    def one(self, what, method, target, operation, body, media_type, wanted=None):
        status, kind, text = self.send(method.upper(), target, body, media_type)
        self.tally.check(wanted in (None, status), f'{what}: expected {wanted}, got {status} {text[:300]}')
        described = operation['responses'].get(str(status))
        if described is None:
            self.tally.fail(f'{what}: status {status} is not described: {text[:300]}')
            return status
        content = self.page.resolve(described)['content']
        if kind not in content:
            self.tally.fail(f'{what}: {status} came as {kind}, described as {list(content)}')
            return status
        reply = json.loads(text) if kind == 'application/json' else text
        problems = self.page.problems_of(reply, content[kind]['schema'])
        self.tally.check(not problems, f'{what}: {status} is not as described: {problems[:3]}\n  {text[:300]}')
        if status == 200 and method == 'post' and operation['operationId'] == 'predict':
            self.prediction_id = reply['prediction_id']
        return status


def examples(operation):
    """Name, media type and body of each request example; one without a body where none is taken."""
    content = operation.get('requestBody', {}).get('content')
    if content is None:
        yield '', None, None
        return
    for media_type, described in content.items():
        for name, example in described['examples'].items():
            value = example['value']
            yield name, media_type, value if isinstance(value, str) else json.dumps(value)


def check_examples_fit(page, tally):
    """What is shown as a request must be what is asked for."""
    for path, method, operation, _ in page.operations():
        for media_type, described in operation.get('requestBody', {}).get('content', {}).items():
            for name, example in described['examples'].items():
                problems = page.problems_of(example['value'], described['schema'])
                tally.check(not problems, f'{method} {path} {media_type} {name}: {problems[:3]}')


def main():
    program = (ROOT / sys.argv[1]).resolve()
    text = (ROOT / 'openapi.yaml').read_text()
    document = yaml.safe_load(text)
    tally = Tally()
    try:
        openapi_spec_validator.validate(document)
        tally.ok()
    except Exception as problem:  # noqa: BLE001 - whatever it is, it is what is wrong with the page
        tally.fail(f'openapi.yaml: {problem}')
        return tally.finish()
    page = Page(document)
    check_examples_fit(page, tally)
    with tempfile.TemporaryDirectory() as folder:
        app = Path(folder) / 'shop.yaml'
        app.write_text(APP)
        with Server(program, app, folder) as server:
            check = Check(page, server, tally)
            for operation in page.operations():
                check.operation(*operation)
            served = check.send('GET', '/openapi.yaml')[2]
            tally.check(served == text, 'GET /openapi.yaml is not openapi.yaml of this tree; build again')
            check.connection.close()
    return tally.finish()


if __name__ == '__main__':
    sys.exit(main())
