package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody at a terminal's WebSocket, with the JDK's client. */
public final class TerminalClient implements WebSocket.Listener {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String BINARY = "roadstead.binary.v1";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final boolean binary;
    private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final boolean greedy;
    private @Nullable WebSocket socket;

    /**
     * What came.
     *
     * @param type as in the text form
     * @param data bytes of the outputs; empty for others
     * @param body of the others
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    public record Frame(String type, byte[] data, @Nullable JsonNode body) {}

    private TerminalClient(boolean binary, boolean greedy) {
        this.binary = binary;
        this.greedy = greedy;
    }

    /**
     * Opens a WebSocket that must be accepted.
     *
     * @param greedy whether it reads whatever comes; else only what {@link #read} asks for
     */
    public static CompletableFuture<TerminalClient> open(
            GatewayProcess.Client client, String path, boolean binary, boolean greedy) {
        TerminalClient terminal = new TerminalClient(binary, greedy);
        WebSocket.Builder builder = client.http()
                .newWebSocketBuilder()
                .connectTimeout(PATIENCE)
                .header("Authorization", client.authorization());
        if (binary) {
            builder.subprotocols(BINARY);
        }
        URI base = client.base();
        return builder.buildAsync(URI.create("ws://%s:%d%s".formatted(base.getHost(), base.getPort(), path)), terminal)
                .thenApply(socket -> {
                    terminal.socket = socket;
                    return terminal;
                });
    }

    /** The next frame; waits for it. */
    public Frame next() throws InterruptedException {
        Frame frame = frames.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(frame).as("a frame; closed: %s", closed).isNotNull();
        return frame;
    }

    /** The next frame that is no output; tells what was written before it. */
    public Frame control(ByteArrayOutputStream before) throws InterruptedException {
        Frame frame = next();
        while (frame.body() == null) {
            before.writeBytes(frame.data());
            frame = next();
        }
        return frame;
    }

    /** Reads until this was written. */
    public void until(String expected) throws InterruptedException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        while (!read.toString(StandardCharsets.UTF_8).contains(expected)) {
            Frame frame = next();
            assertThat(frame.body()).as("instead of %s", expected).isNull();
            read.writeBytes(frame.data());
        }
    }

    /** Lets so many more messages come in. */
    public void read(long messages) {
        open().request(messages);
    }

    /** Types; completes when it is sent. */
    public CompletableFuture<WebSocket> type(byte[] data) {
        if (binary) {
            return open().sendBinary(
                            ByteBuffer.allocate(data.length + 1)
                                    .put((byte) 0)
                                    .put(data)
                                    .flip(),
                            true);
        }
        return open().sendText(
                        "{\"type\":\"stdin\",\"encoding\":\"base64\",\"data\":\"%s\"}"
                                .formatted(Base64.getEncoder().encodeToString(data)),
                        true);
    }

    /** Sends a control frame; {@code '} stands for a double quote. */
    public CompletableFuture<WebSocket> say(String json) {
        byte[] frame = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return binary
                ? open().sendBinary(
                                ByteBuffer.allocate(frame.length + 1)
                                        .put((byte) 3)
                                        .put(frame)
                                        .flip(),
                                true)
                : open().sendText(new String(frame, StandardCharsets.UTF_8), true);
    }

    /** The code that the gateway closed with. */
    public CompletableFuture<Integer> closed() {
        return closed.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Goes without a word. */
    public void lose() {
        open().abort();
    }

    @Override
    public void onOpen(WebSocket opened) {
        socket = opened;
        if (greedy) {
            opened.request(1);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        text.append(part);
        if (last) {
            JsonNode frame = JSON.readTree(text.toString());
            text.setLength(0);
            String type = frame.at("/type").asString();
            if (type.equals("stdout") || type.equals("stderr")) {
                String data = frame.at("/data").asString();
                frames.add(new Frame(
                        type,
                        frame.at("/encoding").asString().equals("base64")
                                ? Base64.getDecoder().decode(data)
                                : data.getBytes(StandardCharsets.UTF_8),
                        null));
            } else {
                frames.add(new Frame(type, new byte[0], frame));
            }
        }
        again(last);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
        byte[] piece = new byte[part.remaining()];
        part.get(piece);
        bytes.writeBytes(piece);
        if (last) {
            byte[] whole = bytes.toByteArray();
            bytes.reset();
            byte[] data = Arrays.copyOfRange(whole, 1, whole.length);
            if (whole[0] == 3) {
                JsonNode frame = JSON.readTree(data);
                frames.add(new Frame(frame.at("/type").asString(), new byte[0], frame));
            } else {
                frames.add(new Frame(whole[0] == 2 ? "stderr" : "stdout", data, null));
            }
        }
        again(last);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
        open().request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        closed.completeExceptionally(failure);
    }

    /** A message may come in parts; only whole ones count against what was asked for. */
    private void again(boolean last) {
        if (greedy || !last) {
            open().request(1);
        }
    }

    private WebSocket open() {
        return Objects.requireNonNull(socket, "not open yet");
    }
}
