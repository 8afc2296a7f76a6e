package dev.roadstead.adapter.podman;

import static dev.roadstead.engine.ContractSubject.all;
import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerSpec.NetworkRequest;
import dev.roadstead.container.LogQuery;
import dev.roadstead.container.Mount;
import dev.roadstead.container.PortMapping;
import dev.roadstead.container.Protocol;
import dev.roadstead.container.Resources;
import dev.roadstead.container.SecurityOptions;
import dev.roadstead.engine.ContractSubject;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.SpecBuilder;
import dev.roadstead.engine.TestObjects;
import dev.roadstead.image.ImageReference;
import dev.roadstead.image.PullSpec;
import dev.roadstead.image.RegistryAuth;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import dev.roadstead.network.Network;
import dev.roadstead.pod.Pod;
import dev.roadstead.pod.PodSpec;
import dev.roadstead.volume.Volume;
import dev.roadstead.volume.VolumeSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** What only Podman has, or has in a way of its own, on a real service. */
@RequiresLab({"podman", "registry"})
class PodmanAdapterIT {
    private static final Duration WAIT = ContractSubject.WAIT;
    private static final String IMAGE = "docker.io/library/busybox:latest";
    private static final LogQuery FOLLOWED = new LogQuery(true, null, null, null, true, true, false);

    private final Engine engine = PodmanEngineIT.engine(Lab.podman(), null);
    private final TestObjects made = new TestObjects(engine);

    @AfterEach
    void clean() {
        made.removeAll();
        engine.close().block(WAIT);
    }

    @Test
    void aRestartWithoutAGraceTakesTheContainersOwn() {
        ContainerId id = started(
                withStopTimeout(shell("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.1; done"), 8));
        awaitLog(id, "up");

        assertThat(get(engine.containers().restart(id, null))).isTrue();

        awaitLog(id, "bye");
    }

    @Test
    void aStopWithoutAGraceTakesTheContainersOwn() {
        ContainerId id = started(withStopTimeout(shell("trap '' TERM; echo up; while :; do sleep 0.1; done"), 1));
        awaitLog(id, "up");

        long begin = System.nanoTime();
        assertThat(get(engine.containers().stop(id, null))).isTrue();

        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(8));
        assertThat(get(engine.containers().state(id)).exitCode()).isEqualTo(137);
    }

    /** Podman names volumes that have no name by 64 hexadecimal digits; so may anybody. */
    @Test
    void onlyVolumesWithoutANameGoWithAContainer() {
        String name = UUID.randomUUID().toString().replace("-", "").repeat(2);
        Volume named = get(engine.volumes().create(new VolumeSpec(name, null, Map.of(), made.labels())));
        made.alsoVolume(named.name());
        ContainerId id = made.container(new SpecBuilder(IMAGE)
                .command(List.of("true"))
                .mount(new Mount(Mount.Type.VOLUME, name, "/named", false))
                .mount(new Mount(Mount.Type.VOLUME, null, "/anonymous", false))
                .build());
        String anonymous = source(id, "/anonymous");
        made.alsoVolume(anonymous);

        run(engine.containers().remove(id, false, true));

        assertThat(get(engine.volumes().inspect(name)).name()).isEqualTo(name);
        fails(engine.volumes().inspect(anonymous), EngineException.NotFound.class, "NO_SUCH_VOLUME");

        get(engine.volumes().prune());

        assertThat(get(engine.volumes().inspect(name)).name()).isEqualTo(name);
    }

    @Test
    void aContainerInAPodHasThePodsNetworkAndPorts() {
        Pod pod = pod(List.of(new PortMapping(null, 80, Protocol.TCP, "127.0.0.1")));
        ContainerId member = made.container(
                SpecBuilder.like(shell("sleep 1000")).pod(pod.name()).build());

        get(engine.pods().start(pod.name()));

        Container running = get(engine.containers().inspect(member));
        assertThat(running.ports()).singleElement().satisfies(port -> {
            assertThat(port.container()).isEqualTo(80);
            assertThat(port.host()).isNotNull();
        });
        assertThat(running.networks())
                .singleElement()
                .satisfies(network -> assertThat(network.ip()).isNotBlank());
    }

    @Test
    void whatBelongsToAPodIsRefusedToItsContainers() {
        Pod pod = pod(List.of());
        SpecBuilder base = SpecBuilder.like(shell("sleep 1000")).pod(pod.name());
        fails(
                engine.containers().create(made.marked(base.publish(null, 80).build())),
                EngineException.InvalidRequest.class,
                "INVALID_REQUEST");
        fails(
                engine.containers()
                        .create(made.marked(SpecBuilder.like(shell("sleep 1000"))
                                .pod(pod.name())
                                .hostname("harbour")
                                .build())),
                EngineException.InvalidRequest.class,
                "INVALID_REQUEST");
        assertThat(get(engine.containers().list(made.labels()))).isEmpty();

        ContainerId member = made.container(
                SpecBuilder.like(shell("sleep 1000")).pod(pod.name()).build());
        Network network = made.network("bridge");
        get(engine.pods().start(pod.name()));

        fails(
                engine.networks().connect(member, new NetworkRequest(network.name(), null, List.of())),
                EngineException.WrongState.class);
    }

    @Test
    void theContainerThatHoldsAPodIsNobodysContainer() {
        Pod pod = pod(List.of());
        ContainerId member = made.container(
                SpecBuilder.like(shell("sleep 1000")).pod(pod.name()).build());
        get(engine.pods().start(pod.name()));

        assertThat(get(engine.containers().list(Map.of())))
                .extracting(Container::name)
                .contains(get(engine.containers().inspect(member)).name())
                .noneMatch(name -> name.endsWith("-infra"));
        assertThat(get(engine.pods().inspect(pod.name())).containers())
                .extracting(Pod.Member::id)
                .containsExactly(member.value());
    }

    @Test
    void aPullWithWrongCredentialsIsTheRegistrysRefusal() {
        ImageReference reference = ImageReference.parse(Lab.registryWithPassword() + "/lab/busybox:1");

        fails(
                engine.images()
                        .pull(new PullSpec(reference, null, new RegistryAuth(Lab.registryUser(), "wrong", null, null))),
                EngineException.Denied.class,
                "REGISTRY_DENIED");
    }

    @Test
    void aPullOfATagThatIsNotThereIsNotFound() {
        ImageReference reference = ImageReference.parse(Lab.registry() + "/lab/busybox:none");

        fails(
                engine.images().pull(new PullSpec(reference, null, null)),
                EngineException.NotFound.class,
                "NO_SUCH_IMAGE");
    }

    @Test
    void aRunningContainerIsExportedWhole() {
        // Whatever shrinks while it is being packed makes Podman break off: nothing of this one does.
        ContainerId id = started(shell("while :; do sleep 0.1; done"));

        long size = get(all(engine.containers().export(id))
                .map(part -> (long) part.length)
                .reduce(0L, Long::sum));

        assertThat(size).isGreaterThan(100_000);
    }

    @Test
    void streamsThatAreGivenUpLeaveNoConnectionTaken() {
        ContainerId id = started(shell("while :; do echo tick; sleep 0.05; done"));
        Engine narrow = new PodmanEngineFactory()
                .create(new EngineSettings(
                        new EngineName("narrow"),
                        EngineKind.PODMAN,
                        Lab.podman(),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(20),
                        Duration.ofMinutes(2),
                        2,
                        null));
        try {
            for (int round = 0; round < 10; round++) {
                StepVerifier.create(all(narrow.containers().logs(id, FOLLOWED)))
                        .expectNextCount(1)
                        .thenCancel()
                        .verify(WAIT);
                StepVerifier.create(all(narrow.containers().statsStream(id)))
                        .expectNextCount(1)
                        .thenCancel()
                        .verify(WAIT);
                StepVerifier.create(all(narrow.containers().export(id)))
                        .expectNextCount(1)
                        .thenCancel()
                        .verify(WAIT);
            }

            List<String> both = get(Flux.range(0, 2)
                    .flatMap(_ -> narrow.containers().inspect(id), 2)
                    .map(Container::name)
                    .collectList());
            assertThat(both).hasSize(2);
        } finally {
            narrow.close().block(WAIT);
        }
    }

    private Pod pod(List<PortMapping> ports) {
        Pod pod = get(engine.pods().create(new PodSpec(made.name(), made.labels(), null, ports, List.of())));
        made.alsoPod(pod.name());
        return pod;
    }

    private String source(ContainerId id, String target) {
        return get(engine.containers().inspect(id)).mounts().stream()
                .filter(mount -> mount.target().equals(target))
                .map(mount -> Objects.requireNonNull(mount.source()))
                .findFirst()
                .orElseThrow();
    }

    private void awaitLog(ContainerId id, String line) {
        Awaitility.await("log of " + line).atMost(WAIT).until(() -> log(id).contains(line));
    }

    private String log(ContainerId id) {
        StringBuilder text = new StringBuilder();
        get(all(engine.containers().logs(id, LogQuery.ALL)).collectList())
                .forEach(entry -> text.append(new String(entry.data(), StandardCharsets.UTF_8)));
        return text.toString();
    }

    private ContainerId started(ContainerSpec spec) {
        ContainerId id = made.container(spec);
        get(engine.containers().start(id));
        return id;
    }

    private static ContainerSpec shell(String script) {
        return ContainerSpec.of(IMAGE, List.of("sh", "-c", script));
    }

    private static ContainerSpec withStopTimeout(ContainerSpec base, int seconds) {
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
                Map.of("stop_timeout", seconds));
    }
}
