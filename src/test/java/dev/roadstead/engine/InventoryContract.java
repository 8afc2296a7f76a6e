package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerName;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Containers come to be, are found, renamed and removed. */
public interface InventoryContract extends ContractSubject {
    @Test
    default void aNewContainerIsCreatedAndNotStarted() {
        String name = made().name();

        ContainerId id = made().container(idle().named(new ContainerName(name)));

        Container container = get(containers().inspect(id));
        assertThat(container.id()).isEqualTo(id);
        assertThat(container.name()).isEqualTo(name);
        assertThat(container.state().status()).isEqualTo(ContainerStatus.CREATED);
        assertThat(container.state().startedAt()).isNull();
        assertThat(container.createdAt())
                .isBetween(Instant.now().minusSeconds(120), Instant.now().plusSeconds(120));
    }

    @Test
    default void aContainerWithoutANameGetsOne() {
        ContainerId id = get(containers().create(idle().labelled(made().labels())));
        made().alsoContainer(id);

        assertThat(get(containers().inspect(id)).name()).isNotBlank().doesNotStartWith("/");
    }

    @Test
    default void aContainerOfAnAbsentImageIsNotMade() {
        ContainerSpec spec = made().marked(ContainerSpec.of(missingImage(), List.of()));

        fails(containers().create(spec), EngineException.NotFound.class, "NO_SUCH_IMAGE");

        assertThat(get(containers().list(made().labels()))).isEmpty();
    }

    @Test
    default void aTakenNameIsRefused() {
        ContainerSpec spec = made().marked(idle());
        made().container(spec);

        fails(containers().create(spec), EngineException.AlreadyExists.class, "NAME_IN_USE");
    }

    @Test
    default void theListShowsContainersInEveryState() {
        ContainerId created = made().container(idle());
        ContainerId running = running();

        List<Container> listed = get(containers().list(Map.of()));

        assertThat(listed).extracting(Container::id).contains(created, running);
        assertThat(named(listed, created).state().status()).isEqualTo(ContainerStatus.CREATED);
        assertThat(named(listed, running).state().status()).isEqualTo(ContainerStatus.RUNNING);
        assertThat(named(listed, running).name()).doesNotStartWith("/");
    }

    @Test
    default void theListShowsOnlyWhatBearsAllLabelsWithTheirValues() {
        needs(Capability.LABELS);
        String mark = made().name();
        ContainerId both = made().container(SpecBuilder.like(idle())
                .labels(Map.of("a", mark, "b", "1"))
                .build());
        made().container(SpecBuilder.like(idle())
                .labels(Map.of("a", mark, "b", "2"))
                .build());

        assertThat(get(containers().list(Map.of("a", mark)))).hasSize(2);
        assertThat(get(containers().list(Map.of("a", mark, "b", "1"))))
                .extracting(Container::id)
                .containsExactly(both);
        assertThat(get(containers().list(Map.of("a", mark, "c", "1")))).isEmpty();
    }

    @Test
    default void aContainerIsFoundByIdAndByName() {
        ContainerId id = made().container(idle());
        Container container = get(containers().inspect(id));

        assertThat(get(containers().find(id.value())).id()).isEqualTo(id);
        assertThat(get(containers().find(container.name())).id()).isEqualTo(id);
    }

    @Test
    default void aContainerIsFoundByAPrefixOfItsIdThatIsNotTooShort() {
        needs(Capability.ID_PREFIX);
        ContainerId id = made().container(idle());

        assertThat(get(containers().find(id.value().substring(0, 11))).id()).isEqualTo(id);
        fails(containers().find(id.value().substring(0, 3)), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
    }

    @Test
    default void anExactNameWinsOverThePrefixOfAnotherId() {
        needs(Capability.ID_PREFIX);
        ContainerId first = made().container(idle());
        String prefix = first.value().substring(0, Math.min(12, first.value().length() - 1));

        ContainerId second = made().container(idle().named(new ContainerName(prefix)));

        assertThat(get(containers().find(prefix)).id()).isEqualTo(second);
    }

    @Test
    default void partOfANameFindsNothing() {
        ContainerId id = made().container(idle());
        String name = get(containers().inspect(id)).name();

        fails(
                containers().find(name.substring(0, name.length() - 2)),
                EngineException.NotFound.class,
                "NO_SUCH_CONTAINER");
    }

    @Test
    default void aRenamedContainerIsFoundByItsNewNameOnly() {
        needs(Capability.RENAME);
        ContainerId id = made().container(idle());
        String before = get(containers().inspect(id)).name();
        String after = made().name();

        assertThat(get(containers().rename(id, new ContainerName(after)))).isTrue();

        Container found = get(containers().find(after));
        made().alsoContainer(found.id());
        assertThat(found.name()).isEqualTo(after);
        fails(containers().find(before), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
    }

    @Test
    default void aContainerCannotTakeAnothersName() {
        needs(Capability.RENAME);
        ContainerId id = made().container(idle());
        String taken = get(containers().inspect(made().container(idle()))).name();

        fails(containers().rename(id, new ContainerName(taken)), EngineException.AlreadyExists.class, "NAME_IN_USE");
    }

    @Test
    default void renamingToItsOwnNameChangesNothing() {
        needs(Capability.RENAME);
        ContainerId id = made().container(idle());
        String name = get(containers().inspect(id)).name();

        assertThat(get(containers().rename(id, new ContainerName(name)))).isFalse();
    }

    @Test
    default void aRemovedContainerIsGone() {
        ContainerId id = made().container(idle());

        run(containers().remove(id, false, false));

        fails(containers().inspect(id), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
        assertThat(get(containers().list(Map.of()))).extracting(Container::id).doesNotContain(id);
    }

    @Test
    default void aRunningContainerIsRemovedOnlyByForce() {
        ContainerId id = running();

        fails(containers().remove(id, false, false), EngineException.WrongState.class, "CONTAINER_RUNNING");
        assertThat(status(id)).isEqualTo(ContainerStatus.RUNNING);

        run(containers().remove(id, true, false));
        fails(containers().state(id), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
    }

    @Test
    default void ofConcurrentRemovalsOneSucceedsAndNoneFailsOddly() {
        ContainerId id = running();

        List<Throwable> failures = get(Flux.range(0, 4)
                .flatMap(_ -> containers()
                        .remove(id, true, true)
                        .then(Mono.<Throwable>empty())
                        .onErrorResume(Mono::just))
                .collectList());

        assertThat(failures).hasSizeLessThan(4);
        assertThat(failures)
                .allSatisfy(failure -> assertThat(failure)
                        .isInstanceOfAny(EngineException.NotFound.class, EngineException.Conflict.class));
        fails(containers().inspect(id), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
    }

    @Test
    default void whatIsNotThereIsNotFound() {
        List<Publisher<?>> calls = List.of(
                containers().find(NOBODY.value()),
                containers().inspect(NOBODY),
                containers().state(NOBODY),
                containers().start(NOBODY),
                containers().stop(NOBODY, Duration.ofSeconds(1)),
                containers().remove(NOBODY, false, false),
                containers().remove(NOBODY, true, true));

        calls.forEach(call -> fails(call, EngineException.NotFound.class, "NO_SUCH_CONTAINER"));
    }

    private static Container named(List<Container> containers, ContainerId id) {
        return containers.stream()
                .filter(container -> container.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
