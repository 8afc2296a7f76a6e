package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerName;
import dev.roadstead.container.Signal;
import dev.roadstead.container.WaitCondition;
import dev.roadstead.event.EngineEvent;
import dev.roadstead.volume.Volume;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** An engine tells what happens on it, in the unified words. */
public interface EventsContract extends ContractSubject {
    @Test
    default void aContainersLifeIsToldInOrder() {
        needs(Capability.EVENTS, Capability.COMMAND);
        EngineStream<EngineEvent> stream = get(engine().events().open(null));
        ContainerId id = ended("exit 3");
        String name = get(containers().inspect(id)).name();
        run(containers().remove(id, false, false));

        List<EngineEvent> told = upTo(stream, id, "remove");

        assertThat(told).extracting(EngineEvent::action).containsSubsequence("create", "start", "die", "remove");
        assertThat(told).extracting(EngineEvent::action).containsOnlyOnce("create", "start", "die", "remove");
        assertThat(told).allSatisfy(event -> {
            assertThat(event.type()).isEqualTo("container");
            assertThat(event.name()).isEqualTo(name);
            assertThat(event.labels()).containsAllEntriesOf(made().labels());
            assertThat(event.original()).isNotEmpty();
            assertThat(event.time()).isAfter(Instant.now().minusSeconds(120));
        });
        assertThat(told).isSortedAccordingTo((one, other) -> one.time().compareTo(other.time()));
        if (get(engine().describe()).capabilities().has(Capability.EXIT_CODES)) {
            assertThat(first(told, "die").attributes()).containsEntry("exit_code", "3");
        }
    }

    @Test
    default void whatHappensOnceTheStreamIsOpenIsInIt() {
        needs(Capability.EVENTS);
        for (int round = 0; round < 20; round++) {
            EngineStream<EngineEvent> stream = get(engine().events().open(null));
            ContainerId id = made().container(idle());

            assertThat(upTo(stream, id, "create")).isNotEmpty();
        }
    }

    @Test
    default void actionsHaveTheUnifiedWords() {
        needs(Capability.EVENTS, Capability.RENAME, Capability.PAUSE, Capability.KILL_SIGNAL);
        ContainerId id = running();
        String before = get(containers().inspect(id)).name();
        EngineStream<EngineEvent> stream = get(engine().events().open(null));
        get(containers().pause(id));
        get(containers().unpause(id));
        get(containers().rename(id, new ContainerName(made().name())));
        get(containers().restart(id, Duration.ofSeconds(5)));
        get(containers().kill(id, Signal.KILL));
        get(containers().await(id, WaitCondition.NOT_RUNNING));
        run(containers().remove(id, true, true));

        List<EngineEvent> told = upTo(stream, id, "remove");

        assertThat(told)
                .extracting(EngineEvent::action)
                .containsSubsequence("pause", "unpause", "rename", "die", "start", "kill", "die", "remove")
                .containsSubsequence("rename", "restart", "kill");
        if (!eventsTellWhatAndFrom()) {
            return;
        }
        assertThat(first(told, "rename").attributes()).containsEntry("old_name", before);
        assertThat(told)
                .filteredOn(event -> event.action().equals("kill"))
                .last()
                .satisfies(kill -> assertThat(kill.attributes()).containsEntry("signal", "KILL"));
    }

    @Test
    default void freezingAndRestartingAreTold() {
        needs(Capability.EVENTS, Capability.PAUSE, Capability.RESTART);
        ContainerId id = running();
        EngineStream<EngineEvent> stream = get(engine().events().open(null));
        get(containers().pause(id));
        get(containers().unpause(id));
        get(containers().restart(id, Duration.ofSeconds(5)));
        run(containers().remove(id, true, true));

        // Where the restart itself stands among its steps is the engine's choice: Docker tells it after them, Podman
        // before.
        assertThat(upTo(stream, id, "remove"))
                .extracting(EngineEvent::action)
                .contains("restart")
                .containsSubsequence("pause", "unpause", "die", "start", "die", "remove");
    }

    @Test
    default void aNewNameIsToldWithTheOldOne() {
        needs(Capability.EVENTS, Capability.RENAME);
        ContainerId id = made().container(idle());
        String before = get(containers().inspect(id)).name();
        String after = made().name();
        EngineStream<EngineEvent> stream = get(engine().events().open(null));
        get(containers().rename(id, new ContainerName(after)));

        EngineEvent told = Objects.requireNonNull(stream.items()
                .filter(event -> event.action().equals("rename") && after.equals(event.name()))
                .blockFirst(WAIT));
        made().alsoContainer(new ContainerId(Objects.requireNonNull(told.id())));

        assertThat(told.type()).isEqualTo("container");
        if (eventsTellWhatAndFrom()) {
            assertThat(told.attributes()).containsEntry("old_name", before);
        }
    }

    @Test
    default void stoppingIsAnEndToo() {
        needs(Capability.EVENTS);
        ContainerId id = running();
        EngineStream<EngineEvent> stream = get(engine().events().open(null));
        get(containers().stop(id, Duration.ofSeconds(10)));

        // Which of the two comes first is the engine's choice: Docker 20.10 tells of the death first, 26 of the stop.
        List<String> expected = aStopIsToldBesideItsEnd() ? List.of("die", "stop") : List.of("die");
        List<EngineEvent> told = Objects.requireNonNull(stream.items()
                .filter(event -> event.type().equals("container") && id.value().equals(event.id()))
                .filter(event -> expected.contains(event.action()))
                .take(expected.size())
                .collectList()
                .block(WAIT));

        assertThat(told).extracting(EngineEvent::action).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** Whether a stop is an event of its own. */
    default boolean aStopIsToldBesideItsEnd() {
        return true;
    }

    /** Whether events tell the name before a renaming, and the signal of a kill. */
    default boolean eventsTellWhatAndFrom() {
        return true;
    }

    @Test
    default void whatHappenedBeforeIsToldFromATimeOn() {
        needs(Capability.EVENTS, Capability.EVENTS_HISTORY);
        EngineStream<EngineEvent> live = get(engine().events().open(null));
        ContainerId id = running();
        EngineEvent start = upTo(live, id, "start").getLast();

        List<EngineEvent> told = upTo(get(engine().events().open(start.time())), id, "start");

        assertThat(told).extracting(EngineEvent::action).containsExactly("start");
        assertThat(told.getFirst().time()).isEqualTo(start.time());
    }

    @Test
    default void volumesAreToldByTheirName() {
        needs(Capability.EVENTS, Capability.VOLUMES);
        EngineStream<EngineEvent> stream = get(engine().events().open(null));
        Volume volume = made().volume();
        run(engine().volumes().remove(volume.name(), false));

        List<EngineEvent> told = Objects.requireNonNull(stream.items()
                .filter(event -> event.type().equals("volume") && volume.name().equals(event.name()))
                .takeUntil(event -> event.action().equals("remove"))
                .collectList()
                .block(WAIT));

        assertThat(told).extracting(EngineEvent::action).containsExactly("create", "remove");
    }

    @Test
    default void aStreamOfEventsEndsWhenItIsClosed() {
        needs(Capability.EVENTS);
        // More often than any pool has connections: each one is given back.
        for (int round = 0; round < 40; round++) {
            EngineStream<EngineEvent> stream = get(engine().events().open(null));
            stream.close();
            stream.close();
        }
        EngineStream<EngineEvent> stream = get(engine().events().open(null));
        StepVerifier.create(stream.items()
                        .onErrorResume(EngineException.class, _ -> Mono.empty())
                        .then())
                .then(stream::close)
                .expectComplete()
                .verify(WAIT);
    }

    /** The events of a container up to one of this action; the stream is closed. */
    private static List<EngineEvent> upTo(EngineStream<EngineEvent> stream, ContainerId id, String action) {
        return Objects.requireNonNull(stream.items()
                .filter(event -> event.type().equals("container") && id.value().equals(event.id()))
                .takeUntil(event -> event.action().equals(action))
                .collectList()
                .block(WAIT));
    }

    private static EngineEvent first(List<EngineEvent> events, String action) {
        @Nullable
        EngineEvent found = events.stream()
                .filter(event -> event.action().equals(action))
                .findFirst()
                .orElse(null);
        return Objects.requireNonNull(found, action);
    }
}
