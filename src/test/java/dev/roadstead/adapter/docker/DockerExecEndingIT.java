package dev.roadstead.adapter.docker;

import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.adapter.process.MarkedProcess;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.container.Signal;
import dev.roadstead.engine.ContractSubject;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.ExecOperations.Session;
import dev.roadstead.engine.OutputText;
import dev.roadstead.engine.TestObjects;
import dev.roadstead.exec.ExecSpec;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How processes in containers of a real Docker daemon are reached and ended, and which ones never are. */
@RequiresLab("docker")
class DockerExecEndingIT {
    private static final Duration WAIT = ContractSubject.WAIT;
    private static final String NOT_FOUND = "10";

    private final Engine engine = DockerEngineIT.engine(Lab.docker(), null);
    private final TestObjects made = new TestObjects(engine);
    private ContainerId id;

    @BeforeEach
    void start() {
        id = made.container(ContainerSpec.of(
                "busybox:latest", List.of("sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done")));
        get(engine.containers().start(id));
    }

    @AfterEach
    void clean() {
        made.removeAll();
        engine.close().block(WAIT);
    }

    @Test
    void aForgedNumberNeverReachesTheContainersFirstProcess() {
        String since = startOf("1");

        for (String number : List.of("1", "0", "-1", "01", "1 ", "x")) {
            assertThat(end("0", number, since, "0")).as(number).isEqualTo(NOT_FOUND);
        }

        assertThat(startOf("1")).isEqualTo(since);
    }

    @Test
    void aForgedNumberNeverReachesAnotherUsersProcess() {
        String victim = victim(null);
        String since = startOf(victim);

        assertThat(end("0", victim, since, "1000:1000")).isEqualTo(NOT_FOUND);
        assertThat(end("0", victim, since, "nobody")).isEqualTo(NOT_FOUND);
        assertThat(end("0", victim, since, "nobody-knows")).isEqualTo(NOT_FOUND);
        assertThat(end("0", victim, since, "")).isEqualTo(NOT_FOUND);
        assertThat(startOf(victim)).isEqualTo(since);
    }

    @Test
    void aNumberThatWasGivenToAnotherProcessSinceIsRefused() {
        String victim = victim("1000:1000");

        assertThat(end("0", victim, "1", "1000:1000")).isEqualTo(NOT_FOUND);
        assertThat(end("0", victim, "", "1000:1000")).isEqualTo(NOT_FOUND);
        awaitProcesses("sleep 31415", 1);

        assertThat(end("0", victim, startOf(victim), "1000:1000")).isEqualTo("0");
        awaitProcesses("sleep 31415", 0);
    }

    @Test
    void aFirstProcessThatBearsAMarkIsNoneOfTheExecs() {
        ContainerId marked = made.container(ContainerSpec.of(
                "busybox:latest",
                List.of(
                        "env",
                        "ROADSTEAD_EXEC=stolen",
                        "sh",
                        "-c",
                        "trap 'exit 0' TERM; while :; do sleep 0.1; done")));
        get(engine.containers().start(marked));
        id = marked;
        String since = startOf("1");

        assertThat(reach("0", "ROADSTEAD_EXEC=stolen", "end", "", "")).isEqualTo(NOT_FOUND);
        assertThat(startOf("1")).isEqualTo(since);
    }

    @Test
    void aDaemonThatLeftTheSessionOfAnEndedProcessStaysThoughItsParentsAreGone() {
        Session session = start(null, "sh", "-c", "setsid sh -c 'sleep 27182 & exit 0'; echo ready");
        session.output().blockFirst(WAIT);
        assertThat(get(session.exitCode())).isZero();

        run(session.close());

        awaitProcesses("sleep 27182", 1);
    }

    @Test
    void closingAtOnceLeavesNothing() {
        for (int round = 0; round < 30; round++) {
            run(start(round % 2 == 0 ? null : "1000", "sleep", "31415").close());
        }

        awaitProcesses("sleep 31415", 0);
    }

    @Test
    void aSignalAtOnceArrives() {
        for (int round = 0; round < 10; round++) {
            Session session = start(null, "sleep", "31415");

            run(session.signal(new Signal("KILL")));

            assertThat(get(session.exitCode())).isEqualTo(137);
            run(session.close());
        }
    }

    /** A process of its own session without a mark; its number. */
    private String victim(@Nullable String user) {
        Session session = start(user, "sh", "-c", "echo $$; exec sleep 31415");
        String number = OutputText.of(get(session.output().next())).strip();
        awaitProcesses("sleep 31415", 1);
        return number;
    }

    private String startOf(String number) {
        return printed(start(null, "cut", "-d", " ", "-f", "22", "/proc/" + number + "/stat"));
    }

    private String end(String user, String number, String since, String owner) {
        return reach(user, "ROADSTEAD_EXEC=forged", "end", "", number, "", since, owner);
    }

    private String reach(String user, String... arguments) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", MarkedProcess.script(), "reach"));
        command.addAll(List.of(arguments));
        Session session = start(user, command.toArray(String[]::new));
        get(session.output().collectList());
        return Integer.toString(get(session.exitCode()));
    }

    private static String printed(Session session) {
        String text = OutputText.of(get(session.output().collectList()), OutputStreamName.STDOUT);
        run(session.close());
        return text.strip();
    }

    private Session start(@Nullable String user, String... command) {
        return get(engine.exec().start(id, new ExecSpec(List.of(command), Map.of(), user, null, false, null, null)));
    }

    private void awaitProcesses(String command, int expected) {
        Awaitility.await("processes: " + command)
                .atMost(WAIT)
                .until(
                        () -> get(engine.containers().top(id)).processes().stream()
                                .filter(row -> row.getLast().endsWith(command))
                                .count(),
                        count -> count == expected);
    }
}
