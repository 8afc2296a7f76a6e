package dev.roadstead.api.socket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.roadstead.api.container.LogLine;
import dev.roadstead.api.container.StatsView;
import dev.roadstead.api.document.AsyncApiController;
import dev.roadstead.api.event.EventSocketController.EventBody;
import dev.roadstead.api.event.EventView;
import dev.roadstead.api.operation.OperationView;
import dev.roadstead.api.problem.Problem;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.testing.AsyncApi;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The document of the WebSockets says what the code does: the same sockets, the same frames, the same fields. */
class AsyncApiDocumentTest {
    private static final AsyncApi DOCUMENT = AsyncApi.checkedIn();

    /** What each frame of ours is made of, beside its type. */
    private static final Map<String, Class<? extends Record>> BODIES = Map.ofEntries(
            Map.entry("StartedFrame", ServerFrame.Started.class),
            Map.entry("ExitFrame", ServerFrame.Exit.class),
            Map.entry("ErrorFrame", ServerFrame.Failure.class),
            Map.entry("LogFrame", LogLine.class),
            Map.entry("StatsFrame", StatsView.class),
            Map.entry("CpuStats", StatsView.Cpu.class),
            Map.entry("MemoryStats", StatsView.Memory.class),
            Map.entry("NetworkStats", StatsView.Network.class),
            Map.entry("BlockStats", StatsView.Block.class),
            Map.entry("EventFrame", EventBody.class),
            Map.entry("Event", EventView.class),
            Map.entry("OperationFrame", OperationView.class),
            Map.entry("OperationError", OperationView.OperationError.class),
            Map.entry("Problem", Problem.class));

    @Test
    void everyRecordHasTheFieldsOfItsSchemaAndNoOther() {
        BODIES.forEach((name, body) -> {
            JsonNode schema = DOCUMENT.schema(name);
            Map<String, Boolean> fields = new TreeMap<>();
            if (name.endsWith("Frame")) {
                fields.put("type", false);
            }
            for (RecordComponent component : body.getRecordComponents()) {
                fields.put(field(component), component.getAnnotatedType().isAnnotationPresent(Nullable.class));
            }
            Map<String, Boolean> told = new TreeMap<>();
            schema.required("properties")
                    .properties()
                    .forEach(property -> told.put(property.getKey(), mayBeNull(property.getValue())));
            assertThat(told).as(name).isEqualTo(fields);
            assertThat(texts(schema.required("required")))
                    .as(name)
                    .containsExactlyInAnyOrderElementsOf(fields.keySet());
        });
    }

    /** A frame that the document does not know cannot be added unnoticed. */
    @Test
    void everyKindOfFrameOfTheGatewayIsInTheDocument() {
        Set<Class<?>> known = new HashSet<>(BODIES.values());
        known.addAll(Set.of(ServerFrame.Output.class, ServerFrame.Control.class, ServerFrame.Item.class));
        assertThat(known)
                .contains(ServerFrame.class.getPermittedSubclasses())
                .contains(ServerFrame.Control.class.getPermittedSubclasses());
        for (OutputStreamName stream : OutputStreamName.values()) {
            assertThat(messages().has(stream.word())).isTrue();
        }
    }

    @Test
    void everyFrameOfAClientIsReadAsTheDocumentShowsIt() {
        JsonFrames frames = new JsonFrames(JsonMapper.shared());
        Set<Class<?>> read = new HashSet<>();
        for (String name : List.of("stdin", "resize", "signal", "eof", "close")) {
            for (JsonNode example : messages().required(name).required("examples")) {
                JsonNode payload = example.required("payload");
                assertThat(DOCUMENT.check(payload)).isEmpty();
                read.add(frames.read(payload.toString().getBytes(StandardCharsets.UTF_8))
                        .getClass());
            }
        }
        assertThat(read).containsExactlyInAnyOrder(ClientFrame.class.getPermittedSubclasses());
    }

    @Test
    void everyExampleIsAsItsSchemaSays() {
        messages().properties().forEach(message -> {
            for (JsonNode example : message.getValue().path("examples")) {
                assertThat(DOCUMENT.check(example.required("payload")))
                        .as(message.getKey())
                        .isEmpty();
            }
        });
    }

    @Test
    void noFrameMayHaveWhatTheDocumentDoesNotTell() {
        schemas().properties().forEach(schema -> {
            if (schema.getValue().path("type").asString("").equals("object")) {
                assertThat(schema.getValue().path("additionalProperties").isBoolean())
                        .as(schema.getKey())
                        .isTrue();
                assertThat(schema.getValue().path("additionalProperties").asBoolean())
                        .as(schema.getKey())
                        .isFalse();
            }
        });
    }

    @Test
    void everySocketIsAChannelWithItsParameters() throws Exception {
        Map<String, Set<String>> told = new TreeMap<>();
        DOCUMENT.document().required("channels").properties().forEach(channel -> {
            JsonNode query = resolved(channel.getValue().at("/bindings/ws/query"));
            Set<String> names = new TreeSet<>(query.required("properties").propertyNames());
            assertThat(names.remove("ticket")).as(channel.getKey()).isTrue();
            told.put(channel.getValue().required("address").asString(), names);
        });
        JsonNode http = YAMLMapper.shared().readTree(Files.readString(AsyncApi.FILE.resolveSibling("openapi.yaml")));
        Map<String, Set<String>> offered = new TreeMap<>();
        http.required("paths").properties().forEach(path -> {
            if (path.getKey().startsWith("/v1/ws/")) {
                Set<String> names = new TreeSet<>();
                for (JsonNode parameter : path.getValue().at("/get/parameters")) {
                    if (parameter.required("in").asString().equals("query")) {
                        names.add(parameter.required("name").asString());
                    }
                }
                offered.put(path.getKey(), names);
            }
        });
        assertThat(told).isEqualTo(offered).hasSize(7);
        assertThat(DOCUMENT.document().at("/info/version")).isEqualTo(http.at("/info/version"));
    }

    @Test
    void everyChannelIsHeardAndToldAndEveryReferenceLeadsSomewhere() {
        JsonNode document = DOCUMENT.document();
        assertThat(document.required("asyncapi").asString()).startsWith("3.");
        Map<String, Set<String>> used = new TreeMap<>();
        document.required("operations").properties().forEach(operation -> {
            String channel = operation.getValue().at("/channel/$ref").asString();
            assertThat(operation.getValue().required("action").asString()).isIn("send", "receive");
            for (JsonNode message : operation.getValue().required("messages")) {
                assertThat(message.required("$ref").asString()).startsWith(channel + "/messages/");
                used.computeIfAbsent(channel, _ -> new TreeSet<>())
                        .add(message.required("$ref").asString().substring(channel.length() + "/messages/".length()));
            }
        });
        Map<String, Set<String>> offered = new TreeMap<>();
        Set<String> reached = new TreeSet<>();
        document.required("channels").properties().forEach(channel -> {
            Set<String> names =
                    new TreeSet<>(channel.getValue().required("messages").propertyNames());
            offered.put("#/channels/" + channel.getKey(), names);
            reached.addAll(names);
        });
        assertThat(used).isEqualTo(offered);
        assertThat(reached).containsExactlyInAnyOrderElementsOf(messages().propertyNames());
        assertThat(references(document))
                .allSatisfy(reference -> assertThat(resolve(reference).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    @Test
    void theDocumentIsServedAsItIsCheckedIn() throws IOException {
        byte[] packed =
                AsyncApiController.class.getResourceAsStream("asyncapi.yaml").readAllBytes();

        assertThat(new String(packed, StandardCharsets.UTF_8)).isEqualTo(Files.readString(AsyncApi.FILE));
    }

    private static JsonNode messages() {
        return DOCUMENT.document().at("/components/messages");
    }

    private static JsonNode schemas() {
        return DOCUMENT.document().at("/components/schemas");
    }

    private static String field(RecordComponent component) {
        JsonProperty named = component.getAccessor().getAnnotation(JsonProperty.class);
        return named != null
                ? named.value()
                : component.getName().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }

    private static boolean mayBeNull(JsonNode property) {
        return texts(property.path("type")).contains("null")
                || property.path("oneOf").valueStream().anyMatch(AsyncApiDocumentTest::isNull);
    }

    private static boolean isNull(JsonNode schema) {
        return schema.path("type").asString("").equals("null");
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asString).collect(Collectors.toList());
    }

    private static JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? resolve(node.required("$ref").asString()) : node;
    }

    /** One step may lead to a reference again, as from an operation by its channel to a message. */
    private static JsonNode resolve(String reference) {
        JsonNode node = DOCUMENT.document();
        for (String step : reference.substring("#/".length()).split("/", -1)) {
            node = resolved(node).path(step);
        }
        return node;
    }

    private static List<String> references(JsonNode node) {
        List<String> found = new ArrayList<>();
        if (node.has("$ref")) {
            found.add(node.required("$ref").asString());
        }
        node.valueStream().forEach(child -> found.addAll(references(child)));
        return found;
    }
}
