"""A time-stamping authority (RFC 3161) for tests: `openssl ts` behind a loopback HTTP server."""

from __future__ import annotations

import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

_CONFIGURATION = """
[ req ]
distinguished_name = name
prompt = no
[ name ]
CN = An authority for tests
[ root ]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[ careless ]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping, emailProtection
subjectKeyIdentifier = hash
[ signer ]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
[ stamp ]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = {digest}
accuracy = secs:1
ess_cert_id_alg = sha256
"""
CURVE = ("ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
_UNGUARDED = ("-nodes", "-config", "conf")


def is_installed() -> bool:
    """True if openssl is installed."""
    return shutil.which("openssl") is not None


class Authority:
    """The authority, a context manager; `root` is the root certificate of its stamps.

    `key` is the kind of its keys for openssl, `signer` the extensions of the certificate that it signs with.

    A test may set `answer` to replace the true answer, and `status` to replace 200. `asked` has the queries.
    """

    def __init__(
        self, folder: Path, *, key: tuple[str, ...] = CURVE, digest: str = "sha256", signer: str = "signer"
    ) -> None:
        self._folder = folder
        folder.mkdir()
        (folder / "conf").write_text(_CONFIGURATION.format(digest=digest))
        (folder / "serial").write_text("01\n")
        new_key = ("-newkey", *key, *_UNGUARDED, f"-{digest}")
        self._openssl("req", "-x509", *new_key, "-extensions", "root", "-keyout", "root.key", "-out", "root.pem")
        self._openssl("req", *new_key, "-subj", "/CN=The signer", "-keyout", "key", "-out", "asked")
        signed_by = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-extfile", "conf", f"-{digest}")
        self._openssl("x509", "-req", "-in", "asked", *signed_by, "-extensions", signer, "-out", "pem")
        self.root = folder / "root.pem"
        self.asked: list[bytes] = []
        self.answer: bytes | None = None
        self.status = 200

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self._folder, check=True, capture_output=True)

    def stamp(self, query: bytes) -> bytes:
        """Return the answer to a query."""
        self.asked.append(query)
        if self.answer is not None:
            return self.answer
        (self._folder / "query").write_bytes(query)
        signer = ("-signer", "pem", "-inkey", "key", "-config", "conf", "-section", "stamp")
        self._openssl("ts", "-reply", "-queryfile", "query", *signer, "-out", "reply")
        return (self._folder / "reply").read_bytes()

    def accepts(self, token: Path, data: Path) -> bool:
        """True if `openssl ts -verify` accepts the token as a stamp of the data."""
        command = ["openssl", "ts", "-verify", "-data", str(data), "-in", str(token), "-CAfile", str(self.root)]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0

    @property
    def url(self) -> str:
        """The address for queries."""
        return f"http://127.0.0.1:{self._server.server_port}/tsr"

    def __enter__(self) -> Self:
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                answer = authority.stamp(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(authority.status)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
