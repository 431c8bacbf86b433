"""Runs the analytic statement of each SLS query over log lines, with SQLite and SLS's functions.

Reads {"queries": [str], "lines": [str]} from standard input; prints the rows of each query as objects.
"""

import json
import sqlite3
import sys


def json_extract_scalar(text, path):
    """As in SLS: numbers and booleans become text, everything that is not a scalar or not JSON null."""
    if not path.startswith("$."):
        raise ValueError(f"not a path: {path}")
    try:
        value = json.loads(text).get(path[2:])
    except (ValueError, AttributeError):
        return None
    if value is None or isinstance(value, (dict, list)):
        return None
    return value if isinstance(value, str) else json.dumps(value)


class ApproxPercentile:
    def __init__(self):
        self.values, self.share = [], 0.0

    def step(self, value, share):
        self.values.append(value)
        self.share = share

    def finalize(self):
        values = sorted(self.values)
        return values[min(len(values) - 1, int(len(values) * self.share))] if values else None


given = json.load(sys.stdin)
database = sqlite3.connect(":memory:")
database.create_function("json_extract_scalar", 2, json_extract_scalar)
database.create_aggregate("approx_percentile", 2, ApproxPercentile)
database.execute("CREATE TABLE log (message TEXT)")
database.executemany("INSERT INTO log VALUES (?)", [(line,) for line in given["lines"]])
results = []
for query in given["queries"]:
    cursor = database.execute(query)
    names = [name for name, *_ in cursor.description]
    results.append([dict(zip(names, row)) for row in cursor])
print(json.dumps(results))
