package dev.roadstead.adapter.kleened.standin;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Says to the stand-in what the recorder said to the daemon and tells what is answered in another way. */
final class Replay {
    private static final Set<String> OF_ONE_CONNECTION = Set.of("connection", "upgrade");
    private static final Set<String> IGNORED = Set.of("date", "content-length", "sec-websocket-accept");

    /** How TLS is spoken here. */
    record Tls(SSLContext server, SSLContext client, SSLContext stranger) {}

    /** Gives the unix socket by which a stand-in is reached. */
    interface Door {
        Path of(KleenedStandIn standIn);
    }

    private final Stage stage;
    private final Tls tls;
    private final Likeness likeness = new Likeness();
    private final Set<String> known = new TreeSet<>();
    private Door door = standIn -> Path.of(standIn.uri().getPath());
    private Set<String> added = Set.of();
    private @Nullable Path socket;
    private int tcpPort;
    private int tlsPort;

    Replay(Stage stage, Tls tls) {
        this.stage = stage;
        this.tls = tls;
    }

    /**
     * Has it reached by a proxy's socket, which keeps headers about a connection to itself.
     *
     * @param headers what it adds to each answer, in lower case
     */
    Replay through(Door another, String... headers) {
        door = another;
        added = Set.of(headers);
        return this;
    }

    /** All differences. */
    List<String> run(Path directory) throws IOException, InterruptedException {
        List<String> differences = new ArrayList<>();
        try (KleenedStandIn standIn = stage.start(directory)) {
            socket = door.of(standIn);
            tcpPort = standIn.addTcp();
            tlsPort = standIn.addTls(tls.server());
            for (int i = 0; i < stage.recording.exchanges().size(); i++) {
                JsonNode exchange = stage.recording.exchanges().get(i);
                String where = "%s #%d %s"
                        .formatted(
                                stage.recording.name(), i, exchange.path("name").asString());
                stage.prepare(i);
                offerIds(i, exchange);
                try {
                    differences.addAll(exchange(where, i, exchange));
                } catch (IOException | RuntimeException failed) {
                    differences.add(where + ": " + failed);
                }
            }
        }
        return differences;
    }

    /** The daemon makes the ids that are new in the recorded answer. */
    private void offerIds(int number, JsonNode exchange) {
        known.addAll(Likeness.ids(exchange.path("request").toString()));
        List<String> made = new ArrayList<>(stage.idsOf(number));
        StringBuilder answer =
                new StringBuilder(exchange.path("response").path("body").asString(""));
        for (JsonNode frame : exchange.path("frames")) {
            if (frame.path("dir").asString().equals("client")) {
                known.addAll(Likeness.ids(frame.path("data").asString("")));
            } else {
                answer.append(' ').append(frame.path("data").asString(""));
            }
        }
        for (String id : Likeness.ids(answer.toString())) {
            if (known.add(id)) {
                made.add(id);
            }
        }
        known.addAll(made);
        stage.standIn().giveIds(made);
    }

    private List<String> exchange(String where, int number, JsonNode exchange)
            throws IOException, InterruptedException {
        String transport = exchange.path("transport").asString("unix");
        JsonNode response = exchange.path("response");
        if (response.has("error")) {
            return refused(where, transport);
        }
        if (response.has("alpn_selected")) {
            try (SSLSocket socket = tlsSocket(tls.client(), "h2", "http/1.1")) {
                return same(where, response.path("alpn_selected").asString(), socket.getApplicationProtocol());
            }
        }
        try (RawClient client = connect(transport)) {
            if (exchange.path("raw").asBoolean(false)) {
                return raw(where, exchange, client);
            }
            client.send(request(exchange.path("request")));
            RawClient.Reply reply = client.reply(
                    exchange.path("request").path("method").asString().equals("HEAD"));
            List<String> differences = reply(where, exchange, reply);
            if (reply.status() == 101 && exchange.path("close").isObject()) {
                differences.addAll(new SocketReplay(stage, likeness, client, exchange).run(where, number));
            }
            return differences;
        }
    }

    private List<String> refused(String where, String transport) throws IOException {
        SSLContext context = transport.equals("tls-nocert") ? tls.stranger() : tls.client();
        try (RawClient client =
                transport.startsWith("tls") ? new RawClient(Wire.of(tlsSocket(context))) : connect(transport)) {
            client.send(RawClient.ascii("GET /images/list HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            return List.of(
                    "%s: answered with %d".formatted(where, client.reply(false).status()));
        } catch (IOException expected) {
            return List.of();
        }
    }

    private RawClient connect(String transport) throws IOException {
        return new RawClient(
                switch (transport) {
                    case "tcp" -> Wire.of(new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), tcpPort));
                    // TLS on a unix socket is the same TLS.
                    case "tls", "unix-tls" -> Wire.of(tlsSocket(tls.client()));
                    default -> Wire.of(SocketChannel.open(UnixDomainSocketAddress.of(Objects.requireNonNull(socket))));
                });
    }

    private SSLSocket tlsSocket(SSLContext context, String... protocols) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", tlsPort);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private byte[] request(JsonNode request) {
        String path = likeness.translate(request.path("path").asString());
        String query = request.path("query").asString("");
        StringBuilder head = new StringBuilder("%s %s%s HTTP/1.1\r\n"
                .formatted(request.path("method").asString(), path, query.isEmpty() ? "" : "?" + query));
        byte[] body = body(request);
        request.path("headers").forEach(header -> {
            String name = header.path(0).asString();
            String value = name.equalsIgnoreCase("content-length")
                    ? String.valueOf(body.length)
                    : header.path(1).asString();
            head.append(name).append(": ").append(value).append("\r\n");
        });
        byte[] start = RawClient.ascii(head.append("\r\n").toString());
        byte[] all = java.util.Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, all, start.length, body.length);
        return all;
    }

    private byte[] body(JsonNode request) {
        String text = request.path("body").asString("");
        if (text.startsWith("<") && text.contains(" bytes: ")) {
            int length = Integer.parseInt(text.substring(1, text.indexOf(' ')));
            String start = "{\"name\":\"big\",\"pad\":\"";
            return RawClient.ascii(start + "x".repeat(length - start.length() - 2) + "\"}");
        }
        byte[] bytes = Recording.bytes(
                request.path("body"), request.path("body_encoding").asString(""));
        return request.has("body_encoding")
                ? bytes
                : likeness.translate(new String(bytes, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }

    private List<String> reply(String where, JsonNode exchange, RawClient.Reply reply) {
        JsonNode response = exchange.path("response");
        List<String> differences =
                new ArrayList<>(same(where + " status", response.path("status").asInt(), reply.status()));
        Map<String, String> expected = new java.util.TreeMap<>();
        response.path("headers")
                .forEach(header -> expected.put(
                        header.path(0).asString().toLowerCase(java.util.Locale.ROOT),
                        header.path(1).asString()));
        Map<String, String> actual = new java.util.TreeMap<>(reply.headers());
        expected.keySet().removeAll(IGNORED);
        actual.keySet().removeAll(IGNORED);
        if (exchange.path("transport").asString("unix").equals("unix")) {
            if (!actual.keySet().containsAll(added)) {
                differences.add(where + " headers: not all of " + added);
            }
            actual.keySet().removeAll(added);
            if (!added.isEmpty() && reply.status() != 101) {
                expected.keySet().removeAll(OF_ONE_CONNECTION);
            }
        }
        differences.addAll(same(where + " headers", expected, actual));
        boolean prune = exchange.path("request").path("path").asString().endsWith("/prune");
        differences.addAll(likeness.bodies(
                where,
                expected.getOrDefault("content-type", ""),
                Recording.bytes(response.path("body"), ""),
                reply.body(),
                prune));
        return differences;
    }

    private List<String> raw(String where, JsonNode exchange, RawClient client)
            throws IOException, InterruptedException {
        String request = exchange.path("request").path("raw").asString();
        if (request.endsWith("aaa...")) {
            request = request.replace("...", "a".repeat(request.startsWith("GET /images/a") ? 9000 : 5000));
            request += request.startsWith("GET /images/a") ? " HTTP/1.1\r\nHost: localhost\r\n\r\n" : "\r\n\r\n";
        }
        long start = System.nanoTime();
        client.send(RawClient.ascii(request));
        String expected = exchange.path("response").path("raw").asString();
        JsonNode closed = exchange.path("closed_by_server_after_s");
        String actual;
        if (closed.isNumber()) {
            actual = new String(client.rest(), StandardCharsets.ISO_8859_1);
            double seconds = (System.nanoTime() - start) / 1e9 * stage.scale();
            double expectedSeconds = closed.asDouble();
            // This machine may be slow, but what closes at once does so before what waits.
            double late = expectedSeconds == 0 ? stage.scale() * 0.8 : stage.scale() + 1 + expectedSeconds * 0.2;
            double early = 1 + expectedSeconds * 0.2;
            if (seconds > expectedSeconds + late || seconds < expectedSeconds - early) {
                return List.of("%s: closed after %.2f s".formatted(where, seconds));
            }
        } else {
            actual = new String(client.some(expected.length()), StandardCharsets.ISO_8859_1);
        }
        List<String> differences = new ArrayList<>();
        likeness.texts(where, dateless(expected), dateless(actual), differences);
        return differences;
    }

    private static String dateless(String raw) {
        return raw.replaceAll("date: [^\r]*\r\n", "");
    }

    static List<String> same(String where, Object expected, @Nullable Object actual) {
        return expected.equals(actual)
                ? List.of()
                : List.of("%s: expected %s but was %s".formatted(where, expected, actual));
    }

    static void pause(long millis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(millis);
    }
}
