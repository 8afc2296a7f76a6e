package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.refused;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.EventText.Event;
import dev.roadstead.gateway.RunningGateway.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a container writes can be read as text, as lines of JSON and as events, all of it, in part, or as it comes. */
public interface LogsOverHttp extends GatewaySubject {
    String NDJSON = "application/x-ndjson";
    String EVENTS = "text/event-stream";

    /** Four lines, the third on standard error, apart in time so that their order is certain. */
    String FOUR_LINES = "echo one; sleep 0.1; echo two; sleep 0.1; echo three >&2; sleep 0.1; echo four";

    @Test
    default void aLogIsPlainTextUnlessAskedOtherwise() {
        JsonNode container = ended(FOUR_LINES);

        Answer log = gateway().get(path(container, "/logs"));

        assertThat(log.status()).isEqualTo(200);
        assertThat(log.header("Content-Type")).isEqualToIgnoringCase("text/plain;charset=UTF-8");
        assertThat(log.text()).isEqualTo("one\ntwo\nthree\nfour\n");
        assertThat(gateway()
                        .get(path(container, "/logs"), "Accept", "text/html, */*;q=0.1")
                        .text())
                .isEqualTo(log.text());
    }

    @Test
    default void aLogAsLinesOfJsonTellsTimeStreamAndCursor() {
        JsonNode container = ended(FOUR_LINES);

        List<JsonNode> lines = lines(container, "");

        assertThat(lines).extracting(line -> text(line, "line")).containsExactly("one", "two", "three", "four");
        assertThat(lines)
                .extracting(line -> text(line, "stream"))
                .containsExactly("stdout", "stdout", "stderr", "stdout");
        assertThat(lines).extracting(line -> text(line, "time")).isSorted().allMatch(time -> time.endsWith("Z"));
        assertThat(lines).extracting(line -> text(line, "cursor")).doesNotHaveDuplicates();
    }

    @Test
    default void partsOfALogAreChosenByTailStreamAndTime() {
        JsonNode container = ended(FOUR_LINES);
        List<JsonNode> lines = lines(container, "");
        String two = text(lines.get(1), "time");
        String three = text(lines.get(2), "time");

        assertThat(log(container, "?tail=2")).isEqualTo("three\nfour\n");
        assertThat(log(container, "?tail=0")).isEmpty();
        assertThat(log(container, "?tail=all")).isEqualTo("one\ntwo\nthree\nfour\n");
        assertThat(log(container, "?stderr=false")).isEqualTo("one\ntwo\nfour\n");
        assertThat(log(container, "?stdout=false")).isEqualTo("three\n");
        if (has("logs_precise")) {
            assertThat(log(container, "?since=" + two)).isEqualTo("two\nthree\nfour\n");
            assertThat(log(container, "?until=" + two)).isEqualTo("one\ntwo\n");
            assertThat(log(container, "?since=%s&until=%s".formatted(two, three)))
                    .isEqualTo("two\nthree\n");
        }
        assertThat(log(container, "?since=10m")).isEqualTo("one\ntwo\nthree\nfour\n");
        assertThat(log(container, "?until=10m")).isEmpty();
        assertThat(log(container, "?since=1000000000")).isEqualTo("one\ntwo\nthree\nfour\n");
        assertThat(log(container, "?until=1000000000.5")).isEmpty();
    }

    @Test
    default void timestampsStandBeforeEveryLineOfText() {
        JsonNode container = ended(FOUR_LINES);
        List<JsonNode> lines = lines(container, "");

        List<String> timed = log(container, "?timestamps=true").lines().toList();

        assertThat(timed).hasSize(4);
        for (int i = 0; i < 4; i++) {
            assertThat(timed.get(i)).isEqualTo(text(lines.get(i), "time") + " " + text(lines.get(i), "line"));
        }
    }

    @Test
    default void aCursorGoesOnBehindItsLine() {
        JsonNode container = ended("for i in 1 2 3 4 5 6; do echo line $i; done");
        List<JsonNode> lines = lines(container, "");
        assertThat(lines).hasSize(6);

        for (int i = 0; i < 6; i++) {
            String cursor = text(lines.get(i), "cursor");
            assertThat(lines(container, "?since_cursor=" + cursor)).isEqualTo(lines.subList(i + 1, 6));
        }
        assertThat(log(container, "?since_cursor=" + text(lines.get(4), "cursor")))
                .isEqualTo("line 6\n");
        refused(gateway().get(path(container, "/logs?since_cursor=x")), "INVALID_CURSOR", "since_cursor");
    }

    @Test
    default void aLogAsEventsEndsWithAnEndAndResumesBehindTheLastEvent() {
        JsonNode container = ended(FOUR_LINES);
        List<Event> events;
        try (EventText text = events(container, "")) {
            events = text.until("end");
        }

        assertThat(events).extracting(Event::name).containsExactly("log", "log", "log", "log", "end");
        assertThat(events.subList(0, 4))
                .extracting(event -> text(event.json(), "line"))
                .containsExactly("one", "two", "three", "four");
        assertThat(events.getFirst().id()).isEqualTo(text(events.getFirst().json(), "cursor"));

        try (EventText text =
                events(container, "", "Last-Event-ID", events.get(1).id())) {
            assertThat(text.until("end")).isEqualTo(events.subList(2, 5));
        }
    }

    @Test
    default void aFollowedLogComesAsItIsWrittenAndEndsWithTheContainer() {
        JsonNode container = started(shell("echo before; read line; echo after"), true);

        try (EventText text = events(container, "?follow=true")) {
            assertThat(text(text.next().json(), "line")).isEqualTo("before");
            GatewaySubject.ok(gateway().post(path(container, "/stop?timeout=0")));
            assertThat(text.until("end").getLast().name()).isEqualTo("end");
        }
        assertThat(log(container, "?follow=true")).isEqualTo("before\n");
        assertThat(lines(container, "?follow=true&tail=1"))
                .extracting(line -> text(line, "line"))
                .containsExactly("before");
    }

    private JsonNode started(Map<String, Object> body, boolean openInput) {
        return started(with(body, "stdin_open", openInput));
    }

    @Test
    default void aFollowedLogAnswersBeforeTheFirstLine() {
        needs("command");
        JsonNode container = running();

        try (EventText text = events(container, "?follow=true&tail=0")) {
            // The head has come, though there is nothing to tell.
            GatewaySubject.ok(gateway().post(path(container, "/stop?timeout=5")));
            assertThat(text.until("end")).extracting(Event::name).containsExactly("log", "end");
        }
    }

    @Test
    default void charactersStayWholeHoweverTheyAreWritten() {
        String broken = "printf 'gr\\303'; sleep 0.2; printf '\\274n \\342'; sleep 0.2; printf '\\202\\254\\n'";
        JsonNode container = ended(broken);

        assertThat(log(container, "")).isEqualTo("grün €\n");
        assertThat(lines(container, "?follow=true"))
                .extracting(line -> text(line, "line"))
                .containsExactly("grün €");
    }

    @Test
    default void aLongLineComesWhole() {
        String longLine = "ö".repeat(20_000);
        JsonNode container = ended("echo '%s'; echo next".formatted(longLine));

        assertThat(log(container, "")).isEqualTo(longLine + "\nnext\n");
        assertThat(lines(container, "")).extracting(line -> text(line, "line")).containsExactly(longLine, "next");
    }

    @Test
    default void aTerminalsLogIsOneStreamAsTheTerminalShowedIt() {
        JsonNode container = ended(with(shell("echo out; echo err >&2"), "tty", true));

        assertThat(log(container, "")).isEqualTo("out\r\nerr\r\n");
        List<JsonNode> lines = lines(container, "");
        assertThat(lines).extracting(line -> text(line, "line")).containsExactly("out", "err");
        assertThat(lines).extracting(line -> text(line, "stream")).containsOnly("stdout");
    }

    @Test
    default void aQuestionThatMakesNoSenseIsRefused() {
        JsonNode container = created(idle());

        refused(gateway().get(path(container, "/logs?tail=-1")), "INVALID_TAIL", "tail");
        refused(gateway().get(path(container, "/logs?tail=some")), "INVALID_TAIL", "tail");
        refused(gateway().get(path(container, "/logs?since=yesterday")), "INVALID_SINCE", "since");
        refused(gateway().get(path(container, "/logs?follow=perhaps")), "INVALID_FOLLOW", "follow");
        refused(gateway().get(path(container, "/logs?stdout=false&stderr=false")), "INVALID_STDOUT", "stdout");
        problem(
                gateway().get(path(container, "/logs"), "Accept", "image/png"),
                406,
                "not_acceptable",
                "NOT_ACCEPTABLE");
        problem(gateway().get("/v1/containers/" + NOBODY + "/logs"), 404, "not_found", "NO_SUCH_CONTAINER");
        problem(
                gateway().get("/v1/containers/" + NOBODY + "/logs", "Accept", EVENTS),
                404,
                "not_found",
                "NO_SUCH_CONTAINER");
    }

    private String log(JsonNode container, String query) {
        Answer answer = gateway().get(path(container, "/logs" + query));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.text();
    }

    private List<JsonNode> lines(JsonNode container, String query) {
        Answer answer = gateway().get(path(container, "/logs" + query), "Accept", NDJSON);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith(NDJSON);
        return EventText.lines(answer.text());
    }

    private EventText events(JsonNode container, String query, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "Accept";
        all[1] = EVENTS;
        System.arraycopy(headers, 0, all, 2, headers.length);
        var answer = gateway().open(path(container, "/logs" + query), all);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith(EVENTS);
        return new EventText(answer.body());
    }
}
