package dev.roadstead.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.adapter.daemon.DaemonWire;
import dev.roadstead.adapter.daemon.FileMapping;
import dev.roadstead.adapter.daemon.ImageMapping;
import dev.roadstead.adapter.daemon.InspectionMapping;
import dev.roadstead.adapter.daemon.Texts;
import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStats;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.FileChange;
import dev.roadstead.container.Mount;
import dev.roadstead.container.PathStat;
import dev.roadstead.container.PortMapping;
import dev.roadstead.container.Protocol;
import dev.roadstead.container.Resources;
import dev.roadstead.container.RestartPolicy;
import dev.roadstead.engine.DiskUsage;
import dev.roadstead.engine.EngineInfo;
import dev.roadstead.image.Image;
import dev.roadstead.image.ImageLayer;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DockerMappingTest {
    @Test
    void anInspectionTellsEverythingInOurWords() {
        Container running = inspected("inspect-running");

        assertThat(running.name()).isEqualTo("roadstead-test-running");
        assertThat(running.image()).isEqualTo("busybox:latest");
        assertThat(running.imageId()).startsWith("sha256:");
        assertThat(running.createdAt()).isEqualTo(Instant.parse("2026-11-23T15:02:00.179468884Z"));
        assertThat(running.workingDir()).isEqualTo("/tmp");
        assertThat(running.user()).isEqualTo("0");
        assertThat(running.hostname()).isEqualTo("harbour");
        assertThat(running.tty()).isFalse();
        assertThat(running.labels()).containsEntry("colour", "blue");
        assertThat(running.resources())
                .isEqualTo(new Resources(new BigDecimal("1.5"), 67_108_864L, 134_217_728L, 50L, 512));
        assertThat(running.restartPolicy()).isEqualTo(new RestartPolicy(RestartPolicy.Name.ON_FAILURE, 3));
        assertThat(running.networks()).singleElement().satisfies(network -> {
            assertThat(network.name()).isEqualTo("roadstead-test-fx");
            assertThat(network.ip()).startsWith("10.213.7.");
            assertThat(network.mac()).matches("([0-9a-f]{2}:){5}[0-9a-f]{2}");
        });
    }

    @Test
    void theStateOfARunningOneHasHealthAndNoExitCode() {
        ContainerState state = inspected("inspect-running").state();

        assertThat(state)
                .isEqualTo(new ContainerState(
                        ContainerStatus.RUNNING,
                        "running",
                        null,
                        "healthy",
                        Instant.parse("2026-11-23T15:02:00.713576689Z"),
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
                        Instant.parse("2026-11-23T15:02:01.067299698Z"),
                        Instant.parse("2026-11-23T15:02:01.070370276Z")));
    }

    @Test
    void theStateOfOneThatNeverRanHasNothing() {
        assertThat(inspected("inspect-created").state())
                .isEqualTo(new ContainerState(ContainerStatus.CREATED, "created", null, null, null, null));
    }

    @Test
    void onlyTheContainersOwnEnvironmentAndCommandAreTold() {
        assertThat(inspected("inspect-running").env()).isEqualTo(Map.of("A", "1", "B", "x=y"));
        assertThat(inspected("inspect-exited").command()).containsExactly("sh", "-c", "exit 3");
        assertThat(inspected("inspect-created").command()).as("the image's own").isNull();
        assertThat(inspected("inspect-created").env()).isEmpty();
    }

    @Test
    void labelsOfTheImageAreLeftOutButNeverOurs() {
        Map<String, String> image =
                Map.of("same", "1", "changed", "1", "dev.roadstead.cuid", "c1", "only the image's", "1");
        Map<String, String> own = Map.of("same", "1", "changed", "2", "dev.roadstead.cuid", "c1", "mine", "1");

        assertThat(InspectionMapping.inspected(wire("\"Config\":" + config(own)), image(image))
                        .labels())
                .isEqualTo(Map.of("changed", "2", "dev.roadstead.cuid", "c1", "mine", "1"));
    }

    private static DaemonWire.Inspected wire(String fields) {
        return DockerWire.mapper().readValue("{\"Id\":\"abc\",%s}".formatted(fields), DaemonWire.Inspected.class);
    }

    private static DaemonWire.Config image(Map<String, String> labels) {
        return DockerWire.mapper().readValue(config(labels), DaemonWire.Config.class);
    }

    private static String config(Map<String, String> labels) {
        return DockerWire.mapper().writeValueAsString(Map.of("Labels", labels));
    }

    @Test
    void mountsComeInTheOrderOfTheirTargets() {
        DaemonWire.Inspected wire =
                wire("\"Mounts\":[{\"Destination\":\"/c\"},{\"Destination\":\"/a\"}," + "{\"Destination\":\"/b\"}]");

        assertThat(InspectionMapping.inspected(wire, DaemonWire.Config.EMPTY).mounts())
                .extracting(Mount::target)
                .containsExactly("/a", "/b", "/c");
    }

    @Test
    void aListsNameIsNotThatOfALink() {
        DockerWire.Listed wire = DockerWire.mapper()
                .readValue(
                        "{\"Id\":\"abc\",\"Names\":[\"/other/db\",\"/postgres\",\"/third/db\"]}",
                        DockerWire.Listed.class);

        assertThat(DockerMapping.listed(wire).name()).isEqualTo("postgres");
    }

    @Test
    void aPublishedPortIsOneMappingForBothAddressFamilies() {
        List<PortMapping> expected = List.of(
                new PortMapping(null, 9, Protocol.TCP, null),
                new PortMapping(24153, 53, Protocol.UDP, "127.0.0.1"),
                new PortMapping(24180, 80, Protocol.TCP, null));

        assertThat(inspected("inspect-running").ports()).isEqualTo(expected);
        assertThat(listed("roadstead-test-running").ports()).isEqualTo(expected);
    }

    @Test
    void aStoppedOneStillTellsThePortItAskedFor() {
        assertThat(inspected("inspect-exited").ports()).containsExactly(new PortMapping(null, 80, Protocol.TCP, null));
    }

    @Test
    void mountsTellWhatIsBehindThem() {
        assertThat(inspected("inspect-running").mounts())
                .containsExactlyInAnyOrder(
                        new Mount(Mount.Type.TMPFS, null, "/scratch", false),
                        new Mount(Mount.Type.VOLUME, "roadstead-test-fx", "/data", true),
                        new Mount(Mount.Type.BIND, "/tmp", "/host", false));
    }

    @Test
    void aListTellsStateExitCodeAndHealth() {
        assertThat(listed("roadstead-test-exited").state().exitCode()).isEqualTo(3);
        assertThat(listed("roadstead-test-exited").state().status()).isEqualTo(ContainerStatus.STOPPED);
        assertThat(listed("roadstead-test-running").state().health()).isEqualTo("healthy");
        assertThat(listed("roadstead-test-created").state().status()).isEqualTo(ContainerStatus.CREATED);
        assertThat(listed("roadstead-test-created").env()).isNull();
        assertThat(listed("roadstead-test-created").command()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "created, CREATED",
        "running, RUNNING",
        "paused, PAUSED",
        "restarting, RESTARTING",
        "stopping, STOPPING",
        "exited, STOPPED",
        "removing, REMOVING",
        "dead, DEAD",
        "hibernating, UNKNOWN"
    })
    void everyStateOfTheEngineHasAWord(String word, ContainerStatus expected) {
        DaemonWire.State wire = new DaemonWire.State(word, null, 0, null, null, null, null);

        assertThat(InspectionMapping.state(wire).status()).isEqualTo(expected);
        assertThat(InspectionMapping.state(wire).nativeStatus()).isEqualTo(word);
    }

    @Test
    void aSampleTellsWhatIsUsedInUnitsOfOurs() {
        DockerWire.Stats wire = Recorded.read("stats", DockerWire.Stats.class);

        ContainerStats stats = DockerStats.stats(wire, wire.precpuStats());

        // 28,905,028 ns of processor time while two cores together passed 2.01 s.
        assertThat(stats.cpuPercent()).isCloseTo(2.876, Offset.offset(0.001));
        assertThat(stats.cpuCores()).isEqualTo(2);
        assertThat(stats.cpuTotalNanos()).isEqualTo(170_074_538);
        assertThat(stats.memoryUsage()).isEqualTo(753_664);
        assertThat(stats.memoryLimit()).isEqualTo(67_108_864);
        assertThat(stats.networkReceived()).isEqualTo(1166);
        assertThat(stats.networkSent()).isZero();
        assertThat(stats.blockRead()).as("not told").isNull();
        assertThat(stats.pids()).isEqualTo(2);
    }

    @Test
    void withoutASampleBeforeThereIsNoPercentage() {
        DockerWire.Stats wire = Recorded.read("stats", DockerWire.Stats.class);

        assertThat(DockerStats.stats(wire, null).cpuPercent()).isNull();
    }

    @Test
    void aStoppedOneHasNoSample() {
        assertThat(Texts.time(
                        Recorded.read("stats-stopped", DockerWire.Stats.class).read()))
                .isNull();
    }

    @Test
    void goFileModesBecomePermissionBits() {
        // /bin/sh, a link to busybox, and /tmp with its sticky bit.
        PathStat link = FileMapping.pathStat(
                new DaemonWire.PathStat("sh", 7L, 134_218_239L, "2023-11-14T22:13:20Z", "/bin/busybox"));
        PathStat folder = FileMapping.pathStat(
                new DaemonWire.PathStat("tmp", 4096L, (1L << 31) | (1L << 20) | 0777, "2023-11-14T22:13:20Z", ""));

        assertThat(link)
                .isEqualTo(
                        new PathStat("sh", "symlink", 7, 0777, Instant.parse("2023-11-14T22:13:20Z"), "/bin/busybox"));
        assertThat(folder.type()).isEqualTo("directory");
        assertThat(folder.mode()).isEqualTo(01777);
    }

    @Test
    void changesTellKindAndPath() {
        assertThat(FileMapping.changes(Recorded.list("changes", DaemonWire.Change.class)))
                .containsExactly(
                        new FileChange(FileChange.Kind.MODIFIED, "/tmp"),
                        new FileChange(FileChange.Kind.ADDED, "/tmp/hostname"));
    }

    @Test
    void imagesWithoutANameHaveNoTags() {
        Image named = ImageMapping.inspected(Recorded.read("image", DaemonWire.InspectedImage.class));
        Image nameless = ImageMapping.listed(new DaemonWire.ListedImage(
                "sha256:00", List.of("<none>:<none>"), List.of("<none>@<none>"), 1L, 2L, null, null, null));

        assertThat(named.tags()).containsExactly("busybox:latest");
        assertThat(named.command()).containsExactly("sh");
        assertThat(named.architecture()).isEqualTo("amd64");
        assertThat(nameless.tags()).isEmpty();
        assertThat(nameless.digests()).isEmpty();
    }

    @Test
    void aHistoryStepWithoutAnImageHasNoId() {
        ImageLayer layer =
                ImageMapping.layer(new DaemonWire.HistoryStep("<missing>", 1L, "/bin/sh -c #(nop) CMD", 0L, null, ""));

        assertThat(layer.id()).isNull();
        assertThat(layer.tags()).isEmpty();
        assertThat(layer.comment()).isNull();
    }

    @Test
    void theHostIsDescribed() {
        EngineInfo info = DockerHostMapping.info(Recorded.read("info", DockerWire.HostInfo.class));

        assertThat(info.hostname()).isEqualTo("harbour");
        assertThat(info.storageDriver()).isEqualTo("overlay2");
        assertThat(info.cpus()).isEqualTo(2);
        assertThat(info.memory()).isPositive();
        assertThat(info.containers()).isEqualTo(3);
        assertThat(info.containersRunning()).isEqualTo(1);
    }

    @Test
    void diskUsageIsSummedUpFromListsAndTakenFromSums() {
        DiskUsage lists = DockerHostMapping.diskUsage(Recorded.read("df", DockerWire.DiskUsage.class));
        DiskUsage sums = DockerHostMapping.diskUsage(DockerWire.mapper()
                .readValue(
                        "{\"ImageUsage\":{\"ActiveCount\":1,\"TotalCount\":4,\"Reclaimable\":12,\"TotalSize\":98}}",
                        DockerWire.DiskUsage.class));

        assertThat(lists.images()).isEqualTo(new DiskUsage.Part(2, 1, 1_984_284, 1_984_284L));
        assertThat(lists.containers()).isEqualTo(new DiskUsage.Part(3, 1, 0, 0L));
        assertThat(lists.volumes()).isEqualTo(new DiskUsage.Part(1, 1, 0, 0L));
        assertThat(lists.buildCache()).isNull();
        assertThat(sums.images()).isEqualTo(new DiskUsage.Part(4, 1, 98, 12L));
        assertThat(sums.volumes()).isNull();
    }

    private static Container inspected(String name) {
        return InspectionMapping.inspected(Recorded.read(name, DaemonWire.Inspected.class), Recorded.imageConfig());
    }

    private static Container listed(String name) {
        return Recorded.list("list", DockerWire.Listed.class).stream()
                .map(DockerMapping::listed)
                .filter(container -> container.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
