package dev.roadstead.adapter.podman;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.adapter.daemon.DaemonWire;
import dev.roadstead.adapter.daemon.ImageMapping;
import dev.roadstead.adapter.daemon.InspectionMapping;
import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerSpec.NetworkRequest;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStats;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.Mount;
import dev.roadstead.container.NetworkAttachment;
import dev.roadstead.container.PortMapping;
import dev.roadstead.container.Protocol;
import dev.roadstead.container.Resources;
import dev.roadstead.container.RestartPolicy;
import dev.roadstead.engine.DiskUsage;
import dev.roadstead.engine.EngineInfo;
import dev.roadstead.engine.SpecBuilder;
import dev.roadstead.pod.Pod;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What Podman tells, in our words, and ours in Podman's: answers of a real 4.3, and what 5.x writes otherwise. */
class PodmanMappingTest {
    private static final JsonMapper JSON = PodmanWire.mapper();

    private static final List<PortMapping> PUBLISHED = List.of(
            new PortMapping(25620, 53, Protocol.UDP, "127.0.0.1"),
            new PortMapping(25610, 8000, Protocol.TCP, null),
            new PortMapping(25611, 8001, Protocol.TCP, null),
            new PortMapping(25612, 8002, Protocol.TCP, null));

    @Test
    void anInspectionTellsEverythingInOurWords() {
        Container running = inspected("inspect-running");

        assertThat(running.name()).isEqualTo("roadstead-test-running");
        assertThat(running.image()).isEqualTo("docker.io/library/busybox:latest");
        assertThat(running.imageId()).hasSize(64);
        assertThat(running.createdAt()).isEqualTo(Instant.parse("2026-11-24T02:09:29.729149561Z"));
        assertThat(running.workingDir()).isEqualTo("/tmp");
        assertThat(running.user()).isEqualTo("0");
        assertThat(running.hostname()).isEqualTo("harbour");
        assertThat(running.tty()).isFalse();
        assertThat(running.labels()).isEqualTo(Map.of("colour", "blue"));
        assertThat(running.env()).isEqualTo(Map.of("A", "1", "B", "x=y"));
        assertThat(running.resources())
                .isEqualTo(new Resources(new BigDecimal("1.5"), 67_108_864L, 134_217_728L, 50L, 512));
        assertThat(running.restartPolicy()).isEqualTo(new RestartPolicy(RestartPolicy.Name.ON_FAILURE, 3));
        assertThat(running.ports()).isEqualTo(PUBLISHED);
        assertThat(running.mounts())
                .containsExactly(
                        new Mount(Mount.Type.VOLUME, "roadstead-test-fx", "/data", false),
                        new Mount(Mount.Type.BIND, "/tmp", "/host", true),
                        new Mount(Mount.Type.TMPFS, null, "/scratch", false));
        assertThat(running.networks())
                .containsExactly(new NetworkAttachment("roadstead-test-fx", "10.213.7.2", null, "22:fa:79:a1:bd:da"));
    }

    /** One text in 4.x, in which the borders of the words are lost. */
    @Test
    void anEntrypointKeepsItsWordsThoughItIsToldAsOneText() {
        Container running = inspected("inspect-running");

        assertThat(running.entrypoint()).containsExactly("sh", "-c");
        assertThat(running.command()).containsExactly("while :; do sleep 1; done", "with blanks");
        assertThat(inspected("inspect-exited").entrypoint()).isNull();
    }

    @Test
    void anEntrypointWithBlanksInAWordIsTakenFromWhatRuns() {
        Container container = container("""
                {"Id":"abc","Path":"/my program","Args":["-a b","x"],
                 "Config":{"Entrypoint":"/my program -a b","Cmd":["x"],"StopSignal":15}}""");

        assertThat(container.entrypoint()).containsExactly("/my program", "-a b");
    }

    /** As 5.x has them. */
    @Test
    void anEntrypointAsAListAndASignalAsANameAreRead() {
        Container container = container("""
                {"Id":"abc","Path":"/my program","Args":["-a b","x"],
                 "Config":{"Entrypoint":["/my program","-a b"],"Cmd":["x"],"StopSignal":"SIGTERM","StopTimeout":10}}""");

        assertThat(container.entrypoint()).containsExactly("/my program", "-a b");
        assertThat(container.command()).containsExactly("x");
    }

    /** Podman's word for "as long as it takes" is the largest number there is. */
    @Test
    void aStopTimeoutWithoutAnEndIsRead() {
        DaemonWire.Inspected wire = read("inspect-running", DaemonWire.Inspected.class);

        assertThat(Objects.requireNonNull(wire.config()).stopTimeout()).isEqualTo("18446744073709551615");
    }

    @Test
    void theStateOfARunningOneHasHealthAndNoExitCode() {
        assertThat(inspected("inspect-running").state())
                .isEqualTo(new ContainerState(
                        ContainerStatus.RUNNING,
                        "running",
                        null,
                        "unhealthy",
                        Instant.parse("2026-11-24T02:09:30.010508687Z"),
                        null));
    }

    @Test
    void theStateOfAnEndedOneHasItsExitCodeAndTimes() {
        assertThat(inspected("inspect-exited").state())
                .isEqualTo(new ContainerState(
                        ContainerStatus.STOPPED,
                        "exited",
                        3,
                        null,
                        Instant.parse("2026-11-24T02:09:30.330403136Z"),
                        Instant.parse("2026-11-24T02:09:30.331037470Z")));
        assertThat(inspected("inspect-exited").tty()).isTrue();
        assertThat(inspected("inspect-exited").env()).isEmpty();
    }

    @Test
    void theStateOfOneThatNeverRanHasNothing() {
        assertThat(inspected("inspect-created").state())
                .isEqualTo(new ContainerState(ContainerStatus.CREATED, "created", null, null, null, null));
        assertThat(inspected("inspect-created").command()).as("the image's own").isNull();
        assertThat(inspected("inspect-created").restartPolicy()).isEqualTo(RestartPolicy.NO);
    }

    @Test
    void aListTellsPortsOfARangeOneByOne() {
        assertThat(listed("roadstead-test-running").ports()).isEqualTo(PUBLISHED);
    }

    @Test
    void aListTellsNamesTimesAndStates() {
        Container running = listed("roadstead-test-running");
        Container exited = listed("roadstead-test-exited");
        Container created = listed("roadstead-test-created");

        assertThat(running.createdAt()).isEqualTo(Instant.parse("2026-11-24T02:09:29.729149561Z"));
        assertThat(running.labels()).isEqualTo(Map.of("colour", "blue"));
        assertThat(running.networks()).containsExactly(new NetworkAttachment("roadstead-test-fx", null, null, null));
        assertThat(running.state().exitCode()).isNull();
        assertThat(running.state().finishedAt()).isNull();
        assertThat(exited.state())
                .isEqualTo(new ContainerState(
                        ContainerStatus.STOPPED,
                        "exited",
                        3,
                        null,
                        Instant.ofEpochSecond(1_795_486_170),
                        Instant.ofEpochSecond(1_795_486_170)));
        assertThat(created.state().status()).isEqualTo(ContainerStatus.CREATED);
        assertThat(created.state().startedAt()).isNull();
    }

    @Test
    void aSampleTellsWhatIsUsedInUnitsOfOurs() {
        PodmanWire.Stats wire = Objects.requireNonNull(
                        read("stats", PodmanWire.Sample.class).stats())
                .getFirst();

        ContainerStats stats = PodmanStats.stats(wire, null);

        assertThat(stats.cpuPercent()).as("of a first sample").isNull();
        assertThat(stats.cpuTotalNanos()).isEqualTo(52_058_140);
        assertThat(stats.cpuCores()).isEqualTo(2);
        assertThat(stats.memoryUsage()).isEqualTo(958_464);
        assertThat(stats.memoryLimit()).isEqualTo(67_108_864);
        assertThat(stats.networkReceived()).isEqualTo(426);
        assertThat(stats.networkSent()).isEqualTo(1690);
        assertThat(stats.pids()).isEqualTo(2);
        assertThat(stats.time()).isEqualTo(Instant.parse("2026-11-24T02:09:31.918995498Z"));
    }

    @Test
    void aSecondSampleTellsThePercentage() {
        PodmanWire.Stats before = JSON.readValue("{\"CPUNano\":1000,\"SystemNano\":100000}", PodmanWire.Stats.class);
        PodmanWire.Stats now = JSON.readValue("{\"CPUNano\":31000,\"SystemNano\":120000}", PodmanWire.Stats.class);

        assertThat(PodmanStats.stats(now, before).cpuPercent()).isCloseTo(150.0, Offset.offset(0.001));
    }

    /** As 5.x has it. */
    @Test
    void aSampleThatTellsEachInterfaceIsSummedUp() {
        PodmanWire.Stats wire = JSON.readValue("""
                {"SystemNano":1,"Network":{"eth0":{"RxBytes":3,"TxBytes":5},"eth1":{"RxBytes":4,"TxBytes":6}}}""", PodmanWire.Stats.class);

        assertThat(PodmanStats.stats(wire, null).networkReceived()).isEqualTo(7);
        assertThat(PodmanStats.stats(wire, null).networkSent()).isEqualTo(11);
    }

    @Test
    void aPodTellsItsContainersWithoutTheOneThatHoldsIt() {
        Pod inspected = PodmanPods.pod(read("pod", PodmanWire.Pod.class));
        Pod listed = PodmanPods.pod(list("pods", PodmanWire.Pod.class).getFirst());

        assertThat(inspected.containers()).singleElement().satisfies(member -> {
            assertThat(member.name()).isEqualTo("roadstead-test-member");
            assertThat(member.status()).isEqualTo("created");
        });
        assertThat(inspected.status()).isEqualTo("created");
        assertThat(listed).isEqualTo(inspected);
    }

    @Test
    void theHostIsDescribed() {
        EngineInfo info = PodmanHostMapping.info(read("info", PodmanWire.HostInfo.class));

        assertThat(info.hostname()).isEqualTo("harbour");
        assertThat(info.os()).isEqualTo("debian 12");
        assertThat(info.architecture()).isEqualTo("amd64");
        assertThat(info.cpus()).isEqualTo(2);
        assertThat(info.memory()).isEqualTo(25_276_514_304L);
        assertThat(info.storageDriver()).isEqualTo("overlay");
        assertThat(info.containersRunning()).isEqualTo(1);
        assertThat(info.images()).isEqualTo(2);
    }

    @Test
    void diskUsageIsSummedUp() {
        DiskUsage usage = PodmanHostMapping.diskUsage(read("df", PodmanWire.DiskUsage.class));

        assertThat(usage.images()).isNotNull().satisfies(images -> {
            assertThat(images.size()).isEqualTo(2_141_312 + 702_590);
            assertThat(images.count()).isEqualTo(2);
            assertThat(images.active()).isEqualTo(2);
        });
        assertThat(usage.containers()).isEqualTo(new DiskUsage.Part(5, 1, 24, 12L));
        assertThat(usage.volumes()).isEqualTo(new DiskUsage.Part(1, 1, 0, 0L));
        assertThat(usage.buildCache()).isNull();
    }

    @Test
    void anImageIsDescribed() {
        var image = ImageMapping.inspected(read("image", DaemonWire.InspectedImage.class));

        assertThat(image.tags()).containsExactly("docker.io/library/busybox:latest");
        assertThat(image.command()).containsExactly("sh");
        assertThat(image.architecture()).isEqualTo("amd64");
    }

    @Test
    void limitsGoInTheUnitsOfTheRuntime() {
        assertThat(PodmanCreateBody.limits(new Resources(new BigDecimal("1.5"), 67_108_864L, 134_217_728L, 50L, 512)))
                .isEqualTo(Map.of(
                        "cpu", Map.of("quota", 150_000L, "period", 100_000L, "shares", 512),
                        "memory", Map.of("limit", 67_108_864L, "swap", 134_217_728L),
                        "pids", Map.of("limit", 50L)));
        assertThat(PodmanCreateBody.limits(Resources.NONE)).isEmpty();
    }

    @Test
    void aSpecificationBecomesOneFlatBody() {
        ContainerSpec spec = new SpecBuilder("busybox")
                .command(List.of("sh"))
                .entrypoint(List.of("/init", "-x"))
                .env(Map.of("A", "1"))
                .hostname("harbour")
                .publish(8080, 80)
                .publish(null, 81)
                .mount(new Mount(Mount.Type.BIND, "/srv", "/host", true))
                .mount(new Mount(Mount.Type.VOLUME, "data", "/data", false))
                .mount(new Mount(Mount.Type.VOLUME, null, "/anonymous", false))
                .mount(new Mount(Mount.Type.TMPFS, null, "/scratch", false))
                .restartPolicy(new RestartPolicy(RestartPolicy.Name.ON_FAILURE, 3))
                .network("quay")
                .build();

        assertThat(PodmanCreateBody.of(spec))
                .containsEntry("image", "busybox")
                .containsEntry("command", List.of("sh"))
                .containsEntry("entrypoint", List.of("/init", "-x"))
                .containsEntry("env", Map.of("A", "1"))
                .containsEntry("hostname", "harbour")
                .containsEntry("restart_policy", "on-failure")
                .containsEntry("restart_tries", 3)
                .containsEntry("netns", Map.of("nsmode", "bridge"))
                .containsEntry("networks", Map.of("quay", Map.of()))
                .containsEntry(
                        "portmappings",
                        List.of(
                                Map.of("container_port", 80, "host_port", 8080, "protocol", "tcp"),
                                Map.of("container_port", 81, "host_port", 0, "protocol", "tcp")))
                .containsEntry(
                        "mounts",
                        List.of(
                                Map.of(
                                        "type", "bind",
                                        "source", "/srv",
                                        "destination", "/host",
                                        "options", List.of("ro", "rbind")),
                                Map.of("type", "tmpfs", "destination", "/scratch", "options", List.of())))
                .containsEntry(
                        "volumes",
                        List.of(
                                Map.of("Name", "data", "Dest", "/data", "Options", List.of(), "IsAnonymous", false),
                                Map.of("Name", "", "Dest", "/anonymous", "Options", List.of(), "IsAnonymous", true)))
                .doesNotContainKeys("name", "pod", "resource_limits", "privileged");
    }

    @Test
    void anAddressOnANetworkIsAsked() {
        assertThat(PodmanCreateBody.endpoint(new NetworkRequest("quay", "10.0.0.9", List.of("db"))))
                .isEqualTo(Map.of("static_ips", List.of("10.0.0.9"), "aliases", List.of("db")));
    }

    private static Container container(String json) {
        return InspectionMapping.inspected(
                PodmanMapping.sense(JSON.readValue(json, DaemonWire.Inspected.class)), DaemonWire.Config.EMPTY);
    }

    private static Container inspected(String name) {
        DaemonWire.Config image = Objects.requireNonNull(
                read("image", DaemonWire.InspectedImage.class).config());
        return InspectionMapping.inspected(PodmanMapping.sense(read(name, DaemonWire.Inspected.class)), image);
    }

    private static Container listed(String name) {
        return list("list", PodmanWire.Listed.class).stream()
                .map(PodmanMapping::listed)
                .filter(container -> container.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static <T> T read(String name, Class<T> type) {
        return JSON.readValue(bytes(name), type);
    }

    private static <T> List<T> list(String name, Class<T> type) {
        return JSON.readValue(bytes(name), JSON.getTypeFactory().constructCollectionType(List.class, type));
    }

    private static byte[] bytes(String name) {
        try (InputStream in = PodmanMappingTest.class.getResourceAsStream("/podman/4.3/" + name + ".json")) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
