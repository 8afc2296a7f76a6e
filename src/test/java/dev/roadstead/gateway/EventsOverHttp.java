package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.engine;
import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.refused;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.EventText.Event;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What happens on an engine is told as it happens, in one vocabulary, and nothing is missed in silence. */
public interface EventsOverHttp extends GatewaySubject {
    String PATH = "/v1/events";

    @Test
    default void aContainersLifeIsToldFromItsBirthToItsRemoval() {
        try (EventText events = following("?type=container")) {
            JsonNode container = running();
            ok(gateway().post(path(container, "/stop?timeout=5")));
            GatewaySubject.empty(gateway().delete(path(container, "")));

            List<JsonNode> told = upTo(events, container, "remove");

            assertThat(all(told, "action")).containsSubsequence("create", "start", "die", "remove");
            assertThat(all(told, "action")).containsOnlyOnce("create", "start", "die", "remove");
            for (JsonNode event : told) {
                assertThat(text(event, "cuid")).isEqualTo(text(container, "cuid"));
                assertThat(text(event, "name")).isEqualTo(text(container, "name"));
                assertThat(text(event, "engine")).isEqualTo(ENGINE);
                assertThat(text(event, "type")).isEqualTo("container");
                assertThat(text(event, "id")).isNotBlank();
                assertThat(event.required("native").isObject()).isTrue();
                assertThat(Instant.parse(text(event, "time")))
                        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
                assertThat(event.at("/attributes/id").asString()).isEqualTo(text(container, "id"));
            }
            JsonNode exitCode = only(told, "die").at("/attributes/exit_code");
            assertThat(has("command") ? exitCode.asInt(-1) == 0 : exitCode.isMissingNode())
                    .as(told.toString())
                    .isTrue();
        }
    }

    @Test
    default void actionsAreToldInOneVocabulary() {
        JsonNode container = running();
        try (EventText events = following("?cuid=" + text(container, "cuid"))) {
            String before = text(container, "name");
            String after = made().name();
            ok(gateway().post(path(container, "/pause")));
            ok(gateway().post(path(container, "/unpause")));
            Map<String, Object> renaming = Map.of("name", after);
            if (runningOnesAreRenamed()) {
                ok(gateway().postJson(path(container, "/rename"), renaming));
            } else {
                problem(
                        gateway().postJson(path(container, "/rename"), renaming),
                        422,
                        "state_error",
                        "CONTAINER_RUNNING");
                ok(gateway().post(path(container, "/stop?timeout=0")));
                ok(gateway().postJson(path(container, "/rename"), renaming));
                ok(gateway().post(path(container, "/start")));
            }
            ok(gateway().post(path(container, "/restart?timeout=5")));
            ok(gateway().post(path(container, "/kill?signal=KILL")));
            GatewaySubject.empty(gateway().delete(path(container, "?force=true")));

            List<JsonNode> told = upTo(events, container, "remove");

            List<String> actions = all(told, "action");
            assertThat(actions)
                    .containsSubsequence("pause", "unpause", "rename", "die", "start", "die", "remove")
                    .containsSubsequence("rename", "restart", "die", "remove");
            assertThat(text(only(told, "rename"), "name")).isEqualTo(after);
            List<JsonNode> ends = told.stream().filter(is("die")).toList();
            assertThat(ends).hasSize(runningOnesAreRenamed() ? 2 : 3);
            if (has("kill_signal")) {
                assertThat(actions).containsSubsequence("die", "start", "kill", "die", "remove");
                assertThat(ends.getLast().at("/attributes/exit_code").asInt()).isEqualTo(137);
            }
            if (eventsTellWhatAndFrom()) {
                assertThat(actions).containsSubsequence("die", "start", "restart", "kill", "die");
                assertThat(only(told, "rename").at("/attributes/old_name").asString())
                        .isEqualTo(before);
                List<JsonNode> kills = told.stream().filter(is("kill")).toList();
                assertThat(kills.getLast().at("/attributes/signal").asString()).isEqualTo("KILL");
            }
        }
    }

    /** Whether a container may be renamed while it runs. */
    default boolean runningOnesAreRenamed() {
        return true;
    }

    /** Whether events tell the name before a renaming, and the signal of a kill. */
    default boolean eventsTellWhatAndFrom() {
        return true;
    }

    /** Whether the engine tells of networks that come and go. */
    default boolean eventsTellOfNetworks() {
        return true;
    }

    @Test
    default void volumesAndNetworksAreToldToo() {
        try (EventText events = following("?type=volume,network&action=create&action=remove")) {
            String volume = made().volume();
            String network = made().network();
            GatewaySubject.empty(gateway().delete(engine("/volumes/" + volume)));
            GatewaySubject.empty(gateway().delete(engine("/networks/" + network)));

            List<JsonNode> told = new ArrayList<>();
            List<String> expected = eventsTellOfNetworks()
                    ? List.of("volume create", "network create", "volume remove", "network remove")
                    : List.of("volume create", "volume remove");
            while (told.size() < expected.size()) {
                JsonNode event = events.next().json();
                if (Set.of(volume, network).contains(event.required("name").asString(""))) {
                    told.add(event);
                }
            }

            assertThat(told)
                    .extracting(event -> text(event, "type") + " " + text(event, "action"))
                    .isEqualTo(expected);
            assertThat(told)
                    .allSatisfy(
                            event -> assertThat(event.required("cuid").isNull()).isTrue());
        }
    }

    @Test
    default void whoFollowsFirstAndListsAfterwardsMissesNoContainer() {
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Set<String>> creating = CompletableFuture.supplyAsync(() -> {
            Set<String> all = new HashSet<>();
            while (!enough.get()) {
                all.add(text(created(idle()), "cuid"));
            }
            return all;
        });
        GatewaySubject.within().until(() -> !texts(list(), "cuid").isEmpty());
        try (EventText events = following("?action=create")) {
            Set<String> seen = new HashSet<>(texts(list(), "cuid"));
            int listed = seen.size();
            while (seen.size() < listed + 3) {
                seen.add(text(events.next().json(), "cuid"));
            }
            enough.set(true);
            Set<String> all = creating.join();
            while (!seen.containsAll(all)) {
                seen.add(text(events.next().json(), "cuid"));
            }
            assertThat(seen).containsAll(all);
        }
    }

    @Test
    default void aClientThatComesBackGoesOnBehindTheLastEventItSaw() {
        Instant before = Instant.now();
        JsonNode container = created(idle());
        String query = "?cuid=" + text(container, "cuid");
        String last;
        try (EventText events = following(query + "&since=" + before)) {
            Event create = events.next();
            assertThat(create.name()).isEqualTo("event");
            JsonNode told = create.json();
            assertThat(text(told, "action")).isEqualTo("create");
            assertThat(create.id()).isEqualTo(text(told, "id"));
            last = create.id();
        }
        ok(gateway().post(path(container, "/start")));
        ok(gateway().post(path(container, "/pause")));

        try (EventText events = following(query, "Last-Event-ID", last)) {
            assertThat(text(events.next().json(), "action")).isEqualTo("start");
            assertThat(text(events.next().json(), "action")).isEqualTo("pause");
        }
    }

    @Test
    default void whatHappenedBeforeIsToldFromATimeOn() {
        JsonNode container = running();

        try (EventText events = following("?since=5m&action=start&cuid=" + text(container, "cuid"))) {
            Event first = events.next();
            // The gateway has not watched for so long.
            Event second = text(first.json(), "action").equals("gap") ? events.next() : first;
            assertThat(text(second.json(), "action")).isEqualTo("start");
        }
        Instant later = Instant.now().plusSeconds(3600);
        try (EventText events = following("?since=" + later + "&cuid=" + text(container, "cuid"))) {
            ok(gateway().post(path(container, "/pause")));
            assertThat(text(events.next().json(), "action")).isEqualTo("pause");
        }
    }

    @Test
    default void anEventThatIsNotKnownAnyMoreGivesAGap() {
        for (String lost : List.of("mibrzx7k9c41-17", "nonsense")) {
            try (EventText events = following("?cuid=" + NOBODY, "Last-Event-ID", lost)) {
                JsonNode gap = events.next().json();
                assertThat(text(gap, "type")).isEqualTo("engine");
                assertThat(text(gap, "action")).isEqualTo("gap");
                assertThat(gap.required("cuid").isNull()).isTrue();
                assertThat(gap.required("native").isNull()).isTrue();
            }
        }
    }

    @Test
    default void eventsAreLinesOfJsonIfAskedSo() {
        Instant before = Instant.now();
        JsonNode container = created(idle());
        HttpResponse<InputStream> answer = gateway()
                .open(
                        "%s?since=%s&cuid=%s".formatted(PATH, before, text(container, "cuid")),
                        "Accept",
                        "application/x-ndjson");

        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/x-ndjson");
        try (EventText lines = new EventText(answer.body())) {
            JsonNode line = lines.json();
            assertThat(text(line, "action")).isEqualTo("create");
            assertThat(line.propertyNames())
                    .containsExactlyInAnyOrder(
                            "id", "time", "engine", "type", "action", "cuid", "name", "attributes", "native");
        }
    }

    @Test
    default void theHeadComesBeforeThereIsNews() {
        HttpResponse<InputStream> answer = gateway().open(PATH + "?cuid=" + NOBODY);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        new EventText(answer.body()).close();
    }

    @Test
    default void whatNobodyCanFollowIsRefused() {
        problem(gateway().get(PATH + "?engine=nowhere"), 404, "not_found", "NO_SUCH_ENGINE");
        refused(gateway().get(PATH + "?cuid=web"), "INVALID_CUID", "cuid");
        refused(gateway().get(PATH + "?since=yesterday"), "INVALID_SINCE", "since");
        problem(gateway().get(PATH, "Accept", "text/html"), 406, "not_acceptable", "NOT_ACCEPTABLE");
    }

    private JsonNode list() {
        return ok(gateway().get("/v1/containers?limit=1000&" + made().filter())).required("containers");
    }

    private EventText following(String query, String... headers) {
        HttpResponse<InputStream> answer = gateway().open(PATH + query, headers);
        assertThat(answer.statusCode()).isEqualTo(200);
        return new EventText(answer.body());
    }

    /** The events of a container up to its first of this action. */
    private static List<JsonNode> upTo(EventText events, JsonNode container, String action) {
        List<JsonNode> told = new ArrayList<>();
        while (told.isEmpty() || !text(told.getLast(), "action").equals(action)) {
            JsonNode event = events.next().json();
            if (event.required("cuid").asString("").equals(text(container, "cuid"))) {
                told.add(event);
            }
        }
        return told;
    }

    private static JsonNode only(List<JsonNode> events, String action) {
        List<JsonNode> fitting = events.stream().filter(is(action)).toList();
        assertThat(fitting).as(action).hasSize(1);
        return fitting.getFirst();
    }

    private static Predicate<JsonNode> is(String action) {
        return event -> text(event, "action").equals(action);
    }

    private static List<String> all(List<JsonNode> events, String field) {
        return events.stream().map(event -> text(event, field)).toList();
    }
}
