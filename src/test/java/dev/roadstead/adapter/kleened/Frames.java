package dev.roadstead.adapter.kleened;

import dev.roadstead.transport.ScriptedWebSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What Kleened says on its WebSockets, as it was recorded. */
final class Frames {
    static final String STARTING = message("starting", "", "");

    private Frames() {}

    static String message(String type, String message, String data) {
        return "{\"data\":\"%s\",\"message\":\"%s\",\"msg_type\":\"%s\"}".formatted(data, message, type);
    }

    /** The bytes of a close frame. */
    static byte[] farewell(int code, String reason) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.write(code >> 8);
        payload.write(code);
        payload.writeBytes(utf8(reason));
        return ScriptedWebSocket.frame(ScriptedWebSocket.CLOSE, payload.toByteArray());
    }

    /** Ends well, with these words, and waits for the client to go. */
    static void closing(ScriptedWebSocket socket, int code, String message, String data) throws IOException {
        socket.raw(farewell(code, message("closing", message, data))).awaitEnd();
    }

    /** Ends badly. */
    static void failing(ScriptedWebSocket socket, int code, String message) throws IOException {
        socket.raw(farewell(code, message("error", message, ""))).awaitEnd();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
