package dev.roadstead.adapter.kleened.standin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Plays the client's frames of one recorded WebSocket and compares those of the server. */
final class SocketReplay {
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PONG = 10;
    private static final String INTERRUPT = "\u0003";
    private static final long PATIENCE_MILLIS = 30_000;
    private static final long SLOWEST_MILLIS = 10_000;
    private static final long SILENCE_MILLIS = 6000;

    private final Stage stage;
    private final Likeness likeness;
    private final RawClient client;
    private final JsonNode exchange;
    private final List<RawClient.Frame> received = new ArrayList<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    SocketReplay(Stage stage, Likeness likeness, RawClient client, JsonNode exchange) {
        this.stage = stage;
        this.likeness = likeness;
        this.client = client;
        this.exchange = exchange;
    }

    List<String> run(String where, int number) throws IOException, InterruptedException {
        Thread reader = new Thread(this::read, "kleened-replay");
        reader.setDaemon(true);
        reader.start();
        int expectedTexts = 0;
        long last = 0;
        Stage.@Nullable Act act = stage.actDuring(number);
        for (JsonNode frame : exchange.path("frames")) {
            long at = frame.path("ms").asLong();
            String type = frame.path("type").asString();
            if (frame.path("dir").asString().equals("client")) {
                awaitLength(expectedTexts);
                if (at - last >= 300) {
                    Replay.pause((at - last) / stage.scale());
                }
                if (frame.path("data").asString("").equals(INTERRUPT)) {
                    stage.interrupts(number);
                }
                send(frame, type);
            } else if (type.equals("text")) {
                expectedTexts += length(frame);
            }
            if (act != null && frame.path("dir").asString().equals("server") && type.equals("text")) {
                awaitLength(expectedTexts);
                Replay.pause(200);
                act.on(stage);
                act = null;
            }
            last = at;
        }
        if (exchange.path("close").path("note").asString("").equals("client dropped the connection")) {
            awaitLength(expectedTexts);
            client.close();
        }
        try {
            end.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException endless) {
            return List.of(where + ": the link does not end");
        }
        return compare(where);
    }

    private static int length(JsonNode frame) {
        return frame.has("data_length")
                ? frame.path("data_length").asInt()
                : withoutReturns(Recording.bytes(
                        frame.path("data"), frame.path("encoding").asString("")));
    }

    /** How long it is whatever the terminal makes of newlines. */
    private static int withoutReturns(byte[] data) {
        int length = 0;
        for (byte one : data) {
            length += one == '\r' ? 0 : 1;
        }
        return length;
    }

    private void send(JsonNode frame, String type) throws IOException {
        String text = likeness.translate(frame.path("data").asString(""));
        byte[] data = frame.has("encoding")
                ? Recording.bytes(frame.path("data"), frame.path("encoding").asString())
                : text.getBytes(StandardCharsets.UTF_8);
        boolean fin = frame.path("fin").asBoolean(true);
        switch (type) {
            case "text" -> client.frame(fin, TEXT, data);
            case "binary" -> client.frame(fin, 2, data);
            case "continuation" -> client.frame(fin, 0, data);
            case "ping" -> client.frame(true, 9, data);
            case "pong" -> client.frame(true, PONG, data);
            default -> {
                byte[] reason = new byte[frame.has("code") ? data.length + 2 : 0];
                if (frame.has("code")) {
                    reason[0] = (byte) (frame.path("code").asInt() >> 8);
                    reason[1] = (byte) frame.path("code").asInt();
                    System.arraycopy(data, 0, reason, 2, data.length);
                }
                client.frame(true, CLOSE, reason);
            }
        }
    }

    private void read() {
        try {
            while (true) {
                RawClient.Frame frame = client.frame();
                synchronized (received) {
                    received.add(frame);
                    received.notifyAll();
                }
            }
        } catch (IOException ended) {
            end.complete(null);
        }
    }

    /** Waits for so much text, or until no more comes: programs of this system may say it in fewer words. */
    private void awaitLength(int length) throws InterruptedException {
        long last = System.nanoTime();
        int before = 0;
        synchronized (received) {
            while (true) {
                List<byte[]> texts = received.stream()
                        .filter(frame -> frame.type() == TEXT)
                        .map(RawClient.Frame::data)
                        .toList();
                if (texts.stream().mapToInt(SocketReplay::withoutReturns).sum() >= length) {
                    return;
                }
                if (texts.size() > before) {
                    before = texts.size();
                    last = System.nanoTime();
                }
                long bound = before > 1 ? SILENCE_MILLIS : SLOWEST_MILLIS;
                if (end.isDone() || System.nanoTime() - last > TimeUnit.MILLISECONDS.toNanos(bound)) {
                    return;
                }
                received.wait(50);
            }
        }
    }

    private List<String> compare(String where) {
        List<String> differences = new ArrayList<>();
        List<JsonNode> expected = new ArrayList<>();
        exchange.path("frames").forEach(frame -> {
            if (frame.path("dir").asString().equals("server")) {
                expected.add(frame);
            }
        });
        synchronized (received) {
            texts(where, expected, differences);
            pongs(where, expected, differences);
            close(where, differences);
        }
        return differences;
    }

    private void texts(String where, List<JsonNode> expected, List<String> differences) {
        List<JsonNode> texts = expected.stream()
                .filter(frame -> frame.path("type").asString().equals("text"))
                .toList();
        List<byte[]> actual = received.stream()
                .filter(frame -> frame.type() == TEXT)
                .map(RawClient.Frame::data)
                .toList();
        boolean starts =
                !texts.isEmpty() && texts.getFirst().path("data").asString("").contains("\"starting\"");
        if (starts && !actual.isEmpty()) {
            differences.addAll(likeness.bodies(
                    where + " start",
                    "",
                    Recording.bytes(texts.getFirst().path("data"), ""),
                    actual.getFirst(),
                    false));
        }
        byte[] rest = joined(actual.subList(starts && !actual.isEmpty() ? 1 : 0, actual.size()));
        List<JsonNode> output = texts.subList(starts ? 1 : 0, texts.size());
        if (output.stream().anyMatch(frame -> frame.has("sha256"))) {
            slices(where, output, rest, differences);
            return;
        }
        byte[] wanted = joined(output.stream()
                .map(frame -> Recording.bytes(
                        frame.path("data"), frame.path("encoding").asString("")))
                .toList());
        String wantedText = new String(wanted, StandardCharsets.ISO_8859_1);
        String restText = new String(rest, StandardCharsets.ISO_8859_1);
        if (isCutForSilence() && !restText.isEmpty() && wantedText.startsWith(restText)) {
            return;
        }
        likeness.texts(where + " output", wantedText, restText, differences);
    }

    /** How much a program says before a silent client is cut off depends on the machine. */
    private boolean isCutForSilence() {
        JsonNode close = exchange.path("close");
        return close.path("code").asInt() == 1000
                && close.path("reason").asString("").isEmpty()
                && close.path("note").isMissingNode();
    }

    private static void slices(String where, List<JsonNode> output, byte[] actual, List<String> differences) {
        int from = 0;
        for (JsonNode frame : output) {
            int length = length(frame);
            byte[] slice = Arrays.copyOfRange(actual, from, Math.min(from + length, actual.length));
            differences.addAll(Replay.same(
                    where + " slice at " + from, frame.path("sha256").asString(), sha256(slice)));
            from += length;
        }
        differences.addAll(Replay.same(where + " length", from, actual.length));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void pongs(String where, List<JsonNode> expected, List<String> differences) {
        List<String> wanted = expected.stream()
                .filter(frame -> frame.path("type").asString().equals("pong"))
                .map(frame -> frame.path("data").asString(""))
                .toList();
        List<String> actual = received.stream()
                .filter(frame -> frame.type() == PONG)
                .map(frame -> new String(frame.data(), StandardCharsets.UTF_8))
                .toList();
        differences.addAll(Replay.same(where + " pongs", wanted, actual));
    }

    private void close(String where, List<String> differences) {
        JsonNode close = exchange.path("close");
        byte[] data = received.stream()
                .filter(frame -> frame.type() == CLOSE)
                .map(RawClient.Frame::data)
                .findFirst()
                .orElse(null);
        boolean byClient = close.path("note").asString("").startsWith("client dropped");
        int code = data == null ? 1006 : data.length < 2 ? 1005 : (data[0] & 0xff) * 256 + (data[1] & 0xff);
        if (!byClient) {
            differences.addAll(Replay.same(where + " close", close.path("code").asInt(), code));
        }
        if (code == close.path("code").asInt() && data != null && data.length >= 2) {
            differences.addAll(likeness.bodies(
                    where + " reason",
                    "",
                    Recording.bytes(close.path("reason"), ""),
                    Arrays.copyOfRange(data, 2, data.length),
                    false));
        }
    }

    private static byte[] joined(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }
}
