"""Reads a JSON document, counts what is in it, and writes it again."""

import sys

# This file has the name of the module that it needs.
sys.path.pop(0)
import json  # noqa: E402

DOCUMENT = r"""
{
  "name": "Gr\u00fc\u00dfe",
  "tags": ["a", "b\n", "\ud83d\ude00"],
  "size": {"width": 640, "height": 480, "ratio": 1.3333333333333333},
  "layers": [
    {"id": 1, "visible": true, "opacity": 0.5, "parent": null},
    {"id": 2, "visible": false, "opacity": 1e0, "parent": 1}
  ]
}
"""

NAMES = {
    list: "Array",
    bool: "Bool",
    dict: "Dict",
    float: "Float64",
    int: "Int64",
    str: "String",
    type(None): "null",
}


def kinds(value, counts):
    name = NAMES[type(value)]
    counts[name] = counts.get(name, 0) + 1
    if isinstance(value, dict):
        for item in value.values():
            kinds(item, counts)
    elif isinstance(value, list):
        for item in value:
            kinds(item, counts)
    return counts


def text(value):
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def main(args):
    rounds = int(args[0]) if args else 1
    document = json.loads(DOCUMENT)
    for i in range(1, rounds + 1):
        document["layers"].append({"id": i + 2, "visible": i % 2 == 1, "opacity": 1 / i})
        document = json.loads(text(document))
    print(json.dumps(kinds(document, {}), indent=2, sort_keys=True))
    print(len(text(document)), "characters")
    try:
        json.loads("[1, 2,\n  oops]")
    except json.JSONDecodeError as error:
        print(f"JsonError: expected a value at line {error.lineno}, column {error.colno}")


if __name__ == "__main__":
    main(sys.argv[1:])
