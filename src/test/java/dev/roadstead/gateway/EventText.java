package dev.roadstead.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads server-sent events and lines of JSON as they come. */
final class EventText implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final BufferedReader reader;

    /** Longer than anything that a test waits for takes. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    EventText(InputStream body) {
        this.reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /** An event; empty texts for what it has not. */
    record Event(String id, String name, String data) {
        JsonNode json() {
            return JSON.readTree(data);
        }
    }

    /** The next event, comments left out; fails at the end. */
    Event next() {
        String id = "";
        String name = "";
        StringBuilder data = new StringBuilder();
        long begin = System.nanoTime();
        while (true) {
            // Comments come all the time.
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new IllegalStateException("no event within " + PATIENCE);
            }
            String line = line();
            if (line.isEmpty()) {
                if (!data.isEmpty() || !name.isEmpty()) {
                    return new Event(id, name, data.toString());
                }
            } else if (line.startsWith("id:")) {
                id = line.substring(3).strip();
            } else if (line.startsWith("event:")) {
                name = line.substring(6).strip();
            } else if (line.startsWith("data:")) {
                data.append(line.substring(5).strip());
            }
        }
    }

    /** All events up to one of this name, which comes last. */
    List<Event> until(String name) {
        List<Event> events = new ArrayList<>();
        do {
            events.add(next());
        } while (!events.getLast().name().equals(name));
        return events;
    }

    /** The next line as JSON. */
    JsonNode json() {
        return JSON.readTree(line());
    }

    /** The lines of a text as JSON. */
    static List<JsonNode> lines(String text) {
        return text.lines().map(JSON::readTree).toList();
    }

    /** The next line; fails at the end. */
    String line() {
        String line = lineOrEnd();
        if (line == null) {
            throw new IllegalStateException("the stream has ended");
        }
        return line;
    }

    /** The next line; null at the end. */
    @Nullable
    String lineOrEnd() {
        try {
            return reader.readLine();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
