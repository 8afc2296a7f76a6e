"""Serves a folder over HTTPS: streams.py FOLDER PORT CERTIFICATE KEY."""

import functools
import http.server
import ssl
import sys

folder, port, certificate, key = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), handler)
# The handshake is the connection's own business: a client that never finishes it must not keep others waiting.
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
# LXD first asks for a file in plain text: its checksum is known.
server.handle_error = lambda request, address: None
server.serve_forever()
