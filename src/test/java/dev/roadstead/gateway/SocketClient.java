package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.testing.AsyncApi;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A WebSocket client (RFC 6455) that says exactly what it is told, reads when it is told, and can leave in any way. */
final class SocketClient implements AutoCloseable {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final long PATIENCE_NANOS = 25_000_000_000L;
    private static final int LAST = 0x80;
    private static final byte[] MASK = {0x12, 0x34, 0x56, 0x78};
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Socket socket;
    private final DataInputStream in;
    private final boolean binary;
    private boolean answersPings = true;
    private boolean saidNonsense;
    private int pings;

    private SocketClient(Socket socket, DataInputStream in, boolean binary) {
        this.socket = socket;
        this.in = in;
        this.binary = binary;
    }

    /** Opens a socket with the credentials, which must succeed; more headers as whole lines. */
    static SocketClient open(RunningGateway gateway, String path, String... headers) {
        List<String> more = new ArrayList<>(Arrays.asList(headers));
        more.add(authorization(gateway));
        return open(gateway, path, more);
    }

    /** The same without the credentials. */
    static SocketClient openAnonymously(RunningGateway gateway, String path, String... headers) {
        return open(gateway, path, Arrays.asList(headers));
    }

    private static SocketClient open(RunningGateway gateway, String path, List<String> headers) {
        try {
            Socket socket = connect(gateway);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            socket.getOutputStream().write(head(path, headers));
            String answer = readHead(in);
            assertThat(answer).startsWith("HTTP/1.1 101 ");
            boolean binary = headers.stream().anyMatch(line -> line.contains("roadstead.binary.v1"));
            assertThat(answer.toLowerCase(Locale.ROOT).contains("sec-websocket-protocol: roadstead.binary.v1"))
                    .isEqualTo(binary);
            return new SocketClient(socket, in, binary);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The same in the binary form. */
    static SocketClient openBinary(RunningGateway gateway, String path) {
        return open(gateway, path, "Sec-WebSocket-Protocol: roadstead.binary.v1");
    }

    /** Asks for a socket, without credentials unless a header has them, and gives the refusal. */
    static RunningGateway.Answer refused(RunningGateway gateway, String path, String... headers) {
        try (Socket socket = connect(gateway);
                DataInputStream in = new DataInputStream(socket.getInputStream())) {
            socket.getOutputStream().write(head(path, Arrays.asList(headers)));
            return answer(in);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Sends a request with exactly these lines after its first. */
    static RunningGateway.Answer plain(RunningGateway gateway, String path, String... headers) {
        try (Socket socket = connect(gateway);
                DataInputStream in = new DataInputStream(socket.getInputStream())) {
            String lines = String.join("\r\n", headers);
            socket.getOutputStream()
                    .write("GET %s HTTP/1.1\r\nHost: gateway\r\n%s\r\n%s\r\n\r\n"
                            .formatted(path, authorization(gateway), lines)
                            .getBytes(StandardCharsets.ISO_8859_1));
            return answer(in);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The header with the credentials. */
    static String authorization(RunningGateway gateway) {
        return "Authorization: Basic "
                + Base64.getEncoder()
                        .encodeToString((gateway.user() + ":" + gateway.password()).getBytes(StandardCharsets.UTF_8));
    }

    private static Socket connect(RunningGateway gateway) throws IOException {
        Socket socket = new Socket();
        // Else the kernel would take megabytes for a reader that does not read.
        socket.setReceiveBufferSize(8 * 1024);
        socket.connect(new InetSocketAddress("localhost", gateway.base().getPort()));
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static byte[] head(String path, List<String> headers) {
        StringBuilder head = new StringBuilder("GET ")
                .append(path)
                .append(" HTTP/1.1\r\nHost: gateway\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n")
                .append("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        headers.forEach(line -> head.append(line).append("\r\n"));
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String readHead(DataInputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    private static RunningGateway.Answer answer(DataInputStream in) throws IOException {
        String head = readHead(in);
        java.util.Map<String, List<String>> headers = new java.util.LinkedHashMap<>();
        head.lines()
                .skip(1)
                .filter(line -> line.contains(":"))
                .forEach(line -> headers.put(
                        line.substring(0, line.indexOf(':')),
                        List.of(line.substring(line.indexOf(':') + 1).trim())));
        int status = Integer.parseInt(head.split(" ", 3)[1]);
        int length = headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase("content-length"))
                .mapToInt(header -> Integer.parseInt(header.getValue().getFirst()))
                .findFirst()
                .orElse(0);
        return new RunningGateway.Answer(status, headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    /** Sends a control frame, or any in the text form; {@code '} stands for a double quote. */
    SocketClient say(String json) {
        byte[] text = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        noteSaid(text);
        return binary ? whole(BINARY, prefixed(3, text)) : whole(TEXT, text);
    }

    /** Sends input. */
    SocketClient type(String text) {
        return type(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends input. */
    SocketClient type(byte[] bytes) {
        if (binary) {
            AsyncApi.checkedIn().sawBinary(false);
            return whole(BINARY, prefixed(0, bytes));
        }
        byte[] text = JSON.writeValueAsBytes(java.util.Map.of(
                "type", "stdin", "data", Base64.getEncoder().encodeToString(bytes), "encoding", "base64"));
        noteSaid(text);
        return whole(TEXT, text);
    }

    /** Tests also say what makes no sense; what does make sense by the document must not be refused for its form. */
    private void noteSaid(byte[] text) {
        try {
            saidNonsense |= !AsyncApi.checkedIn().check(JSON.readTree(text)).isEmpty();
        } catch (JacksonException noJson) {
            saidNonsense = true;
        }
    }

    /** What the gateway says is always as its document tells. */
    private JsonNode heard(JsonNode frame) {
        assertThat(AsyncApi.checkedIn().check(frame)).as(frame.toString()).isEmpty();
        if (frame.required("type").asString().equals("error") && !saidNonsense) {
            assertThat(frame.at("/error/code").asString())
                    .as(frame.toString())
                    .isNotIn("BAD_JSON", "INVALID_TYPE", "UNKNOWN_FIELD", "INVALID_COLS", "INVALID_ROWS");
        }
        return frame;
    }

    private static byte[] prefixed(int first, byte[] rest) {
        byte[] payload = new byte[rest.length + 1];
        payload[0] = (byte) first;
        System.arraycopy(rest, 0, payload, 1, rest.length);
        return payload;
    }

    /** Sends a whole frame, whatever it is. */
    SocketClient send(int opcode, byte[] payload) {
        saidNonsense = true;
        return whole(opcode, payload);
    }

    private SocketClient whole(int opcode, byte[] payload) {
        return raw(header(opcode | LAST, payload.length)).raw(masked(payload));
    }

    /** Sends a fragment of a message; opcode 0 goes on. */
    SocketClient fragment(int opcode, byte[] payload, boolean last) {
        return raw(header(last ? opcode | LAST : opcode, payload.length)).raw(masked(payload));
    }

    /** The head of a frame whose payload is masked. */
    static byte[] header(int firstByte, long length) {
        ByteBuffer head = ByteBuffer.allocate(14);
        head.put((byte) firstByte);
        if (length < 126) {
            head.put((byte) (0x80 | length));
        } else if (length <= 0xffff) {
            head.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            head.put((byte) (0x80 | 127)).putLong(length);
        }
        head.put(MASK);
        return Arrays.copyOf(head.array(), head.position());
    }

    private static byte[] masked(byte[] payload) {
        byte[] masked = payload.clone();
        for (int i = 0; i < masked.length; i++) {
            masked[i] ^= MASK[i % 4];
        }
        return masked;
    }

    /** Sends bytes as they are. */
    SocketClient raw(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Says goodbye. */
    SocketClient sayClose(int code) {
        return whole(CLOSE, new byte[] {(byte) (code >> 8), (byte) code});
    }

    /** From now on pings stay unanswered. */
    SocketClient ignorePings() {
        answersPings = false;
        return this;
    }

    /** How many pings came while frames were read. */
    int pings() {
        return pings;
    }

    /** What the gateway said. */
    @SuppressWarnings("ArrayRecordComponent") // read, never compared
    record Frame(int opcode, byte[] payload) {
        int closeCode() {
            return payload.length < 2 ? -1 : ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
        }
    }

    /** The next frame as it is. */
    Frame frame() throws IOException {
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte();
        assertThat(first & LAST).as("the gateway never fragments").isNotZero();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = Math.toIntExact(in.readLong());
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Frame(first & 0x0f, payload);
    }

    /** The next frame but pings, as JSON; output in the binary form too. A close is {@code {"type":"closed","code"}}. */
    JsonNode next() {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        try {
            while (true) {
                Frame frame = frame();
                assertThat(System.nanoTime()).as("nothing but pings came").isLessThan(deadline);
                switch (frame.opcode()) {
                    case TEXT -> {
                        assertThat(binary).isFalse();
                        return heard(JSON.readTree(frame.payload()));
                    }
                    case BINARY -> {
                        assertThat(binary).isTrue();
                        return ofBinary(frame.payload());
                    }
                    case PING -> {
                        pings++;
                        if (answersPings) {
                            whole(PONG, frame.payload());
                        }
                    }
                    case CLOSE -> {
                        return JSON.createObjectNode().put("type", "closed").put("code", frame.closeCode());
                    }
                    default -> {
                        // a pong
                    }
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private JsonNode ofBinary(byte[] payload) {
        AsyncApi.checkedIn().sawBinary(true);
        byte[] rest = Arrays.copyOfRange(payload, 1, payload.length);
        return switch (payload[0]) {
            case 1, 2 ->
                JSON.createObjectNode()
                        .put("type", payload[0] == 1 ? "stdout" : "stderr")
                        .put("data", Base64.getEncoder().encodeToString(rest))
                        .put("encoding", "base64");
            case 3 -> heard(JSON.readTree(rest));
            default -> throw new AssertionError("a frame of kind " + payload[0]);
        };
    }

    /** The next frame, which must be of this type. */
    JsonNode next(String type) {
        JsonNode frame = next();
        assertThat(frame.required("type").asString()).as(frame.toString()).isEqualTo(type);
        return frame;
    }

    /** Every frame up to the first of this type, which is the last of them. */
    List<JsonNode> until(String type) {
        List<JsonNode> frames = new ArrayList<>();
        do {
            frames.add(next());
        } while (!frames.getLast().required("type").asString().equals(type)
                && !frames.getLast().required("type").asString().equals("closed"));
        assertThat(frames.getLast().required("type").asString())
                .as(frames.getLast().toString())
                .isEqualTo(type);
        return frames;
    }

    /** Reads output until it contains this. */
    String untilOutput(String expected) {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(expected) < 0) {
            JsonNode frame = next();
            assertThat(frame.required("type").asString())
                    .as("%s, after: %s", frame, text)
                    .isIn("stdout", "stderr", "started");
            text.append(new String(bytes(frame), StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    /** The close that must come next. */
    void closed(int code) {
        assertThat(next("closed").required("code").asInt()).isEqualTo(code);
    }

    /** Reads until the gateway closes the connection; gives the last close code, or -1 if none was said. */
    int ended() {
        int code = -1;
        try {
            while (true) {
                Frame frame = frame();
                if (frame.opcode() == CLOSE) {
                    code = frame.closeCode();
                }
            }
        } catch (IOException over) {
            return code;
        }
    }

    /** The bytes of an output frame; none of any other. */
    static byte[] bytes(JsonNode frame) {
        String type = frame.required("type").asString();
        if (!type.equals("stdout") && !type.equals("stderr")) {
            return new byte[0];
        }
        String data = frame.required("data").asString();
        return frame.required("encoding").asString().equals("base64")
                ? Base64.getDecoder().decode(data)
                : data.getBytes(StandardCharsets.UTF_8);
    }

    /** The bytes of one output, or of both, in frames. */
    static byte[] output(List<JsonNode> frames, @Nullable String stream) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        frames.stream()
                .filter(frame ->
                        stream == null || frame.required("type").asString().equals(stream))
                .forEach(frame -> bytes.writeBytes(bytes(frame)));
        return bytes.toByteArray();
    }

    static String text(List<JsonNode> frames, @Nullable String stream) {
        return new String(output(frames, stream), StandardCharsets.UTF_8);
    }

    /** Leaves with a reset. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
