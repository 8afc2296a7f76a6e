package dev.roadstead.adapter.kleened.standin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One connection of a client: requests one after the other, with the bounds and refusals of the daemon's HTTP server. */
final class Connection implements Runnable {
    private static final int LONGEST_URI = 8000;
    private static final int LONGEST_HEADER = 4096;
    private static final byte[] SETTINGS = {0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 'd', 0, 0, 0, 4, 1, 0, 0, 0, 0};
    private static final Map<Integer, String> REASONS = Map.ofEntries(
            Map.entry(200, "OK"),
            Map.entry(201, "Created"),
            Map.entry(204, "No Content"),
            Map.entry(400, "Bad Request"),
            Map.entry(404, "Not Found"),
            Map.entry(408, "Request Timeout"),
            Map.entry(409, "Conflict"),
            Map.entry(413, "Request Entity Too Large"),
            Map.entry(414, "Request-URI Too Long"),
            Map.entry(415, "Unsupported Media Type"),
            Map.entry(422, "Unprocessable Entity"),
            Map.entry(426, "Upgrade Required"),
            Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(500, "Internal Server Error"));

    /** What answers. */
    interface Handler {
        /** The answer; null drops the connection. */
        @Nullable
        Answer answer(Request request) throws InterruptedException;

        /** Takes the connection over if the request asks for a WebSocket. */
        boolean upgrade(Request request, Wire wire, byte[] rest) throws IOException;
    }

    private final Wire wire;
    private final Timing timing;
    private final ScheduledExecutorService clock;
    private final Handler handler;
    private byte[] buffered = new byte[0];

    Connection(Wire wire, Timing timing, ScheduledExecutorService clock, Handler handler) {
        this.wire = wire;
        this.timing = timing;
        this.clock = clock;
        this.handler = handler;
    }

    @Override
    public void run() {
        try (wire) {
            wire.begin();
            while (serveOne()) {
                // the next request of this connection
            }
        } catch (IOException gone) {
            // the client or a bound ended it
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean serveOne() throws IOException, InterruptedException {
        String head = readHead();
        if (head == null) {
            return false;
        }
        if (head.startsWith("PRI * HTTP/2.0")) {
            wire.write(SETTINGS);
            byte[] ignored = new byte[8192];
            while (wire.read(ignored) >= 0) {
                // HTTP/2 goes no further here
            }
            return false;
        }
        Request request = parse(head);
        if (request == null) {
            return false;
        }
        if (handler.upgrade(request, wire, buffered)) {
            return false;
        }
        byte[] body = readBody(request);
        if (body == null) {
            return false;
        }
        Answer answer = handler.answer(
                new Request(request.method(), request.target(), request.version(), request.headers(), body));
        if (answer == null) {
            return false;
        }
        boolean more = request.keepsAlive() && !"close".equals(answer.header("connection"));
        send(answer, request.method().equals("HEAD"), more || answer.headers().isEmpty() || answer.status() == 426);
        return more;
    }

    private @Nullable String readHead() throws IOException {
        AtomicBoolean partial = new AtomicBoolean(buffered.length > 0);
        ScheduledFuture<?> bound = after(timing.idleConnection(), () -> {
            if (partial.get()) {
                send(Answer.bare(408), false, false);
            }
        });
        try {
            while (true) {
                int end = endOfHead();
                if (end >= 0) {
                    String head = new String(buffered, 0, end, StandardCharsets.ISO_8859_1);
                    drop(end + 4);
                    return head;
                }
                String start = new String(buffered, StandardCharsets.ISO_8859_1);
                if (start.indexOf('\n') < 0 && start.length() > LONGEST_URI + 100) {
                    send(Answer.bare(414), false, false);
                    return null;
                }
                if (!more()) {
                    return null;
                }
                partial.set(true);
            }
        } finally {
            bound.cancel(false);
        }
    }

    private int endOfHead() {
        return new String(buffered, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n");
    }

    private @Nullable Request parse(String head) throws IOException {
        String[] lines = head.split("\r\n", -1);
        String[] first = lines[0].split(" ", -1);
        if (first.length != 3 || !first[2].startsWith("HTTP/1.")) {
            send(Answer.bare(400), false, false);
            return null;
        }
        if (first[1].length() > LONGEST_URI) {
            send(Answer.bare(414), false, false);
            return null;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            String value = lines[i].substring(colon + 1).strip();
            if (colon <= 0 || value.length() > LONGEST_HEADER) {
                send(Answer.bare(colon <= 0 ? 400 : 431), false, false);
                return null;
            }
            headers.merge(lines[i].substring(0, colon).toLowerCase(Locale.ROOT), value, (a, b) -> a + ", " + b);
        }
        if (first[2].equals("HTTP/1.1") && !headers.containsKey("host")) {
            send(Answer.bare(400), false, false);
            return null;
        }
        return new Request(first[0], first[1], first[2], headers, new byte[0]);
    }

    private byte @Nullable [] readBody(Request request) throws IOException {
        if (request.header("expect").equalsIgnoreCase("100-continue")) {
            wire.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        ScheduledFuture<?> bound = after(timing.body(), () -> {});
        try {
            if (request.header("transfer-encoding").equalsIgnoreCase("chunked")) {
                return readChunks();
            }
            int length = request.has("content-length") ? Integer.parseInt(request.header("content-length")) : 0;
            return take(length);
        } finally {
            bound.cancel(false);
        }
    }

    private byte @Nullable [] readChunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int line;
            while ((line = new String(buffered, StandardCharsets.ISO_8859_1).indexOf("\r\n")) < 0) {
                if (!more()) {
                    return null;
                }
            }
            int size = Integer.parseInt(new String(buffered, 0, line, StandardCharsets.US_ASCII).strip(), 16);
            drop(line + 2);
            byte[] chunk = take(size + 2);
            if (chunk == null || size == 0) {
                return chunk == null ? null : body.toByteArray();
            }
            body.write(chunk, 0, size);
        }
    }

    private byte @Nullable [] take(int length) throws IOException {
        byte[] result = new byte[length];
        int done = Math.min(length, buffered.length);
        System.arraycopy(buffered, 0, result, 0, done);
        drop(done);
        while (done < length) {
            if (!more()) {
                return null;
            }
            int next = Math.min(length - done, buffered.length);
            System.arraycopy(buffered, 0, result, done, next);
            drop(next);
            done += next;
        }
        return result;
    }

    private boolean more() throws IOException {
        byte[] chunk = new byte[65_536];
        int count = wire.read(chunk);
        if (count < 0) {
            return false;
        }
        byte[] joined = java.util.Arrays.copyOf(buffered, buffered.length + count);
        System.arraycopy(chunk, 0, joined, buffered.length, count);
        buffered = joined;
        return true;
    }

    private void drop(int count) {
        buffered = java.util.Arrays.copyOfRange(buffered, count, buffered.length);
    }

    private void send(Answer answer, boolean headOnly, boolean keep) throws IOException {
        Map<String, String> headers = new TreeMap<>(answer.headers());
        if (answer.status() != 204) {
            headers.put("content-length", String.valueOf(answer.body().length));
        }
        // What is refused before it is a request is refused in fewer words.
        if (!"close".equals(answer.header("connection"))) {
            headers.put("date", DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
            headers.put("server", "Cowboy");
            if (!keep && !headers.containsKey("connection")) {
                headers.put("connection", "close");
            }
        }
        StringBuilder text =
                new StringBuilder("HTTP/1.1 %d %s\r\n".formatted(answer.status(), REASONS.get(answer.status())));
        headers.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        if (!headOnly) {
            bytes.writeBytes(answer.body());
        }
        wire.write(bytes.toByteArray());
    }

    private interface Last {
        void say() throws IOException;
    }

    /** Ends the connection when this time has passed. */
    private ScheduledFuture<?> after(Duration time, Last last) {
        return clock.schedule(
                () -> {
                    try (wire) {
                        last.say();
                    } catch (IOException gone) {
                        // the client was faster
                    }
                },
                time.toMillis(),
                TimeUnit.MILLISECONDS);
    }
}
