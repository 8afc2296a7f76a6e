package dev.roadstead.adapter.lxd;

import static dev.roadstead.engine.ContractSubject.WAIT;
import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.container.Signal;
import dev.roadstead.engine.Attachment;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.engine.OutputText;
import dev.roadstead.engine.TestObjects;
import dev.roadstead.event.EngineEvent;
import dev.roadstead.exec.ExecOutput;
import dev.roadstead.exec.ExecSpec;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What is LXD's own about processes, consoles and events, on a real daemon. */
@RequiresLab({"lxd"})
class LxdProcessesIT {
    private final Engine engine = LxdEngineIT.engine(Lab.lxd(), null);
    private final TestObjects made = new TestObjects(engine);

    @AfterEach
    void close() {
        made.removeAll();
        engine.close().block(WAIT);
    }

    @Test
    void closingEndsWhatTheProcessHasStartedToo() {
        ContainerId id = running();
        for (boolean tty : List.of(false, true)) {
            ExecOperations.Session session = start(id, null, tty, "sh", "-c", "sleep 27182 & sleep 27183");
            awaitSleeping(id, 2);

            run(session.close());

            awaitSleeping(id, 0);
        }
    }

    @Test
    void aDaemonThatAProcessHasStartedStays() {
        ContainerId id = running();
        ExecOperations.Session session =
                start(id, null, false, "sh", "-c", "setsid sleep 27184 >/dev/null 2>&1 & sleep 27185");
        awaitSleeping(id, 2);

        run(session.close());

        awaitSleeping(id, 1);
    }

    @Test
    void whatAProcessWroteIsThereForWhoComesLate() {
        ContainerId id = running();
        for (boolean tty : List.of(false, true)) {
            ExecOperations.Session session = start(id, null, tty, "sh", "-c", "echo out; sleep 0.5");

            get(session.exitCode());

            assertThat(OutputText.of(get(session.output().collectList()), OutputStreamName.STDOUT))
                    .isEqualToIgnoringNewLines("out");
            run(session.close());
        }
    }

    @Test
    void aProcessMayWriteMoreThanAnybodyReadsAndStillTellsItsEnd() {
        ContainerId id = running();
        for (boolean tty : List.of(false, true)) {
            ExecOperations.Session unread = start(id, null, tty, "yes");
            ExecOperations.Session left = start(id, null, tty, "yes");
            ExecOperations.Session closed = start(id, null, tty, "yes");
            left.output().blockFirst(WAIT);

            run(unread.signal(new Signal("KILL")));
            run(left.signal(new Signal("KILL")));

            assertThat(get(unread.exitCode())).isEqualTo(137);
            assertThat(get(left.exitCode())).isEqualTo(137);
            run(unread.close());
            run(left.close());
            run(closed.close());
        }
    }

    @Test
    void usersAndGroupsAreKnownByNameAndByNumber() {
        ContainerId id = running();

        assertThat(whoIs(id, "lab")).isEqualTo("1000 1000\n");
        assertThat(whoIs(id, "1000")).isEqualTo("1000 1000\n");
        assertThat(whoIs(id, "lab:0")).isEqualTo("1000 0\n");
        assertThat(whoIs(id, "7:8")).isEqualTo("7 8\n");
        assertThat(engine.exec()
                        .start(id, spec("nobody-at-all", false, "true"))
                        .materialize()
                        .block(WAIT))
                .satisfies(signal -> assertThat(Objects.requireNonNull(signal).getThrowable())
                        .isInstanceOf(EngineException.InvalidRequest.class));
    }

    @Test
    void aConsoleThatSomebodyUsesIsAConflict() {
        ContainerId id = running();
        Attachment first = get(engine.containers().attach(id));

        assertThat(engine.containers().attach(id).materialize().block(WAIT))
                .satisfies(signal -> assertThat(Objects.requireNonNull(signal).getThrowable())
                        .isInstanceOf(EngineException.Conflict.class));

        run(first.close());
        Awaitility.await()
                .atMost(WAIT)
                .untilAsserted(() -> run(
                        Objects.requireNonNull(engine.containers().attach(id).block(WAIT))
                                .close()));
    }

    @Test
    void eventsBearTheLabelsOfTheirContainer() {
        EngineStream<EngineEvent> stream = get(engine.events().open(null));
        ContainerId id = made.container(ContainerSpec.of("busybox", List.of()));

        List<EngineEvent> told = Objects.requireNonNull(stream.items()
                .filter(event -> id.value().equals(event.id()))
                .concatMap(event -> event.action().equals("create")
                        ? engine.containers().remove(id, true, false).thenReturn(event)
                        : Mono.just(event))
                .takeUntil(event -> event.action().equals("remove"))
                .collectList()
                .block(WAIT));

        assertThat(told)
                .filteredOn(event -> event.action().equals("remove"))
                .hasSize(1)
                .allSatisfy(event -> assertThat(event.labels()).containsAllEntriesOf(made.labels()));
    }

    private ContainerId running() {
        ContainerId id = made.container(ContainerSpec.of("busybox", List.of()));
        get(engine.containers().start(id));
        return id;
    }

    private String whoIs(ContainerId id, String user) {
        ExecOperations.Session session = start(id, user, false, "sh", "-c", "echo $(id -u) $(id -g)");
        StringBuilder text = new StringBuilder();
        for (ExecOutput piece :
                Objects.requireNonNull(session.output().collectList().block(WAIT))) {
            text.append(new String(piece.data(), StandardCharsets.UTF_8));
        }
        run(session.close());
        return text.toString();
    }

    private ExecOperations.Session start(ContainerId id, @Nullable String user, boolean tty, String... command) {
        return get(engine.exec().start(id, spec(user, tty, command)));
    }

    private static ExecSpec spec(@Nullable String user, boolean tty, String... command) {
        return new ExecSpec(List.of(command), Map.of(), user, null, tty, null, null);
    }

    private void awaitSleeping(ContainerId id, int expected) {
        Awaitility.await("sleeping processes")
                .atMost(WAIT)
                .until(
                        () -> get(engine.containers().top(id)).processes().stream()
                                .filter(row -> row.getLast().matches("sleep 2718\\d"))
                                .count(),
                        count -> count == expected);
    }
}
