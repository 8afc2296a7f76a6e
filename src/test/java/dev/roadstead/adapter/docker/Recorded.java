package dev.roadstead.adapter.docker;

import dev.roadstead.adapter.daemon.DaemonWire;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;

/** Answers of a real Docker 20.10 (API 1.41), as they came. */
final class Recorded {
    private static final JsonMapper JSON = DockerWire.mapper();

    private Recorded() {}

    static <T> T read(String name, Class<T> type) {
        return JSON.readValue(bytes(name), type);
    }

    static <T> List<T> list(String name, Class<T> type) {
        return JSON.readValue(bytes(name), JSON.getTypeFactory().constructCollectionType(List.class, type));
    }

    static DaemonWire.Config imageConfig() {
        return Objects.requireNonNull(
                read("image", DaemonWire.InspectedImage.class).config());
    }

    /** A recorded stream. */
    static List<String> lines(String file) {
        return new String(file(file), StandardCharsets.UTF_8).lines().toList();
    }

    private static byte[] bytes(String name) {
        return file(name + ".json");
    }

    private static byte[] file(String name) {
        try (InputStream in = Recorded.class.getResourceAsStream("/docker/20.10/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
