package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.Mount;
import dev.roadstead.container.PortMapping;
import dev.roadstead.container.Resources;
import dev.roadstead.container.RestartPolicy;
import dev.roadstead.container.SecurityOptions;
import dev.roadstead.exec.ExecSpec;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A container is what its specification asked for. */
public interface SpecificationContract extends ContractSubject {
    @Test
    default void environmentIsTheContainersOwnOnly() {
        Map<String, String> env = Map.of("PLAIN", "1", "WITH_EQUALS", "a=b");

        ContainerId id = made().container(SpecBuilder.like(idle()).env(env).build());

        assertThat(get(containers().inspect(id)).env()).isEqualTo(env);
    }

    @Test
    default void aVariableMayBeThereAndEmpty() {
        needs(Capability.ENV_EMPTY);
        ContainerId id = made().container(
                        SpecBuilder.like(idle()).env(Map.of("EMPTY", "")).build());

        assertThat(get(containers().inspect(id)).env()).containsExactly(Map.entry("EMPTY", ""));
    }

    @Test
    default void labelsComeBackAsGiven() {
        needs(Capability.LABELS);
        Map<String, String> labels = Map.of("plain", "1", "with.dots-and/slash", "a=b \"quoted\" ü", "empty", "");

        ContainerId id =
                made().container(SpecBuilder.like(idle()).labels(labels).build());

        assertThat(get(containers().inspect(id)).labels()).containsAllEntriesOf(labels);
        assertThat(get(containers().list(made().labels())))
                .singleElement()
                .satisfies(listed -> assertThat(listed.labels()).containsAllEntriesOf(labels));
    }

    @Test
    default void commandAndEntrypointComeBackAsGiven() {
        needs(Capability.COMMAND, Capability.ENTRYPOINT);
        ContainerSpec spec = new SpecBuilder(image())
                .entrypoint(List.of("sh", "-c"))
                .command(List.of("echo 'two words'"))
                .build();

        Container container = get(containers().inspect(made().container(spec)));

        assertThat(container.entrypoint()).containsExactly("sh", "-c");
        assertThat(container.command()).containsExactly("echo 'two words'");
        assertThat(container.tty()).isFalse();
    }

    @Test
    default void aTerminalComesBackAsGiven() {
        needs(Capability.TTY);

        ContainerId id = made().container(SpecBuilder.like(idle()).tty().build());

        assertThat(get(containers().inspect(id)).tty()).isTrue();
    }

    @Test
    default void aContainerTellsItsImage() {
        Container container = get(containers().inspect(made().container(idle())));

        assertThat(container.image()).isEqualTo(image());
        assertThat(container.imageId()).isNotBlank();
    }

    @Test
    default void theWorkingDirectoryComesBackAsGiven() {
        needs(Capability.WORKING_DIR);

        ContainerId id =
                made().container(SpecBuilder.like(idle()).workingDir("/tmp").build());

        assertThat(get(containers().inspect(id)).workingDir()).isEqualTo("/tmp");
    }

    /** A user that processes can have on this engine, other than the usual one. */
    default String anotherUser() {
        return "1000:1000";
    }

    @Test
    default void theUserComesBackAsGiven() {
        needs(Capability.USER);

        ContainerId id =
                made().container(SpecBuilder.like(idle()).user(anotherUser()).build());

        assertThat(get(containers().inspect(id)).user()).isEqualTo(anotherUser());
    }

    @Test
    default void theHostNameComesBackAsGiven() {
        needs(Capability.HOSTNAME);

        ContainerId id =
                made().container(SpecBuilder.like(idle()).hostname("elsewhere").build());

        assertThat(get(containers().inspect(id)).hostname()).isEqualTo("elsewhere");
    }

    @Test
    default void limitsComeBackAsGiven() {
        needs(Capability.RESOURCES);
        Resources limits = new Resources(new BigDecimal("0.5"), 64L << 20, null, 50L, null);

        ContainerId id =
                made().container(SpecBuilder.like(idle()).resources(limits).build());

        Resources told = Objects.requireNonNull(get(containers().inspect(id)).resources());
        assertThat(told.cpus()).isEqualByComparingTo("0.5");
        assertThat(told.memory()).isEqualTo(64L << 20);
        assertThat(told.pids()).isEqualTo(50);
    }

    @Test
    default void aContainerWithoutLimitsTellsNone() {
        needs(Capability.RESOURCES);

        Resources told = get(containers().inspect(made().container(idle()))).resources();

        assertThat(told == null
                        || (told.cpus() == null && told.memory() == null && Objects.equals(told.pids(), usualPids())))
                .isTrue();
    }

    /** How many processes a container may have on this engine if nothing is said; null: any number. */
    default @Nullable Long usualPids() {
        return null;
    }

    /** A restart policy that the engine has, other than no. */
    default RestartPolicy restartPolicy() {
        return new RestartPolicy(RestartPolicy.Name.ON_FAILURE, 3);
    }

    @Test
    default void theRestartPolicyComesBackAsGiven() {
        needs(Capability.RESTART_POLICY);
        RestartPolicy policy = restartPolicy();

        ContainerId id =
                made().container(SpecBuilder.like(idle()).restartPolicy(policy).build());

        assertThat(get(containers().inspect(id)).restartPolicy()).isEqualTo(policy);
    }

    @Test
    default void theEngineChoosesAHostPort() {
        needs(Capability.PORTS);

        ContainerId id = started(SpecBuilder.like(idle()).publish(null, 80).build());

        assertThat(get(containers().inspect(id)).ports())
                .filteredOn(port -> port.container() == 80)
                .singleElement()
                .satisfies(port -> assertThat(port.host()).isBetween(1, 65535));
    }

    @Test
    default void aTakenHostPortKeepsAContainerFromStarting() {
        needs(Capability.PORTS);
        ContainerId first = started(SpecBuilder.like(idle()).publish(null, 80).build());
        PortMapping taken = get(containers().inspect(first)).ports().getFirst();

        ContainerId second = made().container(
                        SpecBuilder.like(idle()).publish(taken.host(), 80).build());

        fails(containers().start(second), EngineException.Conflict.class, "PORT_IN_USE");
    }

    @Test
    default void aContainerIsMadeInTheProjectThatIsNamed() {
        needs(Capability.PROJECTS);

        ContainerId id =
                made().container(SpecBuilder.like(idle()).project(project()).build());

        assertThat(status(id)).isEqualTo(ContainerStatus.CREATED);
        assertThat(get(containers().list(made().labels()))).hasSize(1);
    }

    @Test
    default void aCpuWeightComesBackAsGiven() {
        needs(Capability.RESOURCES, Capability.CPU_WEIGHT);
        Resources weighed = new Resources(null, null, null, null, 512);

        ContainerId id =
                made().container(SpecBuilder.like(idle()).resources(weighed).build());

        assertThat(Objects.requireNonNull(get(containers().inspect(id)).resources())
                        .cpuWeight())
                .isEqualTo(512);
    }

    @Test
    default void aFolderOfTheHostIsMounted() {
        needs(Capability.MOUNT_BIND);

        ContainerId id = made().container(SpecBuilder.like(idle())
                .mount(new Mount(Mount.Type.BIND, "/tmp", "/host", true))
                .build());

        assertThat(get(containers().inspect(id)).mounts()).contains(new Mount(Mount.Type.BIND, "/tmp", "/host", true));
    }

    @Test
    default void aMemoryBackedFolderIsMountedAndTakesFiles() {
        needs(Capability.MOUNT_TMPFS, Capability.EXEC);
        ContainerId id = started(SpecBuilder.like(idle())
                .mount(new Mount(Mount.Type.TMPFS, null, "/scratch", false))
                .build());

        assertThat(get(containers().inspect(id)).mounts())
                .contains(new Mount(Mount.Type.TMPFS, null, "/scratch", false));
        assertThat(exitCode(id, "touch /scratch/file")).isZero();
    }

    @Test
    default void aPrivilegedContainerIsMade() {
        needs(Capability.PRIVILEGED);

        ContainerId id = made().container(SpecBuilder.like(idle()).privileged().build());

        assertThat(status(id)).isEqualTo(ContainerStatus.CREATED);
    }

    @Test
    default void aCapabilityThatIsDroppedIsGone() {
        needs(Capability.LINUX_CAPABILITIES, Capability.EXEC);
        String mayChown = "touch /tmp/owned && chown 1 /tmp/owned";
        ContainerId usual = running();
        ContainerId less = started(SpecBuilder.like(idle())
                .security(new SecurityOptions(false, List.of(), List.of("CHOWN"), false))
                .build());

        if (processesAreReal()) {
            assertThat(exitCode(usual, mayChown)).isZero();
            assertThat(exitCode(less, mayChown)).isNotZero();
        }
    }

    @Test
    default void aReadOnlyRootTakesNoFiles() {
        needs(Capability.READ_ONLY_ROOT, Capability.EXEC);
        ContainerId id = started(SpecBuilder.like(idle())
                .security(new SecurityOptions(false, List.of(), List.of(), true))
                .build());

        if (processesAreReal()) {
            assertThat(exitCode(id, "touch /file")).isNotZero();
        }
    }

    private int exitCode(ContainerId id, String script) {
        ExecSpec spec = new ExecSpec(List.of("sh", "-c", script), Map.of(), null, null, false, null, null);
        return get(Mono.usingWhen(
                engine().exec().start(id, spec),
                session -> session.output().then(session.exitCode()),
                ExecOperations.Session::close));
    }
}
