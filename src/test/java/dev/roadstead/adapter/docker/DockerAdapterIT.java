package dev.roadstead.adapter.docker;

import static dev.roadstead.engine.ContractSubject.all;
import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerStats;
import dev.roadstead.container.LogEntry;
import dev.roadstead.container.LogQuery;
import dev.roadstead.container.Resources;
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
                .allSatisfy(entry ->
                        assertThat(entry.time()).isBetween(before, Instant.now().plusSeconds(60)));
        assertThat(text(log(id, LogQuery.ALL))).isEqualTo(text(entries));
    }

    @Test
    void aLongLineComesInEntriesEachWithItsTimeAndNothingElse() {
        ContainerId id =
                ended(shell("head -c 40000 /dev/zero | tr '\\000' y; echo; echo 2026-01-01T00:00:00Z is text"));

        List<LogEntry> entries = log(id, WITH_TIMES);

        assertThat(text(entries)).isEqualTo("y".repeat(40_000) + "\n2026-01-01T00:00:00Z is text\n");
        assertThat(entries)
                .hasSize(4)
                .allSatisfy(entry -> assertThat(entry.time()).isNotNull());
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
    void aStopWithoutAGraceTakesTheContainersOwn() {
        ContainerSpec stubborn = new SpecBuilder("busybox:latest")
                .command(List.of("sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"))
                .build();
        ContainerId id = started(withNative(stubborn, Map.of("StopTimeout", 1)));

        long begin = System.nanoTime();
        assertThat(get(engine.containers().stop(id, null))).isTrue();

        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(8));
        assertThat(get(engine.containers().state(id)).exitCode()).isEqualTo(137);
    }

    @Test
    void aContainerThatRemovesItselfStillTellsItsExitCode() {
        ContainerId id =
                started(withNative(shell("sleep 1; exit 4"), Map.of("HostConfig", Map.of("AutoRemove", true))));

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
        byte[] tar = new TestTar().file("big.bin", new byte[size], 0640).bytes();

        run(engine.files()
                .putArchive(
                        id,
                        "/tmp",
                        Flux.range(0, tar.length / 65_536 + 1)
                                .map(part -> Arrays.copyOfRange(
                                        tar,
                                        Math.min(tar.length, part * 65_536),
                                        Math.min(tar.length, (part + 1) * 65_536)))
                                .filter(part -> part.length > 0)));

        assertThat(get(engine.files().stat(id, "/tmp/big.bin")).size()).isEqualTo(size);
        assertThat(bytes(all(engine.files().getArchive(id, "/tmp/big.bin")))).isBetween((long) size, size + 20_480L);
        assertThat(bytes(all(engine.containers().export(id)))).isGreaterThan(size);
    }

    private static long bytes(Flux<byte[]> stream) {
        return get(stream.map(part -> (long) part.length).reduce(0L, Long::sum));
    }

    private static ContainerSpec shell(String script) {
        return ContainerSpec.of("busybox:latest", List.of("sh", "-c", script));
    }

    private static ContainerSpec withNative(ContainerSpec base, Map<String, Object> fields) {
        return new ContainerSpec(
                null,
                base.image(),
                base.command(),
                null,
                Map.of(),
                Map.of(),
                null,
                null,
                null,
                false,
                false,
                List.of(),
                List.of(),
                List.of(),
                Resources.NONE,
                null,
                null,
                SecurityOptions.DEFAULT,
                null,
                null,
                fields);
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
}
