package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.unsupported;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.engine.TestTar;
import dev.roadstead.gateway.RunningGateway.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a container uses, runs and has changed can be looked at. */
public interface InsightOverHttp extends GatewaySubject {
    @Test
    default void statisticsAreToldOnce() {
        JsonNode container = running();

        JsonNode stats = ok(gateway().get(path(container, "/stats")));

        measured(stats);
    }

    @Test
    default void statisticsComeAsLinesAndAsEventsAgainAndAgain() {
        JsonNode container = running();

        try (EventText lines = open(container, "application/x-ndjson")) {
            measured(lines.json());
            measured(lines.json());
        }
        try (EventText events = open(container, "text/event-stream")) {
            for (int i = 0; i < 2; i++) {
                EventText.Event event = events.next();
                assertThat(event.name()).isEqualTo("stats");
                measured(event.json());
            }
        }
        assertThat(status(container)).isEqualTo("running");
    }

    @Test
    default void thereAreNoStatisticsOfWhatDoesNotRun() {
        problem(gateway().get(path(created(idle()), "/stats")), 422, "state_error", "CONTAINER_NOT_RUNNING");
        problem(gateway().get("/v1/containers/" + NOBODY + "/stats"), 404, "not_found", "NO_SUCH_CONTAINER");
    }

    @Test
    default void theProcessesAreATable() {
        JsonNode table = ok(gateway().get(path(running(), "/top")));

        assertThat(table.required("titles").size()).isGreaterThan(1);
        assertThat(table.required("processes").size()).isPositive();
        for (JsonNode process : table.required("processes")) {
            assertThat(process.size()).isEqualTo(table.required("titles").size());
        }
        problem(gateway().get(path(created(idle()), "/top")), 422, "state_error", "CONTAINER_NOT_RUNNING");
    }

    @Test
    default void whatIsWrittenIsAChange() {
        JsonNode container = created(idle());
        byte[] tar = new TestTar()
                .file("note", "hello".getBytes(StandardCharsets.UTF_8), 0644)
                .bytes();
        assertThat(gateway()
                        .put(
                                path(container, "/archive?path=/tmp"),
                                BodyPublishers.ofByteArray(tar),
                                "application/x-tar")
                        .status())
                .isEqualTo(204);

        Answer answer = gateway().get(path(container, "/changes"));
        if (!has("changes")) {
            unsupported(answer, "changes");
            return;
        }
        JsonNode changes = ok(answer).required("changes");

        assertThat(changes).anySatisfy(change -> {
            assertThat(text(change, "path")).isEqualTo("/tmp/note");
            assertThat(text(change, "kind")).isEqualTo("added");
        });
    }

    /** Whether the engine tells how many processors a container may use. */
    default boolean statsTellCores() {
        return true;
    }

    private EventText open(JsonNode container, String accept) {
        var answer = gateway().open(path(container, "/stats"), "Accept", accept);
        assertThat(answer.statusCode()).isEqualTo(200);
        return new EventText(answer.body());
    }

    private void measured(JsonNode stats) {
        assertThat(text(stats, "time")).endsWith("Z");
        if (statsTellCores()) {
            assertThat(stats.at("/cpu/cores").asInt()).isPositive();
        } else {
            assertThat(stats.at("/cpu/cores").isNull()).isTrue();
        }
        assertThat(stats.at("/cpu/total_ns").asLong()).isPositive();
        assertThat(stats.required("cpu").has("percent")).isTrue();
        assertThat(stats.at("/memory/usage").asLong()).isPositive();
        assertThat(stats.at("/memory/limit").asLong()).isPositive();
        assertThat(stats.required("network").has("rx_bytes")).isTrue();
        assertThat(stats.required("block").has("write_bytes")).isTrue();
        assertThat(stats.required("pids").asLong()).isPositive();
    }
}
