package dev.roadstead.testing;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The document of our WebSockets, and frames held against it. */
public final class AsyncApi {
    /** Where it is checked in. */
    public static final Path FILE = Path.of("openapi/asyncapi.yaml");

    private static final AsyncApi CHECKED_IN = new AsyncApi();

    private final JsonNode document;
    private final Map<String, Schema> messages = new TreeMap<>();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    private AsyncApi() {
        try {
            document = YAMLMapper.shared().readTree(Files.readString(FILE));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        document.required("components").required("messages").properties().forEach(message -> {
            JsonNode payload = message.getValue().required("payload");
            if (payload.has("$ref")) {
                ObjectNode schema = YAMLMapper.shared().createObjectNode();
                schema.set("$ref", payload.required("$ref"));
                schema.set("components", document.required("components"));
                messages.put(message.getKey(), registry.getSchema(schema));
            }
        });
    }

    /** The one that is checked in. */
    public static AsyncApi checkedIn() {
        return CHECKED_IN;
    }

    /** All of it. */
    public JsonNode document() {
        return document;
    }

    /** A schema of the document, as it stands there. */
    public JsonNode schema(String name) {
        return document.required("components").required("schemas").required(name);
    }

    /** Names of messages that were seen in this run of the tests. */
    public Set<String> seen() {
        return Set.copyOf(seen);
    }

    /** Notes a message that is no JSON. */
    public void sawBinary(boolean fromGateway) {
        seen.add(fromGateway ? "binaryFromGateway" : "binaryFromClient");
    }

    /** Notes a frame; what is wrong with it, none if it is as the document says. */
    public List<String> check(JsonNode frame) {
        String type = frame.path("type").asString("");
        Schema schema = messages.get(type);
        if (schema == null) {
            return List.of("no message %s in the document".formatted(type));
        }
        List<String> wrong =
                schema.validate(frame).stream().map(Error::toString).toList();
        if (wrong.isEmpty()) {
            seen.add(type);
        }
        return wrong;
    }
}
