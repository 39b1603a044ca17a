# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds files of events, a JSON object a line, against their schema.

    validate_events.py SCHEMA FILE...

Prints how many lines of which type there were. Exit 1 names file, line and
what is wrong with it.
"""
import collections
import json
import sys

import jsonschema


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    count = collections.Counter()
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                try:
                    event = json.loads(line)
                except ValueError as error:
                    sys.exit(f"{path}:{number}: {error}: {line}")
                error = jsonschema.exceptions.best_match(
                    validator.iter_errors(event))
                if error or not line.endswith("\n"):
                    sys.exit(f"{path}:{number}: {error}: {line}")
                count[event["event_type"]] += 1
    print(*(f"{kind}={n}" for kind, n in sorted(count.items())))


main()
