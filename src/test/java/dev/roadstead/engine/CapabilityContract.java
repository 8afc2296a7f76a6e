package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.CommitSpec;
import dev.roadstead.container.ContainerName;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.LogQuery;
import dev.roadstead.container.Mount;
import dev.roadstead.container.Resources;
import dev.roadstead.container.RestartPolicy;
import dev.roadstead.container.SecurityOptions;
import dev.roadstead.container.Signal;
import dev.roadstead.container.WaitCondition;
import dev.roadstead.exec.ExecSpec;
import dev.roadstead.fleet.GuardedEngine;
import dev.roadstead.image.BuildSpec;
import dev.roadstead.image.ImageReference;
import dev.roadstead.image.ImportSpec;
import dev.roadstead.image.PullSpec;
import dev.roadstead.network.NetworkSpec;
import dev.roadstead.pod.PodSpec;
import dev.roadstead.volume.VolumeSpec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** An engine refuses what it says it cannot do, whatever the call is about. */
public interface CapabilityContract extends ContractSubject {
    @Test
    default void whatAnEngineLacksFailsWithUnsupported() {
        Capabilities has = get(engine().describe()).capabilities();
        calls(new GuardedEngine(engine(), new SimpleMeterRegistry())).forEach((capability, calls) -> {
            if (!has.has(capability)) {
                calls.forEach(call -> isRefused(capability, call));
            }
        });
    }

    @Test
    default void aFieldThatAnEngineLacksIsRefusedByNameAndNothingIsMade() {
        Capabilities has = get(engine().describe()).capabilities();
        fields().forEach((capability, spec) -> {
            if (!has.has(capability)) {
                StepVerifier.create(containers().create(made().marked(spec)))
                        .expectErrorSatisfies(failure -> {
                            assertThat(failure).isInstanceOf(EngineException.Unsupported.class);
                            assertThat(((EngineException) failure).evidence().details())
                                    .containsEntry("capability", capability.word())
                                    .containsKey("field");
                        })
                        .verify(WAIT);
            }
        });
        assertThat(get(containers().list(made().labels()))).isEmpty();
    }

    private static void isRefused(Capability capability, Publisher<?> call) {
        StepVerifier.create(Flux.from(call).then())
                .expectErrorSatisfies(failure -> {
                    assertThat(failure).as(capability.word()).isInstanceOf(EngineException.Unsupported.class);
                    assertThat(((EngineException) failure).evidence().details())
                            .containsEntry("capability", capability.word());
                })
                .verify(WAIT);
    }

    /** @param guarded the engine as the gateway has it: refusing what it cannot do is not the adapter's business */
    private Map<Capability, List<Publisher<?>>> calls(Engine guarded) {
        Map<Capability, List<Publisher<?>>> calls = new EnumMap<>(Capability.class);
        ImageReference missing = ImageReference.parse(missingImage());
        calls.put(Capability.INFO, List.of(guarded.info()));
        calls.put(Capability.DISK_USAGE, List.of(guarded.diskUsage()));
        calls.put(Capability.RESTART, List.of(guarded.containers().restart(NOBODY, null)));
        calls.put(Capability.KILL, List.of(guarded.containers().kill(NOBODY, Signal.KILL)));
        calls.put(
                Capability.PAUSE,
                List.of(guarded.containers().pause(NOBODY), guarded.containers().unpause(NOBODY)));
        calls.put(Capability.WAIT, List.of(guarded.containers().await(NOBODY, WaitCondition.NOT_RUNNING)));
        calls.put(Capability.RENAME, List.of(guarded.containers().rename(NOBODY, new ContainerName(made().name()))));
        calls.put(Capability.LOGS, List.of(guarded.containers().logs(NOBODY, LogQuery.ALL)));
        calls.put(Capability.ATTACH, List.of(guarded.containers().attach(NOBODY)));
        calls.put(
                Capability.STATS,
                List.of(guarded.containers().stats(NOBODY), guarded.containers().statsStream(NOBODY)));
        calls.put(Capability.TOP, List.of(guarded.containers().top(NOBODY)));
        calls.put(Capability.CHANGES, List.of(guarded.containers().changes(NOBODY)));
        calls.put(Capability.EXPORT, List.of(guarded.containers().export(NOBODY)));
        calls.put(
                Capability.COMMIT,
                List.of(guarded.containers().commit(NOBODY, new CommitSpec(null, null, null, null, List.of(), true))));
        calls.put(
                Capability.ARCHIVE,
                List.of(
                        guarded.files().stat(NOBODY, "/"),
                        guarded.files().getArchive(NOBODY, "/"),
                        guarded.files().putArchive(NOBODY, "/", Flux.empty())));
        calls.put(
                Capability.EXEC,
                List.of(guarded.exec()
                        .start(NOBODY, new ExecSpec(List.of("true"), Map.of(), null, null, false, null, null))));
        calls.put(Capability.EVENTS, List.of(guarded.events().open(null)));
        calls.put(
                Capability.IMAGES,
                List.of(
                        guarded.images().list(),
                        guarded.images().inspect(missingImage()),
                        guarded.images().remove(missingImage(), false)));
        calls.put(Capability.IMAGE_HISTORY, List.of(guarded.images().history(missingImage())));
        calls.put(Capability.PULL, List.of(guarded.images().pull(new PullSpec(missing, null, null))));
        calls.put(Capability.IMAGE_TAG, List.of(guarded.images().tag(missingImage(), missing)));
        calls.put(
                Capability.VOLUMES,
                List.of(
                        guarded.volumes().list(),
                        guarded.volumes().inspect("roadstead-test-none"),
                        guarded.volumes().create(new VolumeSpec(null, null, Map.of(), Map.of())),
                        guarded.volumes().remove("roadstead-test-none", false)));
        calls.put(
                Capability.NETWORKS,
                List.of(
                        guarded.networks().list(),
                        guarded.networks().inspect("roadstead-test-none"),
                        guarded.networks()
                                .create(new NetworkSpec(made().name(), networkDriver(), null, null, false, Map.of())),
                        guarded.networks().remove("roadstead-test-none")));
        calls.put(
                Capability.VOLUME_LABELS,
                List.of(guarded.volumes().create(new VolumeSpec(made().name(), null, Map.of(), made().labels()))));
        calls.put(
                Capability.NETWORK_LABELS,
                List.of(guarded.networks()
                        .create(new NetworkSpec(
                                made().networkName(), networkDriver(), null, null, false, made().labels()))));
        calls.put(
                Capability.NETWORK_CONNECT,
                List.of(
                        guarded.networks()
                                .connect(
                                        NOBODY,
                                        new ContainerSpec.NetworkRequest("roadstead-test-none", null, List.of())),
                        guarded.networks().disconnect(NOBODY, "roadstead-test-none")));
        calls.put(
                Capability.CLONE,
                List.of(guarded.containers().copy(NOBODY, new ContainerName(made().name()), Map.of())));
        calls.put(
                Capability.PRUNE,
                List.of(
                        guarded.containers().prune(),
                        guarded.images().prune(),
                        guarded.volumes().prune(),
                        guarded.networks().prune()));
        calls.put(Capability.IMAGE_LOAD, List.of(guarded.images().load(Flux.empty())));
        calls.put(
                Capability.IMAGE_IMPORT,
                List.of(guarded.images().make(new ImportSpec("roadstead-test-none", null, null, null))));
        calls.put(
                Capability.IMAGE_BUILD,
                List.of(guarded.images().build(new BuildSpec("/roadstead-test-none", null, null, Map.of()))));
        calls.put(
                Capability.SNAPSHOTS,
                List.of(
                        guarded.snapshots().list(NOBODY),
                        guarded.snapshots().create(NOBODY, "one", false),
                        guarded.snapshots().restore(NOBODY, "one"),
                        guarded.snapshots().remove(NOBODY, "one")));
        calls.put(
                Capability.PODS,
                List.of(
                        guarded.pods().list(),
                        guarded.pods().inspect("roadstead-test-none"),
                        guarded.pods().create(new PodSpec(null, Map.of(), null, List.of(), List.of())),
                        guarded.pods().start("roadstead-test-none"),
                        guarded.pods().stop("roadstead-test-none", null),
                        guarded.pods().restart("roadstead-test-none"),
                        guarded.pods().kill("roadstead-test-none", Signal.KILL),
                        guarded.pods().pause("roadstead-test-none"),
                        guarded.pods().unpause("roadstead-test-none"),
                        guarded.pods().remove("roadstead-test-none", false)));
        calls.put(Capability.NATIVE, List.of(guarded.nativeAccess().api()));
        calls.put(Capability.TRUST, List.of(guarded.trust(new TrustProof.Token("none"))));
        return calls;
    }

    private Map<Capability, ContainerSpec> fields() {
        Map<Capability, ContainerSpec> fields = new EnumMap<>(Capability.class);

        fields.put(Capability.COMMAND, ContainerSpec.of(image(), List.of("true")));
        fields.put(
                Capability.ENV_EMPTY,
                new SpecBuilder(image()).env(Map.of("EMPTY", "")).build());
        fields.put(
                Capability.ENTRYPOINT,
                new SpecBuilder(image()).entrypoint(List.of("sh")).build());
        fields.put(
                Capability.WORKING_DIR,
                new SpecBuilder(image()).workingDir("/tmp").build());
        fields.put(Capability.USER, new SpecBuilder(image()).user("1").build());
        fields.put(
                Capability.HOSTNAME,
                new SpecBuilder(image()).hostname("elsewhere").build());
        fields.put(Capability.TTY, new SpecBuilder(image()).tty().build());
        fields.put(Capability.PORTS, new SpecBuilder(image()).publish(null, 80).build());
        fields.put(Capability.MOUNT_BIND, mounting(Mount.Type.BIND, "/tmp"));
        fields.put(Capability.MOUNT_VOLUME, mounting(Mount.Type.VOLUME, null));
        fields.put(Capability.MOUNT_TMPFS, mounting(Mount.Type.TMPFS, null));
        fields.put(
                Capability.RESOURCES, new SpecBuilder(image()).memory(64L << 20).build());
        fields.put(
                Capability.HEALTHCHECK,
                new SpecBuilder(image()).healthcheck("true").build());
        fields.put(Capability.PRIVILEGED, new SpecBuilder(image()).privileged().build());
        fields.put(
                Capability.CPU_WEIGHT,
                new SpecBuilder(image())
                        .resources(new Resources(null, null, null, null, 512))
                        .build());
        fields.put(
                Capability.RESTART_POLICY,
                new SpecBuilder(image())
                        .restartPolicy(new RestartPolicy(RestartPolicy.Name.ON_FAILURE, 3))
                        .build());
        fields.put(
                Capability.LINUX_CAPABILITIES,
                securedBy(new SecurityOptions(false, List.of("NET_ADMIN"), List.of(), false)));
        fields.put(Capability.READ_ONLY_ROOT, securedBy(new SecurityOptions(false, List.of(), List.of(), true)));
        fields.put(Capability.PODS, new SpecBuilder(image()).pod("elsewhere").build());
        fields.put(
                Capability.PROJECTS,
                new SpecBuilder(image()).project("elsewhere").build());
        return fields;
    }

    private ContainerSpec securedBy(SecurityOptions options) {
        return new SpecBuilder(image()).security(options).build();
    }

    private ContainerSpec mounting(Mount.Type type, @Nullable String source) {
        return new SpecBuilder(image())
                .mount(new Mount(type, source, "/data", false))
                .build();
    }
}
