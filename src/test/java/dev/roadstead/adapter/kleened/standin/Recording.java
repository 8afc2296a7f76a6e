package dev.roadstead.adapter.kleened.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What a client and the real daemon said to each other, exchange by exchange. */
record Recording(String name, List<JsonNode> exchanges) {
    private static final Path DIRECTORY = Path.of("src/test/resources/kleened/transcripts");

    static List<String> names() {
        try (var files = Files.list(DIRECTORY)) {
            return files.map(file -> file.getFileName().toString().replace(".json", ""))
                    .sorted()
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static Recording of(String name) {
        JsonNode file =
                JsonText.MAPPER.readTree(DIRECTORY.resolve(name + ".json").toFile());
        List<JsonNode> exchanges = new ArrayList<>();
        file.path("exchanges").forEach(exchanges::add);
        return new Recording(name, exchanges);
    }

    /** The bytes of a body or frame. */
    static byte[] bytes(JsonNode data, String encoding) {
        if (encoding.equals("base64")) {
            return Base64.getDecoder().decode(data.asString());
        }
        return data.isString() ? data.asString().getBytes(StandardCharsets.UTF_8) : new byte[0];
    }

    /** The whole answer of an exchange about one thing. */
    JsonNode answer(int exchange) {
        JsonNode answer = JsonText.parse(
                exchanges.get(exchange).path("response").path("body").asString().getBytes(StandardCharsets.UTF_8));
        if (answer == null) {
            throw new IllegalArgumentException("no JSON: %s %d".formatted(name, exchange));
        }
        return answer;
    }
}
