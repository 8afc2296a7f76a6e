package dev.roadstead.adapter.docker;

import static dev.roadstead.engine.ContractSubject.all;
import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerSpec.NetworkRequest;
import dev.roadstead.container.ContainerStats;
import dev.roadstead.container.Healthcheck;
import dev.roadstead.container.LogEntry;
import dev.roadstead.container.LogQuery;
import dev.roadstead.container.Mount;
import dev.roadstead.container.PortMapping;
import dev.roadstead.container.Protocol;
import dev.roadstead.container.Resources;
import dev.roadstead.container.RestartPolicy;
import dev.roadstead.container.SecurityOptions;
import dev.roadstead.container.WaitCondition;
import dev.roadstead.engine.ContractSubject;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.SpecBuilder;
import dev.roadstead.engine.TestObjects;
import dev.roadstead.engine.TestTar;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import dev.roadstead.network.Network;
import dev.roadstead.network.NetworkSpec;
import dev.roadstead.transport.EngineHttpClient;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.TransportSettings;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What only Docker has, or has in a way of its own, on a real daemon. */
@RequiresLab("docker")
class DockerAdapterIT {
    private static final Duration WAIT = ContractSubject.WAIT;
    private static final LogQuery WITH_TIMES = new LogQuery(false, null, null, null, true, true, true);

    private final Engine engine = DockerEngineIT.engine(Lab.docker(), null);
    private final TestObjects made = new TestObjects(engine);

    @AfterEach
    void clean() {
        made.removeAll();
        engine.close().block(WAIT);
    }

    @Test
    void mutualTlsReachesTheSameDaemon() {
        Path pki = Lab.pki();
        PemSslStoreDetails keys = PemSslStoreDetails.forCertificate(
                        pki.resolve("client.pem").toUri().toString())
                .withPrivateKey(pki.resolve("client.key").toUri().toString());
        PemSslStoreDetails trust =
                PemSslStoreDetails.forCertificate(pki.resolve("ca.pem").toUri().toString());
        SslManagerBundle managers = SslManagerBundle.from(new PemSslStoreBundle(keys, trust), null);
        Engine secure = DockerEngineIT.engine(
                Lab.dockerTls(),
                new EngineSettings.Tls(managers.getKeyManagerFactory(), managers.getTrustManagerFactory()));
        try {
            assertThat(get(secure.describe())).isEqualTo(get(engine.describe()));
        } finally {
            secure.close().block(WAIT);
        }
    }

    @Test
    void aLogWithATerminalKeepsItsLinesAndTimes() {
        Instant before = Instant.now().minusSeconds(60);
        ContainerId id = ended(new SpecBuilder("busybox:latest")
                .command(List.of("sh", "-c", "head -c 40000 /dev/zero | tr '\\000' x; echo; echo käse"))
                .tty()
                .build());

        List<LogEntry> entries = log(id, WITH_TIMES);

        assertThat(text(entries)).isEqualTo("x".repeat(40_000) + "\r\nkäse\r\n");
        assertThat(entries)
                .hasSize(4)
                .allSatisfy(entry -> assertThat(entry.time()).isBetween(before, Instant.now().plusSeconds(60)));
        assertThat(text(log(id, LogQuery.ALL))).isEqualTo(text(entries));
    }

    @Test
    void aLongLineComesInEntriesEachWithItsTimeAndNothingElse() {
        ContainerId id =
                ended(shell("head -c 40000 /dev/zero | tr '\\000' y; echo; echo 2026-01-01T00:00:00Z is text"));

        List<LogEntry> entries = log(id, WITH_TIMES);

        assertThat(text(entries)).isEqualTo("y".repeat(40_000) + "\n2026-01-01T00:00:00Z is text\n");
        assertThat(entries).hasSize(4).allSatisfy(entry -> assertThat(entry.time())
                .isNotNull());
        assertThat(entries.getFirst().data()[entries.getFirst().data().length - 1])
                .isEqualTo((byte) 'y');
    }

    @Test
    void sinceAndUntilIncludeTheirNanosecond() {
        ContainerId id = ended(shell("for i in 1 2 3; do echo $i; sleep 0.1; done"));
        Instant second = Objects.requireNonNull(log(id, WITH_TIMES).get(1).time());

        assertThat(text(log(id, new LogQuery(false, null, second, second, true, true, false))))
                .isEqualTo("2\n");
        assertThat(text(log(id, new LogQuery(false, null, second.plusNanos(1), null, true, true, false))))
                .isEqualTo("3\n");
    }

    @Test
    void aBusyContainersProcessorShareIsToldWithinAboutASecond() {
        ContainerId id = started(shell("while :; do :; done"));
        get(engine.containers().stats(id));

        long begin = System.nanoTime();
        ContainerStats stats = get(engine.containers().stats(id));

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
        assertThat(stats.cpuPercent()).isGreaterThan(5.0);
        assertThat(stats.memoryLimit()).isPositive();
    }

    @Test
    void everyFieldReachesTheDaemon() {
        String network = made.network().name();
        ContainerSpec spec = made.marked(new ContainerSpec(
                null,
                "busybox:latest",
                List.of("-c", "sleep 300"),
                List.of("sh"),
                Map.of("A", "1"),
                Map.of("colour", "blue"),
                "/tmp",
                "1:1",
                "harbour",
                true,
                true,
                List.of(new PortMapping(null, 80, Protocol.TCP, "127.0.0.1"), new PortMapping(null, 53, Protocol.UDP, null)),
                List.of(new Mount(Mount.Type.BIND, "/tmp", "/host", true), new Mount(Mount.Type.TMPFS, null, "/t", false)),
                List.of(new NetworkRequest(network, null, List.of("also"))),
                new Resources(new BigDecimal("0.5"), 64L << 20, 128L << 20, 40L, 512),
                new RestartPolicy(RestartPolicy.Name.ON_FAILURE, 2),
                new Healthcheck(
                        List.of("CMD", "true"), Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(3), 4),
                new SecurityOptions(false, List.of("NET_ADMIN"), List.of("MKNOD"), true),
                null,
                Map.of("StopTimeout", 7, "HostConfig", Map.of("OomScoreAdj", 300))));
        ContainerId id = made.container(spec);

        JsonNode told = inspect(id);

        JsonNode config = told.get("Config");
        JsonNode host = told.get("HostConfig");
        assertThat(config.get("Cmd").toString()).isEqualTo("[\"-c\",\"sleep 300\"]");
        assertThat(config.get("Entrypoint").toString()).isEqualTo("[\"sh\"]");
        assertThat(config.get("Env").toString()).contains("A=1");
        assertThat(config.at("/Labels/colour").asString()).isEqualTo("blue");
        assertThat(config.get("WorkingDir").asString()).isEqualTo("/tmp");
        assertThat(config.get("User").asString()).isEqualTo("1:1");
        assertThat(config.get("Hostname").asString()).isEqualTo("harbour");
        assertThat(config.get("Tty").asBoolean()).isTrue();
        assertThat(config.get("OpenStdin").asBoolean()).isTrue();
        assertThat(config.get("StopTimeout").asInt()).isEqualTo(7);
        assertThat(config.at("/Healthcheck/Interval").asLong()).isEqualTo(2_000_000_000L);
        assertThat(config.at("/Healthcheck/StartPeriod").asLong()).isEqualTo(3_000_000_000L);
        assertThat(config.at("/Healthcheck/Retries").asInt()).isEqualTo(4);
        assertThat(host.get("OomScoreAdj").asInt()).isEqualTo(300);
        assertThat(host.get("NanoCpus").asLong()).isEqualTo(500_000_000L);
        assertThat(host.get("Memory").asLong()).isEqualTo(64L << 20);
        assertThat(host.get("MemorySwap").asLong()).isEqualTo(128L << 20);
        assertThat(host.get("PidsLimit").asInt()).isEqualTo(40);
        assertThat(host.get("CpuShares").asInt()).isEqualTo(512);
        assertThat(host.at("/RestartPolicy/Name").asString()).isEqualTo("on-failure");
        assertThat(host.at("/RestartPolicy/MaximumRetryCount").asInt()).isEqualTo(2);
        assertThat(host.get("CapAdd").toString()).contains("NET_ADMIN");
        assertThat(host.get("CapDrop").toString()).contains("MKNOD");
        assertThat(host.get("ReadonlyRootfs").asBoolean()).isTrue();
        assertThat(host.get("PortBindings").toString()).contains("80/tcp", "53/udp", "127.0.0.1");
        assertThat(host.get("Mounts")).hasSize(2);
        assertThat(told.at("/NetworkSettings/Networks").get(network).get("Aliases").toString())
                .contains("also");
    }

    @Test
    void aContainerJoinsSeveralNetworksWithItsOwnAddress() {
        Network first = network("10.213.21.0/24");
        Network second = network("10.213.22.0/24");
        ContainerId id = started(joining(
                new NetworkRequest(first.name(), "10.213.21.9", List.of()),
                new NetworkRequest(second.name(), "10.213.22.9", List.of("also"))));

        assertThat(get(engine.containers().inspect(id)).networks())
                .extracting("name", "ip")
                .containsExactlyInAnyOrder(
                        tuple(first.name(), "10.213.21.9"),
                        tuple(second.name(), "10.213.22.9"));
    }

    @Test
    void aContainerThatCannotJoinAllItsNetworksIsNotLeftBehind() {
        ContainerSpec spec = joining(
                new NetworkRequest(network("10.213.23.0/24").name(), null, List.of()),
                new NetworkRequest("host", null, List.of()));

        assertThatThrownBy(() -> made.container(spec)).isInstanceOf(EngineException.class);

        assertThat(get(engine.containers().list(made.labels()))).isEmpty();
    }

    @Test
    void anAbsentNetworkIsToldAtTheCreation() {
        fails(
                engine.containers()
                        .create(made.marked(joining(new NetworkRequest("roadstead-test-none", null, List.of())))),
                EngineException.NotFound.class,
                "NO_SUCH_NETWORK");
    }

    @Test
    void aNetworkThatAStoppedContainerIsOnIsInUse() {
        Network network = network("10.213.24.0/24");
        made.container(joining(new NetworkRequest(network.name(), null, List.of())));

        fails(engine.networks().remove(network.name()), EngineException.Conflict.class, "NETWORK_IN_USE");
    }

    @Test
    void aStopWithoutAGraceTakesTheContainersOwn() {
        ContainerSpec stubborn = new SpecBuilder("busybox:latest")
                .command(List.of("sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"))
                .build();
        ContainerId id = started(withNative(stubborn, Map.of("StopTimeout", 1)));

        long begin = System.nanoTime();
        assertThat(get(engine.containers().stop(id, null))).isTrue();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofMillis(900), Duration.ofSeconds(8));
        assertThat(get(engine.containers().state(id)).exitCode()).isEqualTo(137);
    }

    @Test
    void aContainerThatRemovesItselfStillTellsItsExitCode() {
        ContainerId id = started(withNative(
                shell("sleep 1; exit 4"), Map.of("HostConfig", Map.of("AutoRemove", true))));

        assertThat(get(engine.containers().await(id, WaitCondition.NOT_RUNNING)).exitCode())
                .isEqualTo(4);
    }

    @Test
    void manyRemovalsAtOnceAllEndWithItGone() {
        ContainerId id = started(shell("while :; do sleep 0.1; done"));

        List<Boolean> outcomes = get(Flux.range(0, 8)
                .flatMap(
                        _ -> engine.containers()
                                .remove(id, true, true)
                                .thenReturn(true)
                                .onErrorReturn(EngineException.NotFound.class, false),
                        8)
                .collectList());

        assertThat(outcomes).hasSize(8).contains(true);
        fails(engine.containers().state(id), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
    }

    @Test
    void aBigTreeGoesInAndComesOutAndIsExported() {
        ContainerId id = made.container(shell("true"));
        int size = 48 << 20;
        byte[] tar = new TestTar()
                .file("big.bin", new byte[size], 0640)
                .bytes();

        run(engine.files().putArchive(id, "/tmp", Flux.range(0, tar.length / 65_536 + 1)
                .map(part -> Arrays.copyOfRange(
                        tar, Math.min(tar.length, part * 65_536), Math.min(tar.length, (part + 1) * 65_536)))
                .filter(part -> part.length > 0)));

        assertThat(get(engine.files().stat(id, "/tmp/big.bin")).size()).isEqualTo(size);
        assertThat(bytes(all(engine.files().getArchive(id, "/tmp/big.bin")))).isBetween((long) size, size + 20_480L);
        assertThat(bytes(all(engine.containers().export(id)))).isGreaterThan(size);
    }

    private static long bytes(Flux<byte[]> stream) {
        return get(stream.map(part -> (long) part.length).reduce(0L, Long::sum));
    }

    private Network network(String subnet) {
        Network network = get(engine.networks()
                .create(new NetworkSpec(made.name(), "bridge", subnet, null, false, made.labels())));
        made.alsoNetwork(network.name());
        return network;
    }

    private static ContainerSpec shell(String script) {
        return ContainerSpec.of("busybox:latest", List.of("sh", "-c", script));
    }

    private static ContainerSpec joining(NetworkRequest... networks) {
        ContainerSpec base = shell("while :; do sleep 0.1; done");
        return new ContainerSpec(
                null, base.image(), base.command(), null, Map.of(), Map.of(), null, null, null, false, false, List.of(),
                List.of(), List.of(networks), Resources.NONE, null, null, SecurityOptions.DEFAULT, null, Map.of());
    }

    private static ContainerSpec withNative(ContainerSpec base, Map<String, Object> fields) {
        return new ContainerSpec(
                null, base.image(), base.command(), null, Map.of(), Map.of(), null, null, null, false, false, List.of(),
                List.of(), List.of(), Resources.NONE, null, null, SecurityOptions.DEFAULT, null, fields);
    }

    private ContainerId started(ContainerSpec spec) {
        ContainerId id = made.container(spec);
        get(engine.containers().start(id));
        return id;
    }

    private ContainerId ended(ContainerSpec spec) {
        ContainerId id = started(spec);
        get(engine.containers().await(id, WaitCondition.NOT_RUNNING));
        return id;
    }

    private List<LogEntry> log(ContainerId id, LogQuery query) {
        return get(all(engine.containers().logs(id, query)).collectList());
    }

    private static String text(List<LogEntry> entries) {
        StringBuilder text = new StringBuilder();
        entries.forEach(entry -> text.append(new String(entry.data(), StandardCharsets.UTF_8)));
        return text.toString();
    }

    private static JsonNode inspect(ContainerId id) {
        EngineHttpClient http = new EngineHttpClient(
                new TransportSettings("raw", Lab.docker(), WAIT, WAIT, WAIT, 2, null, null));
        try {
            return JsonMapper.shared()
                    .readTree(get(http.request(EngineRequest.get("/containers/" + id + "/json")))
                            .body());
        } finally {
            http.close().block(WAIT);
        }
    }
}
