package dev.roadstead.lab;

import dev.roadstead.transport.EngineHttpClient;
import dev.roadstead.transport.EngineReply;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.TransportSettings;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An LXD asked as its operator would ask it. */
public record LxdDaemon(URI uri) {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** The lab's. */
    public static LxdDaemon ofLab() {
        return new LxdDaemon(Lab.lxd());
    }

    /** Asks with a JSON body; {@code '} stands for a double quote. */
    public JsonNode call(String method, String target, String json) {
        return call(
                EngineRequest.of(method, target).json(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }

    /** What it answers; an operation that this began has succeeded then. */
    public JsonNode call(EngineRequest request) {
        EngineHttpClient client =
                new EngineHttpClient(new TransportSettings("lxd", uri, SOON, SOON, SOON, 1, null, null));
        try {
            JsonNode answer = answer(client, request);
            return answer.path("type").asString("").equals("async")
                            && !answer.at("/metadata/class").asString().equals("token")
                    ? ended(client, answer)
                    : answer;
        } finally {
            client.close().block(SOON);
        }
    }

    private static JsonNode ended(EngineHttpClient client, JsonNode begun) {
        String operation = begun.required("operation").asString();
        JsonNode ended = answer(client, EngineRequest.get(operation + "/wait?timeout=" + SOON.toSeconds()));
        if (ended.at("/metadata/status_code").asInt() != 200) {
            throw new IllegalStateException(ended.toString());
        }
        return ended;
    }

    private static JsonNode answer(EngineHttpClient client, EngineRequest request) {
        EngineReply reply = client.request(request).blockOptional(SOON).orElseThrow();
        if (reply.status() >= 400) {
            throw new IllegalStateException(reply.text());
        }
        return JSON.readTree(reply.text());
    }
}
