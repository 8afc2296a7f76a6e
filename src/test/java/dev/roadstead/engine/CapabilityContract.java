package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.CommitSpec;
import dev.roadstead.container.ContainerName;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.LogQuery;
import dev.roadstead.container.Mount;
import dev.roadstead.container.Signal;
import dev.roadstead.container.WaitCondition;
import dev.roadstead.exec.ExecSpec;
import dev.roadstead.image.ImageReference;
import dev.roadstead.image.PullSpec;
import dev.roadstead.network.NetworkSpec;
import dev.roadstead.volume.VolumeSpec;
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
        calls().forEach((capability, calls) -> {
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

    private Map<Capability, List<Publisher<?>>> calls() {
        Map<Capability, List<Publisher<?>>> calls = new EnumMap<>(Capability.class);
        ImageReference missing = ImageReference.parse(missingImage());
        calls.put(Capability.INFO, List.of(engine().info()));
        calls.put(Capability.DISK_USAGE, List.of(engine().diskUsage()));
        calls.put(Capability.RESTART, List.of(containers().restart(NOBODY, null)));
        calls.put(Capability.KILL, List.of(containers().kill(NOBODY, Signal.KILL)));
        calls.put(
                Capability.PAUSE,
                List.of(containers().pause(NOBODY), containers().unpause(NOBODY)));
        calls.put(Capability.WAIT, List.of(containers().await(NOBODY, WaitCondition.NOT_RUNNING)));
        calls.put(Capability.RENAME, List.of(containers().rename(NOBODY, new ContainerName(made().name()))));
        calls.put(Capability.LOGS, List.of(containers().logs(NOBODY, LogQuery.ALL)));
        calls.put(Capability.ATTACH, List.of(containers().attach(NOBODY)));
        calls.put(
                Capability.STATS,
                List.of(containers().stats(NOBODY), containers().statsStream(NOBODY)));
        calls.put(Capability.TOP, List.of(containers().top(NOBODY)));
        calls.put(Capability.CHANGES, List.of(containers().changes(NOBODY)));
        calls.put(Capability.EXPORT, List.of(containers().export(NOBODY)));
        calls.put(
                Capability.COMMIT,
                List.of(containers().commit(NOBODY, new CommitSpec(null, null, null, null, List.of(), true))));
        calls.put(
                Capability.ARCHIVE,
                List.of(
                        engine().files().stat(NOBODY, "/"),
                        engine().files().getArchive(NOBODY, "/"),
                        engine().files().putArchive(NOBODY, "/", Flux.empty())));
        calls.put(
                Capability.EXEC,
                List.of(engine().exec()
                        .start(NOBODY, new ExecSpec(List.of("true"), Map.of(), null, null, false, null, null))));
        calls.put(Capability.EVENTS, List.of(engine().events().open(null)));
        calls.put(
                Capability.IMAGES,
                List.of(
                        engine().images().list(),
                        engine().images().inspect(missingImage()),
                        engine().images().remove(missingImage(), false)));
        calls.put(Capability.IMAGE_HISTORY, List.of(engine().images().history(missingImage())));
        calls.put(Capability.PULL, List.of(engine().images().pull(new PullSpec(missing, null, null))));
        calls.put(Capability.IMAGE_TAG, List.of(engine().images().tag(missingImage(), missing)));
        calls.put(
                Capability.VOLUMES,
                List.of(
                        engine().volumes().list(),
                        engine().volumes().inspect("roadstead-test-none"),
                        engine().volumes().create(new VolumeSpec(null, null, Map.of(), Map.of())),
                        engine().volumes().remove("roadstead-test-none", false)));
        calls.put(
                Capability.NETWORKS,
                List.of(
                        engine().networks().list(),
                        engine().networks().inspect("roadstead-test-none"),
                        engine().networks()
                                .create(new NetworkSpec(made().name(), networkDriver(), null, null, false, Map.of())),
                        engine().networks().remove("roadstead-test-none")));
        calls.put(
                Capability.NETWORK_CONNECT,
                List.of(
                        engine().networks()
                                .connect(
                                        NOBODY,
                                        new ContainerSpec.NetworkRequest("roadstead-test-none", null, List.of())),
                        engine().networks().disconnect(NOBODY, "roadstead-test-none")));
        return calls;
    }

    private Map<Capability, ContainerSpec> fields() {
        Map<Capability, ContainerSpec> fields = new EnumMap<>(Capability.class);

        fields.put(Capability.COMMAND, ContainerSpec.of(image(), List.of("true")));
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
                Capability.PROJECTS,
                new SpecBuilder(image()).project("elsewhere").build());
        return fields;
    }

    private ContainerSpec mounting(Mount.Type type, @Nullable String source) {
        return new SpecBuilder(image())
                .mount(new Mount(type, source, "/data", false))
                .build();
    }
}
