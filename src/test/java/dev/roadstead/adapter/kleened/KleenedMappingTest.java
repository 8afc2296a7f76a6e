package dev.roadstead.adapter.kleened;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.Mount;
import dev.roadstead.container.NetworkAttachment;
import dev.roadstead.container.PortMapping;
import dev.roadstead.container.Protocol;
import dev.roadstead.container.Resources;
import dev.roadstead.container.RestartPolicy;
import dev.roadstead.image.Image;
import dev.roadstead.image.ImageLayer;
import dev.roadstead.network.Network;
import dev.roadstead.volume.Volume;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** The daemon's words in ours, with answers that it gave. */
class KleenedMappingTest {
    private static final String CONTAINERS = "40-containers";
    private static final String NULLS = "41-containers-null-and-mounts";
    private static final KleenedWire.Image BASE = Recorded.image("61-images-rest", "inspect-by-nametag");

    private final JsonMapper json = KleenedWire.mapper();

    @Test
    void anInspectionTellsWhatTheDaemonKnowsAndNothingElse() {
        Container container = inspected(Recorded.container(CONTAINERS, "inspect-by-name"), BASE);

        assertThat(container.id().value()).isEqualTo("12057a9d8b04");
        assertThat(container.name()).isEqualTo("byid");
        assertThat(container.image()).isEqualTo("FreeBSD:testing");
        assertThat(container.imageId()).isEqualTo("04893beefe50");
        assertThat(container.createdAt()).isEqualTo(Instant.parse("2026-11-22T14:10:50.269251Z"));
        assertThat(container.env()).isEqualTo(Map.of("A", "1", "B", "two words"));
        assertThat(container.command()).containsExactly("/bin/sh", "-c", "echo hello");
        assertThat(container.entrypoint()).isNull();
        assertThat(container.user()).isEqualTo("www");
        assertThat(container.workingDir()).isNull();
        assertThat(container.hostname()).isNull();
        assertThat(container.resources()).isNull();
        assertThat(container.restartPolicy()).isEqualTo(RestartPolicy.NO);
        assertThat(container.labels()).isEmpty();
        assertThat(container.state().exitCode()).isNull();
        assertThat(container.state().startedAt()).isNull();
    }

    @Test
    void whatMerelyComesFromTheImageIsNotTheContainers() {
        Container container = inspected(Recorded.container(CONTAINERS, "inspect-by-id"), BASE);

        assertThat(container.command()).isNull();
        assertThat(container.user()).isNull();
        assertThat(container.env()).isEmpty();
        assertThat(container.name()).as("without a name it is known by its id").isEqualTo("b80058ee24bf");
    }

    @Test
    void anImageThatIsGoneIsToldByItsId() {
        Container container = inspected(Recorded.container(CONTAINERS, "inspect-by-id"), null);

        assertThat(container.image()).isEqualTo("04893beefe50");
        assertThat(container.command()).containsExactly("/bin/sh", "/etc/rc");
    }

    @Test
    void rangesOfPortsAreToldPortByPort() {
        List<PortMapping> ports = inspected(Recorded.container(CONTAINERS, "inspect-with-ports"), BASE)
                .ports();

        assertThat(ports).hasSize(12).contains(new PortMapping(8080, 80, Protocol.TCP, null));
        assertThat(ports.subList(1, 12))
                .allSatisfy(port -> assertThat(port.protocol()).isEqualTo(Protocol.UDP))
                .extracting(PortMapping::host, PortMapping::container)
                .startsWith(org.assertj.core.groups.Tuple.tuple(5000, 6000))
                .endsWith(org.assertj.core.groups.Tuple.tuple(5010, 6010));
    }

    @Test
    void portsThatMakeNoSenseAreLeftOut() {
        assertThat(KleenedMapping.ports(List.of(
                        port("8080", "nonsense"),
                        port("5:3", "80"),
                        port(null, "80"),
                        port("0", "81"),
                        port("70000:70001", "1"))))
                .containsExactly(
                        new PortMapping(null, 80, Protocol.TCP, null), new PortMapping(null, 81, Protocol.TCP, null));
        assertThat(KleenedMapping.ports(null)).isEmpty();
    }

    private static KleenedWire.PublishedPort port(@Nullable String host, String container) {
        return new KleenedWire.PublishedPort(List.of(), host, container, "tcp", "");
    }

    @Test
    void mountsAreBindsAndVolumes() {
        assertThat(inspected(Recorded.container(CONTAINERS, "inspect-with-mounts"), BASE)
                        .mounts())
                .containsExactly(
                        new Mount(Mount.Type.BIND, "/var/db/fakebsd/basejail/etc", "/mnt/n", true),
                        new Mount(Mount.Type.VOLUME, "vol1", "/mnt/v", false));
    }

    @Test
    void networksAreToldByTheirNames() {
        KleenedWire.ContainerInspection found =
                Recorded.container("21-networks-connect", "container-inspect-endpoint-auto");

        assertThat(KleenedMapping.inspected(
                                json,
                                found,
                                KleenedInventory.container(found),
                                BASE,
                                Map.of("3a464534b98c", "lonet"),
                                KleenedMapping.state(false, false))
                        .networks())
                .containsExactly(new NetworkAttachment("lonet", "10.14.0.1", "fd00:14::1", null));
        assertThat(inspected(Recorded.container("21-networks-connect", "container-inspect-endpoint-empty"), BASE)
                        .networks())
                .as("an unknown network by its id, no address as none")
                .containsExactly(new NetworkAttachment("3a464534b98c", null, null, null));
    }

    @Test
    void stateIsRunningOrNotAndCreatedOnlyByOurMemory() {
        assertThat(KleenedMapping.state(true, true).status()).isEqualTo(ContainerStatus.RUNNING);
        assertThat(KleenedMapping.state(false, true).status()).isEqualTo(ContainerStatus.CREATED);
        assertThat(KleenedMapping.state(false, false).status()).isEqualTo(ContainerStatus.STOPPED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "inspect-null-name",
                "inspect-null-cmd",
                "inspect-null-user",
                "inspect-null-jail_param",
                "inspect-null-persist",
                "inspect-null-restart_policy",
                "inspect-after-only-env"
            })
    void whatTheDaemonKeepsAsNullIsReadable(String exchange) {
        Container container = inspected(Recorded.container(NULLS, exchange), BASE);

        assertThat(container.name()).isNotBlank();
        assertThat(container.restartPolicy()).isEqualTo(RestartPolicy.NO);
    }

    @Test
    void listsTellImagesByName() {
        List<Container> listed =
                Recorded.list(CONTAINERS, "list-with-one-running", KleenedWire.Container.class).stream()
                        .map(wire -> KleenedMapping.listed(
                                json, wire, KleenedMapping.state(Boolean.TRUE.equals(wire.running()), false)))
                        .toList();

        assertThat(listed).singleElement().satisfies(container -> {
            assertThat(container.name()).isEqualTo("web2");
            assertThat(container.image()).isEqualTo("FreeBSD:testing");
            assertThat(container.state().status()).isEqualTo(ContainerStatus.RUNNING);
        });
        assertThat(Recorded.list(NULLS, "list-all-with-nulls", KleenedWire.Container.class))
                .hasSizeGreaterThan(3)
                .allSatisfy(wire -> assertThat(KleenedMapping.listed(json, wire, KleenedMapping.state(false, false))
                                .name())
                        .isNotBlank());
    }

    @Test
    void ourOwnEntriesAreReadBackAndNotToldAsEnvironment() {
        Map<String, String> labels = Map.of("dev.roadstead.cuid", "c0", "team", "blue = green");
        List<String> env = new java.util.ArrayList<>(List.of("A=1"));
        env.addAll(OwnEntries.of(json, labels, 1));
        KleenedWire.ContainerInspection plain = Recorded.container(CONTAINERS, "inspect-by-name");
        KleenedWire.Container old = KleenedInventory.container(plain);
        KleenedWire.Container wire = new KleenedWire.Container(
                old.id(),
                old.name(),
                true,
                old.user(),
                List.of("/bin/sh", "-c", "echo hello"),
                env,
                List.of(
                        "host.hostname=one",
                        "host.hostname=web",
                        "exec.created=/usr/bin/rctl -r jail:12057a9d8b04 2>/dev/null; /usr/bin/rctl -a jail:12057a9d8b04:memoryuse:deny=1048576; /usr/bin/rctl -a jail:12057a9d8b04:pcpu:deny=150"),
                true,
                old.created(),
                old.imageId(),
                null,
                null,
                "ipnet",
                List.of(),
                "on-startup",
                null,
                null);

        Container container =
                KleenedMapping.inspected(json, plain, wire, BASE, Map.of(), KleenedMapping.state(true, false));

        assertThat(container.labels()).isEqualTo(labels);
        assertThat(container.env()).isEqualTo(Map.of("A", "1"));
        assertThat(container.entrypoint()).containsExactly("/bin/sh");
        assertThat(container.command()).containsExactly("-c", "echo hello");
        assertThat(container.hostname()).as("jail(8) takes the last").isEqualTo("web");
        assertThat(container.resources()).isEqualTo(new Resources(new BigDecimal("1.5"), 1_048_576L, null, null, null));
        assertThat(container.restartPolicy()).as("a policy of no other engine").isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ROADSTEAD_LABELS=%%%", "ROADSTEAD_LABELS=bm90IGpzb24", "ROADSTEAD_ENTRYPOINT=x"})
    void spoiltEntriesOfOursAreNone(String entry) {
        assertThat(OwnEntries.labels(json, List.of(entry))).isEmpty();
        assertThat(OwnEntries.entrypoint(List.of(entry))).isZero();
        assertThat(OwnEntries.env(List.of(entry, "A=1"), null)).isEqualTo(Map.of("A", "1"));
    }

    @Test
    void anImageHasOneNameOrNone() {
        List<Image> images = Recorded.list("10-images-create-ws", "list-after", KleenedWire.Image.class).stream()
                .map(KleenedMapping::image)
                .toList();

        assertThat(images).anySatisfy(image -> assertThat(image.tags()).isEmpty());
        assertThat(images).anySatisfy(image -> assertThat(image.tags()).containsExactly("FreeBSD:fetched"));
    }

    @Test
    void aBuiltImageTellsItsStepsNewestFirst() {
        KleenedWire.Image built = Recorded.image("60-images-build-ws", "inspect-built");

        List<ImageLayer> history = KleenedMapping.history(built);

        assertThat(history).hasSize(11);
        assertThat(history.getFirst().createdBy()).startsWith("CMD ");
        assertThat(history.getFirst().tags()).containsExactly("app:v1");
        assertThat(history.getFirst().createdAt()).isEqualTo(Instant.parse("2026-11-22T14:07:58.938091Z"));
        assertThat(history.get(2).id()).isEqualTo("d4b846ecb6ca@722eff1c1f3f");
        assertThat(history.getLast().createdBy()).isEqualTo("ARG BASE=FreeBSD");
        assertThat(KleenedMapping.image(built).env()).isEqualTo(Map.of("GREETING", "hello there"));
        assertThat(KleenedMapping.image(built).user()).isEqualTo("www");
        assertThat(KleenedMapping.history(BASE))
                .singleElement()
                .satisfies(layer -> assertThat(layer.id()).isEqualTo("c00bf989cc55"));
    }

    @Test
    void aNetworkTellsItsSubnetAndWhoIsOnIt() {
        KleenedWire.NetworkInspection found = Recorded.network("21-networks-connect", "network-inspect-vnet");

        Network network = KleenedMapping.network(
                Objects.requireNonNull(found.network()), Objects.requireNonNull(found.networkEndpoints()));

        assertThat(network.name()).isEqualTo("brnet");
        assertThat(network.driver()).isEqualTo("bridge");
        assertThat(network.subnet()).isEqualTo("10.15.0.0/30");
        assertThat(network.gateway())
                .as("chosen by the daemon, which does not tell which")
                .isNull();
        assertThat(network.containers()).containsExactly("8866ea3c0e67", "a21d496cde4b");
        assertThat(Recorded.list("20-networks", "list", KleenedWire.Network.class))
                .extracting(wire -> KleenedMapping.network(wire, null))
                .allSatisfy(listed -> assertThat(listed.containers()).isNull())
                .anySatisfy(listed -> assertThat(listed.internal()).isTrue());
    }

    @Test
    void aVolumeTellsWhereItIsAndWhetherItIsUsed() {
        KleenedWire.VolumeInspection found = Recorded.volume("31-volumes-in-use", "inspect");

        Volume volume = KleenedMapping.volume(Objects.requireNonNull(found.volume()), true);

        assertThat(volume.name()).isEqualTo("shared1");
        assertThat(volume.mountpoint()).isEqualTo("/zroot/kleene/volumes/shared1");
        assertThat(volume.inUse()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "yesterday", "2026-11-22", "2026-13-40T00:00:00Z"})
    void aTimeThatIsNoneIsUnknown(String text) {
        assertThat(KleenedMapping.time(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12057a9d8b0", "12057a9d8b045", "12057A9D8B04", "web", "../x"})
    void whatIsNoWholeIdIsNeverTakenForOne(String text) {
        assertThat(KleenedMapping.isId(text)).isFalse();
    }

    private Container inspected(KleenedWire.ContainerInspection found, KleenedWire.@Nullable Image image) {
        return KleenedMapping.inspected(
                json, found, KleenedInventory.container(found), image, Map.of(), KleenedMapping.state(false, false));
    }
}
