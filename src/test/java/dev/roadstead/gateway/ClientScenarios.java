package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What programs in other languages do with the gateway, with the usual libraries of theirs: the scripts in {@code src/test/clients}. Each
 * scenario is a process of its own, and its exit code tells how it went.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ClientScenarios {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final String language;
    private final List<String> program;
    private final List<String> probe;

    private RunningGateway gateway;
    private LabContainers containers;

    /**
     * Scenarios in a language.
     *
     * @param language as {@code ROADSTEAD_TEST_REQUIRE} names it; if it does not, a machine without the client skips
     * @param program takes the name of a scenario as its last argument
     * @param probe succeeds where the client is installed
     */
    ClientScenarios(String language, List<String> program, List<String> probe) {
        this.language = language;
        this.program = program;
        this.probe = probe;
    }

    /** The engine's URI for the gateway. */
    abstract String engine();

    /** A script that writes {@code tick 0}, {@code tick 1} and so on, twenty a second. */
    abstract String talking();

    @BeforeAll
    void start() throws Exception {
        ClientProcess.require(language, probe);
        gateway = RunningGateway.start(Map.of("engine", engine()), "roadstead.monitoring.interval=1h");
        containers = new LabContainers(gateway, "engine", language);
        containers.run("shell", "sleep 900");
        containers.run("talker", talking());
    }

    @AfterAll
    void stop() {
        if (gateway == null) {
            return;
        }
        try {
            containers.removeAll();
        } finally {
            gateway.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "runsOneProcess",
                "worksInATerminal",
                "endsAProcessWithASignal",
                "closesTheInputAndReadsOn",
                "sendsBytesThatAreNoText",
                "speaksTheBinarySubprotocol",
                "comesBackAfterTheConnectionWasLost",
                "isToldWhenOutputIsNoLongerKept",
                "looksOverAWritersShoulder",
                "endsAProcessByLeaving",
                "followsALogAndComesBack",
                "watchesStats",
                "hearsOfEvents",
                "entersWithATicket",
                "isRefusedAtTheDoor",
                "isToldOfSenselessFrames",
                "isSentAwayWithTenMegabytes"
            })
    void aProgram(String scenario) throws Exception {
        List<String> command = new ArrayList<>(program);
        command.add(scenario);

        ClientProcess.Outcome outcome = ClientProcess.run(
                command,
                Map.of(
                        "ROADSTEAD_URL",
                        gateway.base().toString(),
                        "ROADSTEAD_USER",
                        gateway.user(),
                        "ROADSTEAD_PASSWORD",
                        gateway.password(),
                        "ROADSTEAD_ENGINE",
                        "engine",
                        "ROADSTEAD_SHELL",
                        "engine:" + containers.name("shell"),
                        "ROADSTEAD_TALKER",
                        "engine:" + containers.name("talker"),
                        "PYTHONDONTWRITEBYTECODE",
                        "1"),
                PATIENCE);

        assertThat(outcome.code()).as(outcome.text()).isZero();
    }
}
