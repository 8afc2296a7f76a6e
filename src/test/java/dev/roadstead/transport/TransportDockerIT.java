package dev.roadstead.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.roadstead.engine.EngineException;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import dev.roadstead.transport.EngineHttpClient.Silence;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.boot.ssl.pem.PemSslStore;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The client against a real Docker. */
@RequiresLab("docker")
@ExtendWith(NoLeaks.class)
class TransportDockerIT {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final EngineRequest PING = EngineRequest.get("/_ping");

    private final List<EngineHttpClient> clients = new ArrayList<>();
    private final List<Runnable> cleaning = new ArrayList<>();

    @AfterEach
    void clean() {
        cleaning.forEach(Runnable::run);
        clients.forEach(client -> client.close().block(BOUND));
    }

    @Test
    void dockerAnswersOnItsUnixSocket() {
        assertThat(send(client(Lab.docker()), PING).text()).isEqualTo("OK");
    }

    @Test
    void dockerAnswersOnPlainTcp() {
        assertThat(send(client(Lab.dockerTcp()), PING).text()).isEqualTo("OK");
    }

    @ParameterizedTest
    @CsvSource({"client, client.key,", "client, client-encrypted.key, changeit"})
    void dockerAnswersOnMutualTls(String certificate, String key, @Nullable String password) {
        assertThat(send(client(Lab.dockerTls(), tls("ca", certificate, key, password)), PING)
                        .text())
                .isEqualTo("OK");
    }

    @ParameterizedTest
    @CsvSource({"stranger, stranger.key", "expired, expired.key", ","})
    void dockerRefusesACertificateItDoesNotTrust(@Nullable String certificate, @Nullable String key) {
        EngineHttpClient client = client(Lab.dockerTls(), tls("ca", certificate, key, null));
        // The refusal races with the request; whoever wins, the failure is the same.
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> send(client, PING))
                    .asInstanceOf(type(EngineException.Denied.class))
                    .extracting(EngineException::code)
                    .isEqualTo("ENGINE_DENIED");
            assertThatThrownBy(() -> send(client, EngineRequest.post("/build").json(new byte[300_000])))
                    .asInstanceOf(type(EngineException.Denied.class))
                    .extracting(EngineException::code)
                    .isEqualTo("ENGINE_DENIED");
        }
    }

    @Test
    void aDockerOfAnotherAuthorityIsNotTrusted() {
        assertThatThrownBy(() -> send(client(Lab.dockerTls(), tls("stranger-ca", "client", "client.key", null)), PING))
                .asInstanceOf(type(EngineException.Denied.class))
                .extracting(EngineException::code)
                .isEqualTo("ENGINE_UNTRUSTED");
    }

    @Test
    void eventsAreFollowedAsTheyHappen() {
        EngineHttpClient client = client(Lab.docker());
        String name = "transport-it-" + UUID.randomUUID();
        cleaning.add(() -> send(client, EngineRequest.delete("/volumes/" + name)));
        JsonValueDecoder decoder = new JsonValueDecoder("lab", JsonMapper.shared());

        Flux<JsonNode> events = client.stream(
                        EngineRequest.get("/events?filters=%7B%22volume%22%3A%5B%22" + name + "%22%5D%7D"),
                        Silence.ALLOWED)
                .doOnNext(reply -> assertThat(reply.status()).isEqualTo(200))
                // The head is there: Docker listens from here on.
                .flatMapMany(reply -> client.request(
                                EngineRequest.post("/volumes/create").json(bytes("{\"Name\":\"" + name + "\"}")))
                        .thenMany(reply.body()))
                .concatMapIterable(decoder::feed);

        StepVerifier.create(events)
                .assertNext(event -> {
                    assertThat(event.get("Action").asString()).isEqualTo("create");
                    assertThat(event.get("Actor").get("ID").asString()).isEqualTo(name);
                })
                .thenCancel()
                .verify(BOUND);
    }

    @Test
    void theLogOfAContainerIsTakenApart() {
        EngineHttpClient client = client(Lab.docker());
        // It lives on: a daemon may end a followed log before it has written down the last words of a container that
        // ends.
        String id = started(client, "echo out; echo err >&2; head -c 300000 /dev/zero; echo; exec sleep 300");
        AtomicLong left = new AtomicLong("out\nerr\n".length() + 300_001);
        MultiplexedStreamDecoder decoder = new MultiplexedStreamDecoder("lab");

        Flux<MultiplexedStreamDecoder.Frame> frames = client.stream(
                        EngineRequest.get("/containers/" + id + "/logs?follow=1&stdout=1&stderr=1"), Silence.ALLOWED)
                .flatMapMany(StreamedReply::body)
                .concatMapIterable(decoder::feed)
                .takeUntil(frame -> left.addAndGet(-frame.data().length) <= 0);

        List<MultiplexedStreamDecoder.Frame> all =
                frames.collectList().blockOptional(BOUND).orElseThrow();
        assertThat(text(all, MultiplexedStreamDecoder.STDOUT))
                .startsWith("out\n")
                .endsWith("\n")
                .hasSize(300_005);
        assertThat(text(all, MultiplexedStreamDecoder.STDERR)).isEqualTo("err\n");
    }

    @Test
    void anUploadThatDockerRefusesEndsWithItsReason() {
        EngineHttpClient client = client(Lab.docker());
        Flux<byte[]> endless = Flux.generate(sink -> sink.next(new byte[64 * 1024]));

        EngineReply reply = send(
                client,
                EngineRequest.of("PUT", "/containers/" + UUID.randomUUID() + "/archive?path=/")
                        .upload("application/x-tar", endless));

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.text()).contains("No such container");
    }

    @Test
    void anArchiveGoesInAndComesOut() {
        EngineHttpClient client = client(Lab.docker());
        String id = started(client, "sleep 600");
        int size = 50 * 1024 * 1024;
        byte[] zeros = new byte[64 * 1024];
        // A ustar header of one file, its content, and two empty blocks.
        Flux<byte[]> tar = Flux.concat(
                Flux.just(ustar("big", size)),
                Flux.range(0, size / zeros.length).map(_ -> zeros),
                Flux.just(new byte[1024]));

        EngineReply put = send(
                client,
                EngineRequest.of("PUT", "/containers/" + id + "/archive?path=/tmp")
                        .upload("application/x-tar", tar));
        assertThat(put.status()).as(put.text()).isEqualTo(200);

        StepVerifier.create(client.stream(
                                EngineRequest.get("/containers/" + id + "/archive?path=/tmp/big"), Silence.BOUNDED)
                        .flatMapMany(StreamedReply::body)
                        .map(bytes -> (long) bytes.length)
                        .reduce(0L, Long::sum))
                .assertNext(total -> assertThat(total).isBetween(size + 1024L, size + 20_480L))
                .expectComplete()
                .verify(BOUND);
    }

    private String started(EngineHttpClient client, String command) {
        EngineReply created = send(
                client,
                EngineRequest.post("/containers/create")
                        .json(bytes(
                                "{\"Image\":\"busybox:latest\",\"Cmd\":[\"sh\",\"-c\",\"%s\"],\"Labels\":{\"test\":\"transport\"}}"
                                        .formatted(command))));
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        String id = JsonMapper.shared().readTree(created.body()).get("Id").asString();
        cleaning.add(() -> send(client, EngineRequest.delete("/containers/" + id + "?force=1")));
        assertThat(send(client, EngineRequest.post("/containers/" + id + "/start"))
                        .status())
                .isEqualTo(204);
        return id;
    }

    private EngineHttpClient client(URI uri) {
        return client(uri, null);
    }

    private EngineHttpClient client(URI uri, @Nullable SslManagerBundle tls) {
        EngineHttpClient client = new EngineHttpClient(new TransportSettings(
                "lab",
                uri,
                BOUND,
                BOUND,
                BOUND,
                4,
                tls == null ? null : tls.getKeyManagerFactory(),
                tls == null ? null : tls.getTrustManagerFactory()));
        clients.add(client);
        return client;
    }

    private static SslManagerBundle tls(
            String authority, @Nullable String certificate, @Nullable String key, @Nullable String password) {
        Path pki = Lab.pki();
        PemSslStore trust = PemSslStore.load(PemSslStoreDetails.forCertificate(
                pki.resolve(authority + ".pem").toUri().toString()));
        PemSslStore own = certificate == null || key == null
                ? null
                : PemSslStore.load(PemSslStoreDetails.forCertificate(
                                pki.resolve(certificate + ".pem").toUri().toString())
                        .withPrivateKey(pki.resolve(key).toUri().toString())
                        .withPrivateKeyPassword(password));
        return SslManagerBundle.from(new PemSslStoreBundle(own, trust), null);
    }

    private static EngineReply send(EngineHttpClient client, EngineRequest request) {
        return client.request(request).blockOptional(BOUND).orElseThrow();
    }

    private static String text(List<MultiplexedStreamDecoder.Frame> frames, int stream) {
        StringBuilder all = new StringBuilder();
        for (MultiplexedStreamDecoder.Frame frame : frames) {
            if (frame.stream() == stream) {
                all.append(new String(frame.data(), StandardCharsets.UTF_8));
            }
        }
        return all.toString();
    }

    private static byte[] ustar(String name, int size) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, "%011o\0".formatted(size));
        put(header, 136, "00000000000\0");
        put(header, 148, "        ");
        put(header, 156, "0");
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte next : header) {
            sum += next & 0xff;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
