"""A server of one's own for a script: started on a free port, spoken to over one connection, stopped at the end.

    with Server("build/release/augury", "shop.yaml", folder) as server:
        server.post("/v1/events", {"event": "click", "user_id": "ann", "item_id": "book-7"})
"""
import json
import signal
import socket
import subprocess


class Refused(Exception):
    """The server answered with an error; the text is its body."""


class Server:
    def __init__(self, program, app_file, folder, *arguments):
        self.command = [str(program), "serve", str(app_file), "--data", f"{folder}/data", "--listen", "127.0.0.1:0", *arguments]
        self.log_path = f"{folder}/server.log"
        self.process = self.connection = None

    def __enter__(self):
        self.log = open(self.log_path, "ab")
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=self.log)
        line = self.process.stdout.readline().decode()
        if not line.startswith("listening on http://"):
            self.process.wait()
            raise RuntimeError(f"the server did not start; see {self.log_path}: {open(self.log_path).read()[-500:]}")
        host, port = line.split("http://")[1].strip().rsplit(":", 1)
        self.url = f"http://{host}:{port}"
        self.connection = socket.create_connection((host, int(port)), timeout=30)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        return self

    def __exit__(self, *_):
        self.connection.close()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        self.process.stdout.close()
        self.log.close()

    def post(self, path, value):
        return self.request("POST", path, json.dumps(value).encode())

    def get(self, path):
        return self.request("GET", path, b"")

    def request(self, method, path, body):
        head = f"{method} {path} HTTP/1.1\r\nHost: augury\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.connection.sendall(head.encode() + body)
        status, reply = self._read_reply()
        if status >= 300:
            raise Refused(f"{method} {path}: {status} {reply.decode()}")
        return json.loads(reply)

    def _read_reply(self):
        while b"\r\n\r\n" not in self.buffer:
            self._receive()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines[1:])}
        length = int(headers["content-length"])
        while len(self.buffer) < length:
            self._receive()
        reply, self.buffer = self.buffer[:length], self.buffer[length:]
        return int(lines[0].split()[1]), reply

    def _receive(self):
        received = self.connection.recv(1 << 16)
        if not received:
            raise ConnectionError("the server closed the connection")
        self.buffer += received
