"""A hub on loopback for the tests: the real protocol over HTTP, with faults on request."""

from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

REVISION = "0123456789abcdef0123456789abcdef01234567"


class FakeHub(ThreadingHTTPServer):
    """Serves one repository; `faults` maps a file's path to what goes wrong with it, in turn.

    A fault is "cut:N" (the connection ends after N bytes), "flip" (a byte is another),
    "long" (more comes than announced), "redirect" (another address has it), "no-range" (the
    whole comes, whatever part was asked) or a status such as "500".
    """

    daemon_threads = True

    def __init__(self, repository: str, files: dict[str, bytes], licence: str | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.repository, self.files, self.licence = repository, files, licence
        self.faults: dict[str, list[str]] = {}
        self.announced: dict[str, tuple[int, str]] = {}
        self.status = 200
        self.asked: list[tuple[str, str]] = []
        self.sent_bytes: dict[str, int] = {}
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join(60)

    def info(self) -> dict[str, Any]:
        return {
            "id": self.repository,
            "modelId": self.repository,
            "sha": REVISION,
            "private": False,
            "cardData": {"license": self.licence} if self.licence else {},
            "siblings": [self._sibling(path, data) for path, data in self.files.items()],
        }

    def _sibling(self, path: str, data: bytes) -> dict[str, Any]:
        size, digest = self.announced.get(path, (len(data), ""))
        if len(data) > 200:
            lfs = {
                "sha256": digest or hashlib.sha256(data).hexdigest(),
                "size": size,
                "pointerSize": 130,
            }
            return {"rfilename": path, "size": size, "blobId": "0" * 40, "lfs": lfs}
        blob = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
        return {"rfilename": path, "size": size, "blobId": digest or blob}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FakeHub

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        hub, path = self.server, unquote(self.path.partition("?")[0])
        hub.asked.append((path, self.headers.get("Range", "")))
        if hub.status != 200:
            code = {401: "RepoNotFound", 403: "GatedRepo", 404: "RepoNotFound"}.get(hub.status)
            self._answer(hub.status, b"{}", **({"X-Error-Code": code} if code else {}))
        elif path.startswith(f"/api/models/{hub.repository}"):
            self._answer(200, json.dumps(hub.info()).encode())
        elif path.startswith("/elsewhere/"):
            self._file(path.removeprefix("/elsewhere/"))
        elif path.startswith(f"/{hub.repository}/resolve/{REVISION}/"):
            self._file(path.removeprefix(f"/{hub.repository}/resolve/{REVISION}/"))
        else:
            self._answer(404, b"{}", **{"X-Error-Code": "EntryNotFound"})

    def _file(self, name: str) -> None:
        hub = self.server
        faults = hub.faults.get(name, [])
        kind, _, value = (faults.pop(0) if faults else "").partition(":")
        data = hub.files[name]
        if kind == "redirect":
            self._answer(302, b"", Location=f"{hub.endpoint}/elsewhere/{name}")
        elif kind.isdigit():
            self._answer(int(kind), b"")
        else:
            data = {"flip": bytes([data[0] ^ 1]) + data[1:], "long": data + b"more"}.get(kind, data)
            self._send(name, data, kind, int(value or 0))

    def _send(self, name: str, data: bytes, kind: str, cut: int) -> None:
        wanted = self.headers.get("Range", "")
        first = int(wanted.removeprefix("bytes=").partition("-")[0]) if wanted else 0
        if kind == "no-range":
            first = 0
        self.send_response(206 if first else 200)
        self.send_header("Content-Length", str(len(data) - first))
        if first:
            self.send_header("Content-Range", f"bytes {first}-{len(data) - 1}/{len(data)}")
        self.end_headers()
        body = data[first : first + cut] if kind == "cut" else data[first:]
        self.server.sent_bytes[name] = self.server.sent_bytes.get(name, 0) + len(body)
        self.wfile.write(body)
        if kind == "cut":
            self.wfile.flush()
            self.close_connection = True

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
