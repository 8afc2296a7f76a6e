package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.EventText.Event;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A followed log that breaks off again and again goes on where it was, with a real Docker daemon. */
@RequiresLab("docker")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LogResumeIT {
    private static final int LINES = 3_000;
    private static final int CUTS = 200;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Two processes that write at the same time, each to an output of its own, in bursts; now and then a line of several entries. */
    private static final String TALK = """
            L=$(head -c 40000 /dev/zero | tr '\\0' x)
            talk() {
              i=0
              while [ $i -lt %d ]; do
                if [ $((i %% 250)) = 100 ]; then echo $1 $i $L; else echo $1 $i; fi
                if [ $((i %% 60)) = 0 ]; then sleep 0.05; fi
                i=$((i+1))
              done
            }
            talk out & talk err >&2 & wait
            """.formatted(LINES);

    private RunningGateway gateway;
    private LabContainers containers;

    @BeforeAll
    void start() {
        gateway = RunningGateway.start(Map.of("direct", Lab.docker().toString()));
        containers = new LabContainers(gateway, "direct", "resumed");
    }

    @AfterAll
    void stop() {
        try {
            containers.removeAll();
        } finally {
            gateway.close();
        }
    }

    /** A way to follow a log. */
    enum Form {
        NDJSON,
        EVENTS,
        SOCKET
    }

    /** Which log, from where on. */
    private record Followed(
            RunningGateway gateway, String path, @Nullable String cursor) {
        String target() {
            return cursor == null ? path + "?follow=true" : path + "?follow=true&since_cursor=" + cursor;
        }
    }

    /** A log being followed. */
    private interface Reading extends AutoCloseable {
        /** The next line; null at the end. */
        @Nullable
        JsonNode next();

        @Override
        void close();
    }

    private static Reading open(Form form, Followed log) {
        return switch (form) {
            case NDJSON -> lines(log);
            case EVENTS -> events(log);
            case SOCKET -> socket(log);
        };
    }

    private static Reading socket(Followed log) {
        String path = log.path().replace("/v1/", "/v1/ws/");
        SocketClient client =
                SocketClient.open(log.gateway(), log.cursor() == null ? path : path + "?since_cursor=" + log.cursor());
        return reading(
                () -> {
                    JsonNode frame = client.next();
                    return frame.required("type").asString().equals("end") ? null : frame;
                },
                frame -> {
                    assertThat(frame.required("type").asString())
                            .as(frame.toString())
                            .isEqualTo("log");
                    return frame;
                },
                // As if it were killed.
                client::reset);
    }

    private static Reading lines(Followed log) {
        EventText text = new EventText(log.gateway()
                .open(log.target(), "Accept", "application/x-ndjson")
                .body());
        return reading(text::lineOrEnd, JSON::readTree, text::close);
    }

    private static Reading events(Followed log) {
        // As a browser does: the same address again, and the last id in a header.
        String[] headers = log.cursor() == null
                ? new String[] {"Accept", "text/event-stream"}
                : new String[] {"Accept", "text/event-stream", "Last-Event-ID", log.cursor()};
        EventText text = new EventText(
                log.gateway().open(log.path() + "?follow=true", headers).body());
        return reading(
                () -> {
                    Event event = text.next();
                    return event.name().equals("end") ? null : event;
                },
                event -> {
                    assertThat(event.name()).as(event.data()).isEqualTo("log");
                    assertThat(event.id())
                            .isEqualTo(event.json().required("cursor").asString());
                    return event.json();
                },
                text::close);
    }

    private interface Source<T> {
        @Nullable
        T next();
    }

    private static <T> Reading reading(Source<T> source, Function<T, JsonNode> json, Runnable close) {
        return new Reading() {
            @Override
            public @Nullable JsonNode next() {
                T item = source.next();
                return item == null ? null : json.apply(item);
            }

            @Override
            public void close() {
                close.run();
            }
        };
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void everyLineComesOnceThoughTheReaderLeavesTwoHundredTimes(Form form) {
        Random random = new Random(form.name().hashCode());
        String path = path(form.name().toLowerCase(Locale.ROOT), TALK);
        List<String> out = new ArrayList<>();
        List<String> err = new ArrayList<>();
        String cursor = null;
        boolean ended = false;
        for (int cut = 0; !ended; cut++) {
            // Behind the first line too, and at last to the end.
            int most = cut < CUTS ? 1 + random.nextInt(2 * (2 * LINES / CUTS) - 10) : Integer.MAX_VALUE;
            try (Reading log = open(form, new Followed(gateway, path, cursor))) {
                for (int read = 0; read < most; read++) {
                    JsonNode line = log.next();
                    if (line == null) {
                        ended = true;
                        assertThat(cut).isGreaterThan(CUTS * 3 / 4);
                        break;
                    }
                    String text = line.required("line").asString();
                    (line.required("stream").asString().equals("stdout") ? out : err)
                            .add(text.length() > 100 ? text.substring(0, text.indexOf(" x")) + text.length() : text);
                    cursor = line.required("cursor").asString();
                }
            }
        }
        assertThat(out).isEqualTo(expected("out"));
        assertThat(err).isEqualTo(expected("err"));
    }

    /** Docker tells of a line without an end only in pieces of 16 KiB. */
    @Test
    void aLineThatWasNotEndedWhenItsReaderLeftGoesOnWhereItWas() {
        String path = path(
                "unended",
                "echo before; head -c 40000 /dev/zero | tr '\\0' x; echo meanwhile >&2; sleep 2; echo end; echo after");
        StringBuilder text = new StringBuilder();
        String cursor = null;
        // Not followed: what there is of the line is told.
        do {
            for (JsonNode line : EventText.lines(gateway.get(
                            cursor == null ? path : path + "?since_cursor=" + cursor, "Accept", "application/x-ndjson")
                    .text())) {
                text.append(line.required("stream").asString().equals("stdout") ? "" : "err:")
                        .append(line.required("line").asString())
                        .append('\n');
                cursor = line.required("cursor").asString();
            }
        } while (text.indexOf("after") < 0);

        String told = text.toString().replace("err:meanwhile\n", "").replace("\n", "");
        assertThat(told).isEqualTo("before" + "x".repeat(40_000) + "endafter");
        assertThat(text.toString()).containsOnlyOnce("err:meanwhile");
    }

    private static List<String> expected(String stream) {
        return IntStream.range(0, LINES)
                .mapToObj(i -> {
                    String line = stream + " " + i;
                    return i % 250 == 100 ? line + (line.length() + 1 + 40_000) : line;
                })
                .toList();
    }

    private String path(String name, String script) {
        containers.run(name, script.replace("\\", "\\\\").replace("\n", "\\n").replace("'", "\\u0027"));
        return "/v1/containers/direct:%s/logs".formatted(containers.name(name));
    }
}
