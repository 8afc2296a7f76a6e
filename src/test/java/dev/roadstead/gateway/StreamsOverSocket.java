package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Logs, measurements, events and operations come over WebSockets as they do over HTTP. */
public interface StreamsOverSocket extends GatewaySubject {
    /** The address of a container's socket. */
    static String socket(JsonNode container, String more) {
        return "/v1/ws/containers/%s%s".formatted(text(container, "cuid"), more);
    }

    /** What a socket tells until it says that nothing follows, without that; it must close with 1000 then. */
    default List<JsonNode> told(String path, String type) {
        try (SocketClient client = SocketClient.open(gateway(), path)) {
            List<JsonNode> frames = client.until("end");
            client.closed(1000);
            assertThat(types(frames)).containsOnlyOnce("end").last().isEqualTo("end");
            assertThat(types(frames.subList(0, frames.size() - 1))).allMatch(type::equals);
            return frames.subList(0, frames.size() - 1);
        }
    }

    private static List<String> types(List<JsonNode> frames) {
        return frames.stream().map(frame -> text(frame, "type")).toList();
    }

    @Test
    default void aLogComesLineByLineAndEnds() {
        JsonNode container = ended("echo one; sleep 0.1; echo two >&2; sleep 0.1; echo three");

        List<JsonNode> lines = told(socket(container, "/logs"), "log");

        assertThat(lines).extracting(line -> text(line, "line")).containsExactly("one", "two", "three");
        assertThat(lines).extracting(line -> text(line, "stream")).containsExactly("stdout", "stderr", "stdout");
        assertThat(told(socket(container, "/logs?follow=false&tail=1"), "log"))
                .extracting(line -> text(line, "line"))
                .containsExactly("three");
        assertThat(told(socket(container, "/logs?stdout=false"), "log"))
                .extracting(line -> text(line, "line"))
                .containsExactly("two");
        for (int i = 0; i < 3; i++) {
            String cursor = text(lines.get(i), "cursor");
            assertThat(told(socket(container, "/logs?since_cursor=" + cursor), "log"))
                    .isEqualTo(lines.subList(i + 1, 3));
        }
    }

    @Test
    default void aSocketFollowsALogUnlessToldOtherwise() {
        needs("command");
        JsonNode container = running();

        try (SocketClient client = SocketClient.open(gateway(), socket(container, "/logs"))) {
            assertThat(text(client.next("log"), "line")).isEqualTo("ready");
            ok(gateway().post(path(container, "/stop?timeout=5")));
            assertThat(text(client.next("log"), "line")).isEqualTo("bye");
            client.next("end");
            client.closed(1000);
        }
        assertThat(told(socket(container, "/logs?follow=false"), "log"))
                .extracting(line -> text(line, "line"))
                .containsExactly("ready", "bye");
    }

    @Test
    default void whoOnlyListensMaySayNothingButClose() {
        JsonNode container = running();
        try (SocketClient client = SocketClient.open(gateway(), socket(container, "/logs?tail=0"))) {
            client.say("{'type':'eof'}");
            JsonNode refused = client.next("error");
            assertThat(refused.at("/error/error").asString()).isEqualTo("state_error");
            assertThat(refused.required("fatal").asBoolean()).isFalse();
            client.say("{'type':'close'}");
            client.closed(1000);
        }
    }

    @Test
    default void aContainerIsMeasuredUntilItEnds() {
        JsonNode container = running();

        try (SocketClient client = SocketClient.open(gateway(), socket(container, "/stats"))) {
            JsonNode stats = client.next("stats");
            assertThat(stats.at("/memory/usage").isNull()
                            || stats.at("/memory/usage").isIntegralNumber())
                    .isTrue();
            client.next("stats");
            ok(gateway().post(path(container, "/kill")));
            client.until("end");
            client.closed(1000);
        }
    }

    @Test
    default void eventsComeAsTheyHappenAndGoOnBehindOneThatIsNamed() {
        String only = "/v1/ws/events?type=container&engine=" + ENGINE;
        String last;
        try (SocketClient client = SocketClient.open(gateway(), only + "&action=create")) {
            JsonNode container = created(idle());
            JsonNode event = of(client, container);
            assertThat(text(event, "action")).isEqualTo("create");
            assertThat(text(event, "engine")).isEqualTo(ENGINE);
            last = text(event, "id");
            ok(gateway().post(path(container, "/start")));
            try (SocketClient again = SocketClient.open(gateway(), only + "&last_event_id=" + last)) {
                assertThat(text(of(again, container), "action")).isEqualTo("start");
            }
            client.say("{'type':'close'}");
            client.until("closed");
        }
    }

    private static JsonNode of(SocketClient client, JsonNode container) {
        while (true) {
            JsonNode event = client.next("event").required("event");
            if (event.required("cuid").asString("").equals(text(container, "cuid"))) {
                return event;
            }
        }
    }

    @Test
    default void anOperationIsToldToItsEnd() {
        JsonNode operation = gateway()
                .postJson("/v1/containers", idle(), "Prefer", "respond-async")
                .json();
        String address = "/v1/ws/operations/" + text(operation, "id");

        List<JsonNode> states = told(address, "operation");

        assertThat(states).isNotEmpty().allMatch(state -> text(state, "id").equals(text(operation, "id")));
        assertThat(text(states.getLast(), "status")).isEqualTo("succeeded");
        assertThat(told(address, "operation")).isEqualTo(states.subList(states.size() - 1, states.size()));
    }

    @Test
    default void aFailedOperationTellsWhy() {
        JsonNode operation = gateway()
                .postJson(
                        "/v1/containers",
                        GatewaySubject.with(idle(), "image", "roadstead-test/missing:none"),
                        "Prefer",
                        "respond-async")
                .json();

        JsonNode end =
                told("/v1/ws/operations/" + text(operation, "id"), "operation").getLast();

        assertThat(text(end, "status")).isEqualTo("failed");
        assertThat(end.at("/error/code").asString()).isEqualTo("NO_SUCH_IMAGE");
    }

    @Test
    default void whatIsNotThereIsRefusedAtTheHandshake() {
        String authorization = SocketClient.authorization(gateway());
        for (String path : List.of("/v1/ws/containers/%s/logs", "/v1/ws/containers/%s/stats")) {
            problem(
                    SocketClient.refused(gateway(), path.formatted(NOBODY), authorization),
                    404,
                    "not_found",
                    "NO_SUCH_CONTAINER");
        }
        problem(
                SocketClient.refused(gateway(), "/v1/ws/operations/nothing", authorization),
                404,
                "not_found",
                "NO_SUCH_OPERATION");
        problem(
                SocketClient.refused(gateway(), "/v1/ws/events?engine=nowhere", authorization),
                404,
                "not_found",
                "NO_SUCH_ENGINE");
        JsonNode stopped = created(idle());
        assertThat(SocketClient.refused(gateway(), socket(stopped, "/stats"), authorization)
                        .status())
                .isEqualTo(422);
        for (String query : List.of("tail=-1", "since=yesterday", "stdout=false&stderr=false", "since_cursor=x")) {
            assertThat(SocketClient.refused(gateway(), socket(stopped, "/logs?" + query), authorization)
                            .status())
                    .as(query)
                    .isEqualTo(400);
        }
        assertThat(SocketClient.refused(gateway(), socket(stopped, "/logs")).status())
                .isEqualTo(401);
        problem(gateway().get(socket(stopped, "/logs")), 426, "upgrade_required", "UPGRADE_REQUIRED");
    }

    @Test
    default void aTicketOpensASocketOnce() {
        boolean says = has("command");
        JsonNode container = says ? ended("echo one") : running();
        String target = socket(container, "/logs?follow=false&tail=all");
        String ticket = text(
                gateway()
                        .postJson("/v1/ws-tickets", "{'target':'%s'}".formatted(target))
                        .json(),
                "ticket");

        try (SocketClient client = SocketClient.openAnonymously(gateway(), target + "&ticket=" + ticket)) {
            List<JsonNode> frames = client.until("end");
            if (says) {
                assertThat(text(frames.getFirst(), "line")).isEqualTo("one");
            }
        }
        problem(SocketClient.refused(gateway(), target + "&ticket=" + ticket), 401, "auth_error", "WRONG_TICKET");
    }
}
