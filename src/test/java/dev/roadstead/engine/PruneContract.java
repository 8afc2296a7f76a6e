package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.CommitSpec;
import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.Mount;
import dev.roadstead.network.Network;
import dev.roadstead.volume.Volume;
import dev.roadstead.volume.VolumeSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Pruning removes what nobody uses, and nothing else. It takes others' unused things as well: one call of each kind is all there is. */
public interface PruneContract extends ContractSubject {
    @Test
    default void pruningContainersRemovesThoseThatDoNotRun() {
        needs(Capability.PRUNE);
        ContainerId created = made().container(idle());
        ContainerId stopped = stopped();
        ContainerId running = running();
        ContainerId paused = running();
        boolean pauses = get(engine().describe()).capabilities().has(Capability.PAUSE);
        if (pauses) {
            get(containers().pause(paused));
        }

        Pruned pruned = get(containers().prune());

        assertThat(pruned.removed())
                .contains(created.value(), stopped.value())
                .doesNotContain(running.value(), paused.value());
        assertThat(pruned.removed()).doesNotHaveDuplicates();
        assertThat(get(containers().list(made().labels())))
                .extracting(Container::id)
                .containsExactlyInAnyOrder(running, paused);
        assertThat(status(running)).isEqualTo(ContainerStatus.RUNNING);
        assertThat(status(paused)).isEqualTo(pauses ? ContainerStatus.PAUSED : ContainerStatus.RUNNING);
        fails(containers().inspect(stopped), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
    }

    @Test
    default void pruningVolumesRemovesAnonymousOnesOnly() {
        needs(Capability.PRUNE, Capability.VOLUMES, Capability.MOUNT_VOLUME);
        Volume named = made().volume();
        ContainerId user = made().container(withAnonymousVolume());
        String used = anonymous(user);
        Volume anonymous = get(engine().volumes().create(new VolumeSpec(null, null, Map.of(), Map.of())));
        made().alsoVolume(anonymous.name());
        made().alsoVolume(used);

        Pruned pruned = get(engine().volumes().prune());

        assertThat(pruned.removed()).doesNotContain(named.name(), used);
        assertThat(get(engine().volumes().list())).extracting(Volume::name).contains(named.name(), used);
        if (anonymousVolumesArePruned()) {
            assertThat(pruned.removed()).contains(anonymous.name());
            fails(engine().volumes().inspect(anonymous.name()), EngineException.NotFound.class, "NO_SUCH_VOLUME");
        }
    }

    /** Whether a volume that got its name from the engine is anonymous; on engines that know no anonymous ones it is not. */
    default boolean anonymousVolumesArePruned() {
        return true;
    }

    @Test
    default void pruningNetworksRemovesThoseWithoutContainers() {
        needs(Capability.PRUNE, Capability.NETWORKS);
        Network unused = made().network(networkDriver());
        Network used = made().network(networkDriver());
        ContainerId user =
                made().container(SpecBuilder.like(idle()).network(used.name()).build());

        Pruned pruned = get(engine().networks().prune());

        assertThat(pruned.removed()).containsAnyOf(unused.name(), unused.id());
        assertThat(pruned.removed()).doesNotContain(used.name(), used.id());
        assertThat(get(engine().networks().list())).extracting(Network::name).contains(used.name());
        assertThat(get(engine().networks().list())).extracting(Network::name).doesNotContain(unused.name());
        assertThat(status(user)).isEqualTo(ContainerStatus.CREATED);
    }

    @Test
    default void pruningImagesRemovesThoseWithoutAName() {
        needs(Capability.PRUNE, Capability.IMAGES, Capability.COMMIT, Capability.COMMAND);
        ContainerId id = ended("echo " + made().name() + " > /roadstead-test");
        String nameless = get(containers().commit(id, new CommitSpec(null, null, null, null, List.of(), true)));
        String reference = made().imageReference();
        int colon = reference.lastIndexOf(':');
        get(containers()
                .commit(
                        id,
                        new CommitSpec(
                                reference.substring(0, colon),
                                reference.substring(colon + 1),
                                null,
                                null,
                                List.of(),
                                true)));

        Pruned pruned = get(engine().images().prune());

        assertThat(pruned.removed()).contains(nameless);
        fails(engine().images().inspect(nameless), EngineException.NotFound.class, "NO_SUCH_IMAGE");
        assertThat(get(engine().images().inspect(reference)).tags()).contains(reference);
        assertThat(get(engine().images().inspect(image())).tags()).contains(image());
    }

    private ContainerSpec withAnonymousVolume() {
        return SpecBuilder.like(idle())
                .mount(new Mount(Mount.Type.VOLUME, null, "/data", false))
                .build();
    }

    private String anonymous(ContainerId id) {
        return get(containers().inspect(id)).mounts().stream()
                .filter(mount -> mount.target().equals("/data"))
                .map(mount -> Objects.requireNonNull(mount.source()))
                .findFirst()
                .orElseThrow();
    }
}
