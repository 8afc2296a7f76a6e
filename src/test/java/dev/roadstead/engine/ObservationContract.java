package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.all;
import static dev.roadstead.engine.ContractSubject.bytes;
import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.CommitSpec;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerStats;
import dev.roadstead.container.FileChange;
import dev.roadstead.container.ProcessTable;
import dev.roadstead.image.Image;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** A container tells what it uses, which processes it has and what became of its files. */
public interface ObservationContract extends ContractSubject {
    @Test
    default void statsTellWhatARunningContainerUses() {
        needs(Capability.STATS);
        ContainerId id = running();

        ContainerStats stats = get(containers().stats(id));

        assertThat(stats.time())
                .isBetween(Instant.now().minusSeconds(120), Instant.now().plusSeconds(120));
        assertThat(stats.memoryUsage())
                .satisfiesAnyOf(v -> assertThat(v).isNull(), v -> assertThat(v).isPositive());
        assertThat(stats.cpuPercent())
                .satisfiesAnyOf(v -> assertThat(v).isNull(), v -> assertThat(v).isNotNegative());
    }

    @Test
    default void statsGoOnUntilTheContainerEnds() {
        needs(Capability.STATS);
        ContainerId id = running();

        StepVerifier.create(all(containers().statsStream(id)).take(30))
                .expectNextCount(2)
                .then(() -> get(containers().stop(id, Duration.ofSeconds(5))))
                .thenConsumeWhile(_ -> true)
                .expectComplete()
                .verify(WAIT);
    }

    @Test
    default void whatDoesNotRunHasNoStats() {
        needs(Capability.STATS);
        ContainerId id = made().container(idle());

        fails(containers().stats(id), EngineException.WrongState.class);
        fails(containers().statsStream(id), EngineException.WrongState.class);
        fails(containers().stats(NOBODY), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
        fails(containers().statsStream(NOBODY), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
    }

    @Test
    default void theProcessTableShowsTheMainProcess() {
        needs(Capability.TOP, Capability.COMMAND);
        ContainerId id = running();

        ProcessTable table = get(containers().top(id));

        assertThat(table.titles()).isNotEmpty();
        assertThat(table.processes())
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row).hasSameSizeAs(table.titles()))
                .anySatisfy(row -> assertThat(row).anyMatch(cell -> cell.contains("sh")));
    }

    @Test
    default void whatDoesNotRunHasNoProcesses() {
        needs(Capability.TOP);

        fails(containers().top(made().container(idle())), EngineException.WrongState.class);
        fails(containers().top(NOBODY), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
    }

    @Test
    default void changesShowWhatIsNotTheImages() {
        needs(Capability.CHANGES, Capability.ARCHIVE);
        ContainerId id = withFiles();

        List<FileChange> changes = get(containers().changes(id));

        assertThat(changes)
                .contains(
                        new FileChange(FileChange.Kind.ADDED, "/roadstead"),
                        new FileChange(FileChange.Kind.ADDED, "/roadstead/hello.txt"));
        fails(containers().changes(NOBODY), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
    }

    @Test
    default void anExportHoldsTheWholeFileSystem() {
        needs(Capability.EXPORT, Capability.ARCHIVE);
        ContainerId id = withFiles();

        byte[] tar = bytes(containers().export(id));

        assertThat(TestTar.read(tar)).containsKey("roadstead/hello.txt").hasSizeGreaterThan(5);
        fails(containers().export(NOBODY), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
    }

    @Test
    default void aCommittedContainerBecomesAnImage() {
        needs(Capability.COMMIT, Capability.ARCHIVE, Capability.IMAGES);
        String reference = made().imageReference();
        ContainerId id = withFiles();

        // Where containers have no command, images have none to change.
        boolean commands = get(engine().describe()).capabilities().has(Capability.COMMAND);
        List<String> changes = commands ? List.of("CMD [\"echo\",\"changed\"]") : List.of();

        String image = get(containers().commit(id, commitAs(reference, changes)));

        Image made = get(engine().images().inspect(reference));
        assertThat(made.id()).isEqualTo(image);
        assertThat(made.tags()).contains(reference);
        if (commands) {
            assertThat(made.command()).containsExactly("echo", "changed");
        }
        ContainerId copy =
                made().container(SpecBuilder.like(idle()).image(reference).build());
        assertThat(get(engine().files().stat(copy, "/roadstead/hello.txt")).size())
                .isEqualTo(6);
        run(containers().remove(copy, true, false));
    }

    @Test
    default void anImageCanBeCommittedWithoutAName() {
        needs(Capability.COMMIT, Capability.IMAGES);
        ContainerId id = made().container(idle());

        String image = get(containers().commit(id, commitAs(null, List.of())));

        assertThat(get(engine().images().inspect(image)).tags()).isEmpty();
        run(engine().images().remove(image, true));
    }

    @Test
    default void whatIsNotThereCannotBeCommitted() {
        needs(Capability.COMMIT);

        fails(
                containers().commit(NOBODY, commitAs(null, List.of())),
                EngineException.NotFound.class,
                "NO_SUCH_CONTAINER");
    }

    /** A container, not started, with the files of {@link FilesContract#tree()} at its root. */
    private ContainerId withFiles() {
        ContainerId id = withFilesToReach(idle());
        run(engine().files().putArchive(id, "/", Flux.just(FilesContract.tree())));
        return id;
    }

    private static CommitSpec commitAs(@Nullable String reference, List<String> changes) {
        if (reference == null) {
            return new CommitSpec(null, null, null, null, changes, true);
        }
        int colon = reference.lastIndexOf(':');
        return new CommitSpec(
                reference.substring(0, colon),
                reference.substring(colon + 1),
                "made by a test",
                "tester",
                changes,
                true);
    }
}
