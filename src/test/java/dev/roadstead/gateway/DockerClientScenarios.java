package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.lab.Lab;
import dev.roadstead.transport.NoLeaks;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a client of Docker does at an engine behind the gateway, through its raw proxy, in a process of its own for each scenario; they
 * remove what they make.
 */
@ExtendWith(NoLeaks.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DockerClientScenarios {
    /** What the libraries for programs do. */
    static final List<String> OF_A_LIBRARY = List.of(
            "looksAround",
            "hearsTheDaemonsOwnWordsOfAFailure",
            "pullsWithProgress",
            "runsAContainerToItsEnd",
            "isAttachedWithInputAndItsEnd",
            "executesWithInputAndExitCode",
            "worksInATerminal",
            "followsALog",
            "hearsOfEvents",
            "watchesStats",
            "copiesFilesInAndOut",
            "buildsSavesAndLoadsAnImage");

    /** What people do with Compose. */
    static final List<String> OF_COMPOSE =
            List.of("upAndDown", "logs", "attached", "execAndRun", "servicesFindEachOther", "keepsItsVolume", "builds");

    private static final String ENGINE = "local";
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final String part;
    private final List<String> program;
    private final List<String> probe;

    private Path folder;
    private RunningGateway gateway;

    /**
     * Scenarios of a client.
     *
     * @param part as {@code ROADSTEAD_TEST_REQUIRE} names it; if it does not, a machine without the client skips
     * @param program takes the name of a scenario as its last argument
     * @param probe succeeds where the client is installed
     */
    DockerClientScenarios(String part, List<String> program, List<String> probe) {
        this.part = part;
        this.program = program;
        this.probe = probe;
    }

    abstract List<String> scenarios();

    /** The daemon behind the gateway. */
    URI daemon() {
        return Lab.docker();
    }

    /** Where the client is sent for a scenario. */
    DockerAddress address(String scenario) {
        return DockerAddress.proxied(gateway, ENGINE);
    }

    /** Where a client is sent that knows no path before an engine's own and sends no credentials. */
    DockerAddress socket() {
        return DockerAddress.socket(folder.resolve("engine.sock"));
    }

    /** What else the client has to know. */
    Map<String, String> settings() {
        return Map.of();
    }

    @BeforeAll
    void start(@TempDir Path own) throws IOException, InterruptedException {
        folder = own;
        ClientProcess.require(part, probe);
        gateway = RunningGateway.start(
                Map.of(ENGINE, daemon().toString()),
                "roadstead.monitoring.interval=1h",
                "roadstead.engines.%s.listen=%s".formatted(ENGINE, socket().host()));
    }

    @AfterAll
    void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void aClient(String scenario) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(program);
        command.add(scenario);
        Map<String, String> environment = new HashMap<>(address(scenario).environment(folder));
        environment.put("ROADSTEAD_TEST_REGISTRY", Lab.registry());
        environment.put("PYTHONDONTWRITEBYTECODE", "1");
        environment.putAll(settings());

        ClientProcess.Outcome outcome = ClientProcess.run(command, environment, PATIENCE);

        assertThat(outcome.code()).as(outcome.text()).isZero();
    }
}
