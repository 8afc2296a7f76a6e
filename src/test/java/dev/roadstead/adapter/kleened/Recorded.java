package dev.roadstead.adapter.kleened;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Answers of the real daemon (Kleened 0.1.1), as they came. */
final class Recorded {
    private static final JsonMapper JSON = KleenedWire.mapper();

    private Recorded() {}

    static KleenedWire.ContainerInspection container(String recording, String exchange) {
        return JSON.readValue(body(recording, exchange), KleenedWire.ContainerInspection.class);
    }

    static KleenedWire.Image image(String recording, String exchange) {
        return JSON.readValue(body(recording, exchange), KleenedWire.Image.class);
    }

    static KleenedWire.NetworkInspection network(String recording, String exchange) {
        return JSON.readValue(body(recording, exchange), KleenedWire.NetworkInspection.class);
    }

    static KleenedWire.VolumeInspection volume(String recording, String exchange) {
        return JSON.readValue(body(recording, exchange), KleenedWire.VolumeInspection.class);
    }

    static <T> List<T> list(String recording, String exchange, Class<T> type) {
        return JSON.readerForListOf(type).readValue(body(recording, exchange));
    }

    private static String body(String recording, String name) {
        for (JsonNode exchange : recording(recording).required("exchanges")) {
            if (exchange.required("name").asString().equals(name)) {
                return exchange.required("response").required("body").asString();
            }
        }
        throw new IllegalArgumentException("%s has no exchange %s".formatted(recording, name));
    }

    private static JsonNode recording(String name) {
        try (InputStream in = Recorded.class.getResourceAsStream("/kleened/transcripts/%s.json".formatted(name))) {
            return JSON.readTree(Objects.requireNonNull(in, name));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
