package dev.roadstead.transport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** What a {@link ScriptedServer} does with one request; runs in the connection's own thread and may block. */
@FunctionalInterface
public interface Script {
    void play(ScriptedConnection connection) throws IOException;

    /** Reads the request's body, then answers; the connection stays open. */
    static Script answer(int status, String contentType, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return connection -> {
            connection.drainBody();
            String head = String.format(
                    Locale.ROOT,
                    "HTTP/1.1 %d Scripted\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
                    status,
                    contentType,
                    bytes.length);
            connection.write(head);
            if (!connection.request().method().equals("HEAD")) {
                connection.write(bytes);
            }
        };
    }

    /** Answers 200 with text. */
    static Script ok(String body) {
        return answer(200, "text/plain", body);
    }

    /** Answers with JSON. */
    static Script json(int status, String body) {
        return answer(status, "application/json", body);
    }

    /** Answers without a body. */
    static Script empty(int status) {
        return connection -> {
            connection.drainBody();
            connection.write(String.format(
                    Locale.ROOT,
                    "HTTP/1.1 %d Scripted\r\n%s\r\n",
                    status,
                    status == 204 || status == 304 ? "" : "Content-Length: 0\r\n"));
        };
    }

    /** Answers 200 with chunks as given; the stream ends properly after the last one. */
    static Script chunks(String contentType, byte[]... chunks) {
        return connection -> {
            connection.drainBody();
            connection.beginChunks(200, contentType);
            for (byte[] chunk : chunks) {
                connection.chunk(chunk);
            }
            connection.endChunks();
        };
    }

    /** Answers 200 with chunks as given, then stays silent until the client closes. */
    static Script openStream(String contentType, byte[]... chunks) {
        return connection -> {
            connection.drainBody();
            connection.beginChunks(200, contentType);
            for (byte[] chunk : chunks) {
                connection.chunk(chunk);
            }
            connection.awaitClientClosed();
        };
    }

    /** Sends exactly this, whatever it is, and closes. */
    static Script rawThenClose(String bytes) {
        return connection -> {
            connection.write(bytes);
            connection.close();
        };
    }

    /** Sends exactly this, whatever it is, and resets the connection. */
    static Script rawThenReset(String bytes) {
        return connection -> {
            connection.write(bytes);
            connection.reset();
        };
    }

    /** Sends exactly this and then nothing more, until the client closes. */
    static Script rawThenSilence(String bytes) {
        return connection -> {
            connection.write(bytes);
            connection.awaitClientClosed();
        };
    }

    /** Never answers. */
    static Script silence() {
        return rawThenSilence("");
    }

    /** Sends this for ever, with pauses between, until the client closes. */
    static Script drip(String begin, String again, Duration pause) {
        return connection -> {
            connection.write(begin);
            while (!connection.clientClosesWithin(pause)) {
                connection.write(again);
            }
        };
    }
}
