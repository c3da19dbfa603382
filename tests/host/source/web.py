#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A web server that misbehaves as it is told, and a small S3 that checks signatures.

web.py FOLDER LOG   serves FOLDER on a free port of 127.0.0.1, printed as the first line; each
                    request adds a line "path range status" to LOG.

/plain/F            ranges, ETag          /flaky/F   503 twice (Retry-After: 0), then F
/norange/F          no ranges             /cut/F     ranges; the first answers break in the middle
/short/F            announces too much    /stall/F   stops in the middle, for good
/chunked/F          no length             /fickle/F  breaks, and is another version each time
/later/F            429, Retry-After: 1   /liar/F    breaks, then sends a range not asked for
/broken/F           always 500            /once/F    as /stall/F, but only the first time
/hop/N/F            N redirects to F      /user/F    wants user "me", password "secret"
/s3/BUCKET/KEY      GetObject and, with list-type=2, ListObjectsV2 in pages of two keys
"""
import base64
import collections
import hashlib
import hmac
import http.server
import os
import sys
import threading
import time
import urllib.parse

FOLDER, LOG = sys.argv[1:3]
KEY, SECRET, REGION = "AKTEST", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "eu-test-1"
seen = collections.Counter()
lock = threading.Lock()


def sign(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signature_problem(handler):
    """Why the request's SigV4 signature doesn't hold, as S3's error code; None when it does."""
    authorization = handler.headers.get("Authorization", "")
    if not authorization.startswith("AWS4-HMAC-SHA256 "):
        return "AccessDenied"
    fields = dict(field.strip().split("=", 1) for field in authorization[17:].split(","))
    key, date, region, service, end = fields["Credential"].split("/")
    if key != KEY:
        return "InvalidAccessKeyId"
    if (region, service, end) != (REGION, "s3", "aws4_request"):
        return "AuthorizationHeaderMalformed"
    path, _, query = handler.path.partition("?")
    names = fields["SignedHeaders"].split(";")
    if "host" not in names or "x-amz-date" not in names:
        return "AccessDenied"
    pairs = sorted(part.partition("=")[::2] for part in query.split("&") if part)
    canonical = "\n".join([
        "GET", path, "&".join(f"{name}={value}" for name, value in pairs),
        *(f"{name}:{' '.join(handler.headers[name].split())}" for name in names), "",
        ";".join(names), handler.headers["x-amz-content-sha256"]])
    scope = f"{date}/{region}/{service}/{end}"
    text = "\n".join(["AWS4-HMAC-SHA256", handler.headers["x-amz-date"], scope,
                      hashlib.sha256(canonical.encode()).hexdigest()])
    secret = sign(("AWS4" + SECRET).encode(), date)
    for part in (region, service, end):
        secret = sign(secret, part)
    good = hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
    return None if hmac.compare_digest(good, fields["Signature"]) else "SignatureDoesNotMatch"


def escape_xml(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def send_response(self, code, message=None):
        with lock, open(LOG, "a") as log:
            log.write(f"{self.path} {self.headers.get('Range', '-')} {code}\n")
        super().send_response(code, message)

    def answer(self, code, body=b"", **headers):
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path = urllib.parse.unquote(self.path.partition("?")[0])
        kind, _, rest = path[1:].partition("/")
        with lock:
            seen[path] += 1
            times = seen[path]
        try:
            getattr(self, "do_" + kind)(rest, times)
        except (FileNotFoundError, IsADirectoryError):
            self.answer(404)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def content(self, name):
        with open(os.path.join(FOLDER, name), "rb") as file:
            return file.read()

    def span(self, data, etag):
        """What is asked for of `data`: status, first, one behind the last, headers."""
        wanted = self.headers.get("Range")
        if wanted is None or self.headers.get("If-Range", etag) != etag:
            return 200, 0, len(data), {}
        first, last = wanted.removeprefix("bytes=").split("-")
        end = int(last) + 1 if last else len(data)
        return 206, int(first), end, {"Content-Range": f"bytes {first}-{end - 1}/{len(data)}"}

    def send_ranged(self, name, etag, most=None):
        """Ends the connection behind `most` bytes."""
        data = self.content(name)
        self.send_span(data, *self.span(data, etag), etag, most)

    def send_span(self, data, code, first, end, headers, etag, most=None):
        self.send_response(code)
        for key, value in {**headers, "Accept-Ranges": "bytes", "ETag": etag,
                           "Content-Length": str(end - first)}.items():
            self.send_header(key, value)
        self.end_headers()
        part = data[first:end]
        sent = part if most is None else part[:most]
        for start in range(0, len(sent), 1 << 15):  # slowly enough for other parts to begin
            self.wfile.write(sent[start:start + (1 << 15)])
            time.sleep(0.005 if len(sent) > 1 << 18 else 0)
        if len(sent) < len(part):
            self.close_connection = True

    def do_plain(self, name, _):
        self.send_ranged(name, '"v1"')

    def do_cut(self, name, times):
        self.send_ranged(name, '"v1"', len(self.content(name)) // 3 if times <= 2 else None)

    def do_fickle(self, name, times):
        data, etag = self.content(name), f'"v{times}"'
        if times <= 2:
            data = data[::-1]
        self.send_span(data, *self.span(data, etag), etag, len(data) // 3 if times <= 2 else None)

    def do_liar(self, name, times):
        if times != 2:
            return self.send_ranged(name, '"v1"', 1000 if times == 1 else None)
        data = self.content(name)
        wrong = {"Content-Range": f"bytes 500-{len(data) - 1}/{len(data)}"}
        self.send_span(data, 206, 500, len(data), wrong, '"v1"')

    def do_norange(self, name, _):
        self.answer(200, self.content(name))

    def do_flaky(self, name, times):
        if times <= 2:
            return self.answer(503, b"busy", Retry_After="0")
        self.answer(200, self.content(name))

    def do_later(self, name, times):
        if times <= 1:
            return self.answer(429, b"busy", Retry_After="1")
        self.answer(200, self.content(name))

    def do_broken(self, name, _):
        self.answer(500, b"oops")

    def do_short(self, name, _):
        data = self.content(name)
        self.send_response(200)
        self.send_header("Content-Length", str(len(data) + 100))
        self.end_headers()
        self.wfile.write(data)
        self.close_connection = True

    def do_stall(self, name, _):
        data = self.content(name)
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[:len(data) // 2])
        self.wfile.flush()
        time.sleep(30)

    def do_once(self, name, times):
        if times == 1:
            return self.do_stall(name, times)
        self.answer(200, self.content(name))

    def do_chunked(self, name, _):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        data = self.content(name)
        for start in range(0, len(data), 1000):
            part = data[start:start + 1000]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        self.wfile.write(b"0\r\n\r\n")

    def do_hop(self, rest, _):
        left, _, name = rest.partition("/")
        to = f"/plain/{name}" if int(left) <= 1 else f"/hop/{int(left) - 1}/{name}"
        self.answer(302, b"elsewhere", Location=to + "?token=hush")

    def do_user(self, name, _):
        if self.headers.get("Authorization") != "Basic " + base64.b64encode(b"me:secret").decode():
            return self.answer(401)
        self.answer(200, self.content(name))

    def do_s3(self, rest, _):
        problem = signature_problem(self)
        bucket, _, key = rest.partition("/")
        if bucket == "public":
            problem = "AccessDenied" if "Authorization" in self.headers else None
        if problem:
            body = f"<?xml version='1.0'?><Error><Code>{problem}</Code><X>{SECRET}</X></Error>"
            return self.answer(403, body.encode())
        query = urllib.parse.parse_qs(self.path.partition("?")[2])
        if "list-type" in query:
            return self.send_list(bucket, query)
        self.send_ranged(os.path.join("s3", bucket, key), '"s3"')

    def send_list(self, bucket, query):
        prefix = query.get("prefix", [""])[0]
        after = query.get("continuation-token", [""])[0].removeprefix("after ")
        top = os.path.join(FOLDER, "s3", bucket)
        keys = sorted(os.path.relpath(os.path.join(folder, name), top)
                      for folder, _, names in os.walk(top) for name in names)
        keys = [key for key in keys + [prefix] if key.startswith(prefix) and key > after]
        page, more = sorted(set(keys))[:2], len(set(keys)) > 2
        body = "<?xml version='1.0' encoding='UTF-8'?><ListBucketResult>"
        for key in page:
            path = os.path.join(top, key)
            size = os.path.getsize(path) if os.path.isfile(path) else 0
            body += (f"<Contents><Key>{escape_xml(key)}</Key><Size>{size}</Size>"
                     "<LastModified>2024-05-01T12:00:00.000Z</LastModified></Contents>")
        if more:
            token = escape_xml("after " + page[-1])
            body += f"<NextContinuationToken>{token}</NextContinuationToken>"
        self.answer(200, (body + "</ListBucketResult>").encode())


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):  # clients may leave
        pass


server = Server(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
