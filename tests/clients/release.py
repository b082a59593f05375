"""What a client relies on of an OpenAPI document, for docs/openapi-v1.json: without examples, headers and refusals.

    curl http://127.0.0.1:8080/api/openapi.json | tests/clients/release.py > docs/openapi-v1.json"""

import json
import sys


def kept(value):
    if isinstance(value, dict):
        return {name: kept(inner) for name, inner in value.items() if name not in ("example", "headers") or not isinstance(inner, (dict, list))}
    return [kept(inner) for inner in value] if isinstance(value, list) else value


document = kept(json.load(sys.stdin))
for path in document["paths"].values():
    for operation in path.values():
        operation["responses"] = {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}
lines = [f"{json.dumps(path)}: {json.dumps(calls, ensure_ascii=False)}" for path, calls in document.pop("paths").items()]
schemas = [f"{json.dumps(name)}: {json.dumps(schema, ensure_ascii=False)}" for name, schema in document["components"].pop("schemas").items()]
head = json.dumps({"openapi": document["openapi"], "info": document["info"]}, ensure_ascii=False)[:-1]
print(f'{head},\n"paths": {{\n' + ",\n".join(lines) + '\n},\n"components": {"schemas": {\n' + ",\n".join(schemas) + "\n}}}")
