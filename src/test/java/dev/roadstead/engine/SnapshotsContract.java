package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.run;
import static dev.roadstead.engine.ContractSubject.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.Snapshot;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** A container's file system is kept under a name and put back. */
public interface SnapshotsContract extends ContractSubject {
    @Test
    default void snapshotsAreListedOldestFirst() {
        needs(Capability.SNAPSHOTS);
        ContainerId id = made().container(idle());
        assertThat(get(snapshots().list(id))).isEmpty();

        Snapshot first = get(snapshots().create(id, "second-by-name", false));
        get(snapshots().create(id, "first-by-name", false));

        assertThat(first.name()).isEqualTo("second-by-name");
        assertThat(first.stateful()).isFalse();
        assertThat(get(snapshots().list(id)))
                .extracting(Snapshot::name)
                .containsExactly("second-by-name", "first-by-name");
        assertThat(get(snapshots().list(id)).getFirst()).isEqualTo(first);
    }

    @Test
    default void restoringPutsTheFilesBack() {
        needs(Capability.SNAPSHOTS, Capability.ARCHIVE);
        ContainerId id = made().container(idle());
        put(id, "before.txt");
        get(snapshots().create(id, "one", false));
        put(id, "after.txt");

        run(snapshots().restore(id, "one"));

        assertThat(get(engine().files().stat(id, "/roadstead/before.txt")).type())
                .isEqualTo("file");
        fails(engine().files().stat(id, "/roadstead/after.txt"), EngineException.NotFound.class, "NO_SUCH_PATH");
        assertThat(status(id).isAlive()).isFalse();
    }

    @Test
    default void aContainerThatRanRunsAfterItWasRestored() {
        needs(Capability.SNAPSHOTS);
        ContainerId id = running();
        get(snapshots().create(id, "one", false));
        assertThat(status(id)).isEqualTo(ContainerStatus.RUNNING);

        run(snapshots().restore(id, "one"));

        assertThat(status(id)).isEqualTo(ContainerStatus.RUNNING);
    }

    @Test
    default void aRemovedSnapshotIsGoneAndTheOthersStay() {
        needs(Capability.SNAPSHOTS);
        ContainerId id = made().container(idle());
        get(snapshots().create(id, "one", false));
        get(snapshots().create(id, "two", false));

        run(snapshots().remove(id, "one"));

        assertThat(get(snapshots().list(id))).extracting(Snapshot::name).containsExactly("two");
        fails(snapshots().restore(id, "one"), EngineException.NotFound.class, "NO_SUCH_SNAPSHOT");
    }

    @Test
    default void aTakenSnapshotNameIsRefused() {
        needs(Capability.SNAPSHOTS);
        ContainerId id = made().container(idle());
        get(snapshots().create(id, "one", false));

        fails(snapshots().create(id, "one", false), EngineException.AlreadyExists.class, "NAME_IN_USE");
    }

    @Test
    default void aSnapshotThatIsNotThereIsNotFound() {
        needs(Capability.SNAPSHOTS);
        ContainerId id = made().container(idle());

        fails(snapshots().restore(id, "none"), EngineException.NotFound.class, "NO_SUCH_SNAPSHOT");
        fails(snapshots().remove(id, "none"), EngineException.NotFound.class, "NO_SUCH_SNAPSHOT");
    }

    @Test
    default void snapshotsOfAContainerThatIsNotThereAreNotFound() {
        needs(Capability.SNAPSHOTS);

        fails(snapshots().list(NOBODY), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
        fails(snapshots().create(NOBODY, "one", false), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
        fails(snapshots().restore(NOBODY, "one"), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
        fails(snapshots().remove(NOBODY, "one"), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
    }

    @Test
    default void aContainerGoesWithItsSnapshots() {
        needs(Capability.SNAPSHOTS);
        ContainerId id = made().container(idle());
        get(snapshots().create(id, "one", false));

        run(containers().remove(id, false, false));

        fails(containers().inspect(id), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
    }

    @Test
    default void memoryIsKeptOrItIsToldThatItCannotBe() {
        needs(Capability.SNAPSHOTS);
        ContainerId id = running();

        if (get(engine().describe()).capabilities().has(Capability.SNAPSHOT_STATEFUL)) {
            assertThat(get(snapshots().create(id, "one", true)).stateful()).isTrue();
        } else {
            StepVerifier.create(snapshots().create(id, "one", true))
                    .expectErrorSatisfies(failure -> {
                        assertThat(failure).isInstanceOf(EngineException.Unsupported.class);
                        assertThat(((EngineException) failure).evidence().details())
                                .containsEntry("capability", Capability.SNAPSHOT_STATEFUL.word());
                    })
                    .verify(WAIT);
            assertThat(get(snapshots().list(id))).isEmpty();
        }
    }

    private SnapshotOperations snapshots() {
        return engine().snapshots();
    }

    private void put(ContainerId id, String name) {
        byte[] tar = new TestTar()
                .folder("roadstead")
                .file("roadstead/" + name, utf8(name), 0644)
                .bytes();
        run(engine().files().putArchive(id, "/", Flux.just(tar)));
    }
}
