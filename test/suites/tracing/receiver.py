"""Starts rotel, a receiver of OpenTelemetry, and prints every span that it has accepted.

The first line is {"endpoint": "http://127.0.0.1:..."}, each further one a span. Ends with its stdin.
"""

import gzip
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import rotel
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

KINDS = {2: "server", 3: "client"}
STATUSES = {0: "unset", 1: "ok", 2: "error"}
output = threading.Lock()


def show(value):
    with output:
        print(json.dumps(value), flush=True)


def value_of(value):
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [value_of(item) for item in value.array_value.values]
    return getattr(value, kind) if kind else None


def attributes_of(pairs):
    return {pair.key: value_of(pair.value) for pair in pairs}


class Sink(BaseHTTPRequestHandler):
    """Receives what rotel forwards."""

    def do_POST(self):
        request = ExportTraceServiceRequest()
        body = self.rfile.read(int(self.headers["content-length"]))
        request.ParseFromString(gzip.decompress(body) if self.headers["content-encoding"] == "gzip" else body)
        for resource_spans in request.resource_spans:
            resource = attributes_of(resource_spans.resource.attributes)
            for scope_spans in resource_spans.scope_spans:
                for span in scope_spans.spans:
                    show(
                        {
                            "name": span.name,
                            "kind": KINDS.get(span.kind, span.kind),
                            "traceId": span.trace_id.hex(),
                            "spanId": span.span_id.hex(),
                            "parentSpanId": span.parent_span_id.hex(),
                            "startMs": span.start_time_unix_nano / 1e6,
                            "endMs": span.end_time_unix_nano / 1e6,
                            "status": STATUSES[span.status.code],
                            "attributes": attributes_of(span.attributes),
                            "resource": resource,
                        }
                    )
        answer = ExportTraceServiceResponse().SerializeToString()
        self.send_response(200)
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def free_port():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


def is_open(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


sink = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
threading.Thread(target=sink.serve_forever, daemon=True).start()
http_port, grpc_port = free_port(), free_port()
with tempfile.TemporaryDirectory() as folder:
    agent = subprocess.Popen(
        [
            os.path.join(os.path.dirname(rotel.__file__), "rotel-agent"),
            "start",
            *("--otlp-http-endpoint", f"127.0.0.1:{http_port}"),
            *("--otlp-grpc-endpoint", f"127.0.0.1:{grpc_port}"),
            *("--exporter", "otlp", "--otlp-exporter-protocol", "http"),
            *("--otlp-exporter-endpoint", f"http://127.0.0.1:{sink.server_port}"),
            *("--otlp-exporter-batch-timeout", "20ms"),
            *("--log-file", f"{folder}/log", "--pid-file", f"{folder}/pid"),
        ],
        stdout=subprocess.DEVNULL,
    )
    try:
        while not is_open(http_port):
            if agent.poll() is not None:
                sys.exit(f"rotel ended with {agent.returncode}")
            time.sleep(0.02)
        show({"endpoint": f"http://127.0.0.1:{http_port}"})
        sys.stdin.read()
    finally:
        agent.kill()
        agent.wait()
