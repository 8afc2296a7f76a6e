package dev.roadstead.adapter.lxd;

import dev.roadstead.transport.WebSocketStream;
import java.util.Map;
import reactor.core.publisher.Mono;

/** The socket by which a process or console is told what is no input. */
final class LxdControl {
    private final DrainedSocket socket;
    private final LxdSession session;

    LxdControl(WebSocketStream socket, LxdSession session) {
        this.socket = new DrainedSocket(socket);
        this.session = session;
        socket.keep();
    }

    /** Numbers are texts here. */
    Mono<Void> resize(int columns, int rows) {
        return say(Map.of(
                "command",
                "window-resize",
                "args",
                Map.of("width", Integer.toString(columns), "height", Integer.toString(rows))));
    }

    /** @param number of Linux, signal(7) */
    Mono<Void> signal(int number) {
        return say(Map.of("command", "signal", "signal", number));
    }

    private Mono<Void> say(Map<String, Object> message) {
        return Mono.defer(() -> socket.text(session.json().writeValueAsString(message)));
    }

    /** Completes with the process: the daemon closes this socket first, and only then waits until its output was taken. */
    Mono<Void> over() {
        return socket.over();
    }

    void close() {
        socket.close();
    }
}
