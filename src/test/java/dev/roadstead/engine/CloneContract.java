package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.bytes;
import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.run;
import static dev.roadstead.engine.ContractSubject.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerName;
import dev.roadstead.container.ContainerStatus;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** A copy is another container like the first, files included, with a name and labels of its own. */
public interface CloneContract extends ContractSubject {
    @Test
    default void aCopyIsLikeTheFirst() {
        needs(Capability.CLONE);
        ContainerId first = made().container(SpecBuilder.like(idle())
                .env(Map.of("MODE", "test"))
                .labels(Map.of("only", "first"))
                .build());
        ContainerName name = new ContainerName(made().name());
        Map<String, String> labels = new HashMap<>(made().labels());
        labels.put("only", "copy");
        labels.put("more", "1");

        ContainerId copy = copied(first, name, labels);

        Container there = get(containers().inspect(copy));
        Container original = get(containers().inspect(first));
        assertThat(copy).isNotEqualTo(first);
        assertThat(there.name()).isEqualTo(name.value());
        assertThat(there.state().status().isAlive()).isFalse();
        assertThat(there.env()).isEqualTo(Map.of("MODE", "test"));
        assertThat(there.command()).isEqualTo(original.command());
        assertThat(there.entrypoint()).isEqualTo(original.entrypoint());
        assertThat(there.workingDir()).isEqualTo(original.workingDir());
        assertThat(there.labels()).containsAllEntriesOf(labels);
        assertThat(original.labels()).containsEntry("only", "first").doesNotContainKey("more");
    }

    @Test
    default void labelsThatACopyShallNotBearAreNotCopied() {
        needs(Capability.CLONE, Capability.LABELS);
        ContainerId first = made().container(
                        SpecBuilder.like(idle()).labels(Map.of("only", "first")).build());

        ContainerId copy = copied(first, new ContainerName(made().name()), made().labels());

        assertThat(get(containers().inspect(copy)).labels()).doesNotContainKey("only");
    }

    @Test
    default void limitsAreCopied() {
        needs(Capability.CLONE, Capability.RESOURCES);
        ContainerId first =
                made().container(SpecBuilder.like(idle()).memory(64L << 20).build());

        ContainerId copy = copied(first, new ContainerName(made().name()), made().labels());

        assertThat(get(containers().inspect(copy)).resources())
                .isEqualTo(get(containers().inspect(first)).resources());
    }

    @Test
    default void filesAreCopiedAndApartFromThenOn() {
        needs(Capability.CLONE, Capability.ARCHIVE);
        ContainerId first = made().container(idle());
        put(first, "both.txt");

        ContainerId copy = copied(first, new ContainerName(made().name()), made().labels());
        put(copy, "copy.txt");

        assertThat(TestTar.read(bytes(engine().files().getArchive(copy, "/roadstead/both.txt"))))
                .containsKey("both.txt");
        fails(engine().files().stat(first, "/roadstead/copy.txt"), EngineException.NotFound.class, "NO_SUCH_PATH");
    }

    @Test
    default void aCopyOutlivesTheFirstAndStarts() {
        needs(Capability.CLONE);
        ContainerId first = made().container(idle());
        ContainerId copy = copied(first, new ContainerName(made().name()), made().labels());

        run(containers().remove(first, true, true));
        get(containers().start(copy));

        assertThat(status(copy)).isEqualTo(ContainerStatus.RUNNING);
    }

    @Test
    default void aRunningContainerRunsOnWhenItIsCopied() {
        needs(Capability.CLONE);
        ContainerId first = running();

        ContainerId copy = copied(first, new ContainerName(made().name()), made().labels());

        assertThat(status(first)).isEqualTo(ContainerStatus.RUNNING);
        assertThat(status(copy).isAlive()).isFalse();
    }

    @Test
    default void aTakenNameIsNoCopys() {
        needs(Capability.CLONE);
        ContainerId first = made().container(idle());
        ContainerName taken = new ContainerName(get(containers().inspect(first)).name());

        fails(containers().copy(first, taken, made().labels()), EngineException.AlreadyExists.class, "NAME_IN_USE");
        assertThat(get(containers().list(made().labels()))).hasSize(1);
    }

    @Test
    default void copyingAContainerThatIsNotThereIsNotFound() {
        needs(Capability.CLONE);

        fails(
                containers().copy(NOBODY, new ContainerName(made().name()), made().labels()),
                EngineException.NotFound.class,
                "NO_SUCH_CONTAINER");
    }

    private ContainerId copied(ContainerId first, ContainerName name, Map<String, String> labels) {
        ContainerId copy = get(containers().copy(first, name, labels));
        made().alsoContainer(copy);
        return copy;
    }

    private void put(ContainerId id, String name) {
        byte[] tar = new TestTar()
                .folder("roadstead")
                .file("roadstead/" + name, utf8(name), 0644)
                .bytes();
        run(engine().files().putArchive(id, "/", Flux.just(tar)));
    }
}
