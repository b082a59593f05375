"""A client that knows nothing but the OpenAPI document, and holds the server to it."""

import json
import re
import socket
import time
import urllib.error
import urllib.parse
import urllib.request

TYPES = {
    "object": dict, "array": list, "string": str, "boolean": bool, "null": type(None), "integer": int, "number": (int, float),
}


class Refused(Exception):
    """An answer that is no success: its status, code and text."""

    def __init__(self, status, problem):
        super().__init__(f"{status} {problem.get('code')}: {problem.get('detail')} {problem.get('errors', '')}")
        self.status, self.code, self.problem = status, problem.get("code"), problem


class Api:
    def __init__(self, base, key):
        self.base, self.key = base, key
        with urllib.request.urlopen(f"{base}/api/openapi.json") as answer:
            self.document = json.load(answer)
        self.prefix = next(iter(self.document["paths"])).split("/")[1:3]
        self.prefix = "/" + "/".join(self.prefix)

    def with_key(self, key):
        other = object.__new__(Api)
        other.__dict__ = dict(self.__dict__, key=key)
        return other

    def operation(self, method, path):
        """The call that a path with its parameters filled in stands for."""
        wanted = path.split("?")[0]
        fixed_first = sorted(self.document["paths"], key=lambda pattern: pattern.count("{"))
        for pattern in fixed_first:
            shape = re.escape(pattern).replace(r"\{", "{").replace(r"\}", "}")
            if re.fullmatch(re.sub(r"{\w+}", "[^/]+", shape), self.prefix + wanted):
                found = self.document["paths"][pattern].get(method.lower())
                if found:
                    return found
        raise AssertionError(f"the document has no {method} {path}")

    def check(self, schema, value, at="", unknown_allowed=True):
        """Raises unless a value is as its schema says."""
        if "$ref" in schema:
            target = self.document
            for part in schema["$ref"].lstrip("#/").split("/"):
                target = target[part]
            return self.check(target, value, at, unknown_allowed)
        for part in schema.get("allOf", []):
            self.check(part, value, at)
        if "oneOf" in schema:
            faults = []
            for part in schema["oneOf"]:
                try:
                    return self.check(part, value, at, unknown_allowed)
                except AssertionError as fault:
                    faults.append(str(fault))
            raise AssertionError(f"{at}: fits no choice: {faults}")
        kinds = schema.get("type")
        if kinds:
            kinds = [kinds] if isinstance(kinds, str) else kinds
            fits = any(isinstance(value, TYPES[kind]) and not (kind in ("integer", "number") and isinstance(value, bool)) for kind in kinds)
            assert fits, f"{at}: {value!r} is no {kinds}"
        assert "enum" not in schema or value in schema["enum"], f"{at}: {value!r} is not of {schema['enum']}"
        if isinstance(value, dict):
            for name in schema.get("required", []):
                assert name in value, f"{at}: no {name}"
            fields = schema.get("properties", {})
            for name, inner in value.items():
                if name in fields:
                    self.check(fields[name], inner, f"{at}/{name}", unknown_allowed)
                else:
                    assert unknown_allowed or not fields, f"{at}: {name} is not in the document"
        if isinstance(value, list) and "items" in schema:
            for place, inner in enumerate(value):
                self.check(schema["items"], inner, f"{at}/{place}", unknown_allowed)

    def request(self, method, path, body=None, key=None):
        operation = self.operation(method, path)
        headers = {"Authorization": f"Bearer {self.key}", "Accept-Language": "en"}
        data = None
        if body is not None:
            content = operation["requestBody"]["content"]["application/json"]
            self.check(content["schema"], body, f"{method} {path}", unknown_allowed=False)
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        if key:
            named = [parameter["name"] for parameter in operation["parameters"]]
            assert "Idempotency-Key" in named, f"{method} {path} takes no key"
            headers["Idempotency-Key"] = key
        return operation, urllib.request.Request(self.base + self.prefix + path, data, headers, method=method)

    def call(self, method, path, body=None, key=None):
        """Makes a call and gives its answer, checked against the document."""
        operation, request = self.request(method, path, body, key)
        for _ in range(50):
            try:
                with urllib.request.urlopen(request) as answer:
                    return self.answered(operation, answer.status, answer.read())
            except urllib.error.HTTPError as refused:
                text = refused.read()
                if refused.code == 429:
                    time.sleep(int(refused.headers["Retry-After"]))
                    continue
                problem = json.loads(text)
                said = operation["responses"].get(str(refused.code))
                assert said, f"{method} {path}: {refused.code} is not in the document: {problem}"
                self.check(said["content"]["application/problem+json"]["schema"], problem, f"{method} {path} {refused.code}")
                raise Refused(refused.code, problem) from None
            except (ConnectionError, urllib.error.URLError):
                assert key or method == "GET", "only what is safe is repeated"
                time.sleep(0.05)
        raise AssertionError(f"{method} {path}: no answer")

    def answered(self, operation, status, text):
        said = operation["responses"].get(str(status))
        assert said, f"{operation['operationId']}: {status} is not in the document"
        if not text:
            return None
        value = json.loads(text)
        self.check(said["content"]["application/json"]["schema"], value, operation["operationId"])
        return value

    def drop(self, method, path, body, key):
        """Sends a request whole and hangs up without hearing the answer."""
        _, request = self.request(method, path, body, key)
        host = urllib.parse.urlsplit(self.base)
        with socket.create_connection((host.hostname, host.port)) as line:
            head = [f"{method} {self.prefix}{path} HTTP/1.1", f"Host: {host.netloc}", f"Content-Length: {len(request.data)}"]
            head += [f"{name}: {value}" for name, value in request.header_items()]
            line.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + request.data)

    def every(self, path):
        """All rows of a list, page by page."""
        rows, cursor = [], None
        while True:
            more = "&" if "?" in path else "?"
            page = self.call("GET", path + (f"{more}cursor={cursor}" if cursor else ""))
            rows += page["data"]
            cursor = page["next_cursor"]
            if not cursor:
                return rows
