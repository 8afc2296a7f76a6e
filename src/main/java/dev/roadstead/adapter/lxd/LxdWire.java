package dev.roadstead.adapter.lxd;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** The daemon's JSON, as far as we read it (LXD REST API 1.0, LXD 4 to 6, Incus 6). Any field may be absent. */
final class LxdWire {
    private LxdWire() {}

    /** Reads and writes it: names in snake case, unknown ones are passed over. */
    static JsonMapper mapper() {
        JsonMapper mapper = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
        prepare(mapper);
        return mapper;
    }

    /** Jackson learns each type under a lock when it first meets it: here, where threads may wait, not on event loops. */
    private static void prepare(JsonMapper mapper) {
        for (Class<?> type : LxdWire.class.getDeclaredClasses()) {
            var _ = mapper.readerFor(type);
            var _ = mapper.readerForListOf(type);
        }
        LxdStoreWire.prepare(mapper);
        var _ = mapper.readerFor(JsonNode.class);
        var _ = mapper.readerForListOf(String.class);
        var _ = mapper.readerForMapOf(Object.class);
        Map<String, Object> everyKindWritten = new LinkedHashMap<>();
        everyKindWritten.put("values", List.of("text", true, 1, 1L));
        everyKindWritten.put("lists", List.of(List.of(), List.of("one"), new ArrayList<>(List.of("more"))));
        everyKindWritten.put("maps", List.of(Map.of(), Map.of("one", "1"), Map.of("one", "1", "two", "2")));
        var _ = mapper.writeValueAsBytes(everyKindWritten);
    }

    /** Around every answer; {@code type} is {@code sync}, {@code async} or {@code error}. */
    record Envelope(
            @Nullable String type,
            @Nullable String operation,
            @Nullable Integer errorCode,
            @Nullable String error,
            @Nullable JsonNode metadata) {}

    /** What {@code GET /1.0} tells; {@code auth} is {@code trusted} or {@code untrusted}. */
    record Server(
            @Nullable List<String> apiExtensions,
            @Nullable String apiVersion,
            @Nullable String auth,
            @Nullable List<String> authMethods,
            @Nullable Map<String, Object> config,
            @Nullable Environment environment) {}

    record Environment(
            @Nullable String server,
            @Nullable String serverName,
            @Nullable String serverVersion,
            @Nullable String osName,
            @Nullable String osVersion,
            @Nullable String kernel,
            @Nullable String kernelVersion,
            @Nullable String kernelArchitecture,
            @Nullable String storage,
            @Nullable Boolean serverClustered) {}

    /** Work that goes on after its call was answered. Finished ones are forgotten after five seconds. */
    record Operation(
            @Nullable String id,
            @JsonAlias("class") @Nullable String kind,
            @Nullable Integer statusCode,
            @Nullable Map<String, Object> metadata,
            @Nullable Map<String, List<String>> resources,
            @Nullable Boolean mayCancel,
            @Nullable String err,
            @Nullable String createdAt) {
        static final int SUCCESS = 200;
        static final int FAILURE = 400;
        static final int CANCELLED = 401;

        boolean hasEnded() {
            return statusCode != null && statusCode >= SUCCESS;
        }

        boolean hasSucceeded() {
            return statusCode != null && statusCode == SUCCESS;
        }

        boolean wasCancelled() {
            return statusCode != null && statusCode == CANCELLED;
        }

        /** A fact that the operation tells, as text; null if it does not. */
        @Nullable
        String told(String key) {
            Object value = metadata == null ? null : metadata.get(key);
            return value == null ? null : value.toString();
        }
    }

    /** An instance (InstanceFull's first part). Of {@code expanded_*} its profiles are part. */
    record Instance(
            @Nullable String name,
            @Nullable String project,
            @Nullable String type,
            @Nullable String status,
            @Nullable Integer statusCode,
            @Nullable String architecture,
            @Nullable String createdAt,
            @Nullable String lastUsedAt,
            @Nullable Boolean ephemeral,
            @Nullable Map<String, String> config,
            @Nullable Map<String, Map<String, String>> devices,
            @Nullable Map<String, String> expandedConfig,
            @Nullable Map<String, Map<String, String>> expandedDevices) {}

    /** What an instance does and uses now (InstanceState). */
    record State(
            @Nullable String status,
            @Nullable Integer statusCode,
            @Nullable Cpu cpu,
            @Nullable Memory memory,
            @Nullable Map<String, Interface> network,
            @Nullable Long processes) {}

    /** {@code usage}: nanoseconds since the start. */
    record Cpu(@Nullable Long usage) {}

    /** Bytes; {@code total} is the limit, told by newer versions only. */
    record Memory(@Nullable Long usage, @Nullable Long total) {}

    record Interface(
            @Nullable List<Address> addresses,
            @Nullable Counters counters,
            @Nullable String hwaddr,
            @Nullable String type) {}

    /** {@code family}: inet or inet6; {@code scope}: global, link or local. */
    record Address(
            @Nullable String family,
            @Nullable String address,
            @Nullable String scope) {}

    record Counters(@Nullable Long bytesReceived, @Nullable Long bytesSent) {}

    /** Something that happened (the events WebSocket); {@code metadata} depends on {@code type}. */
    record Event(
            @Nullable String type,
            @Nullable String timestamp,
            @Nullable String project,
            @Nullable JsonNode metadata) {}

    /** What a lifecycle event tells; {@code source} is a URL with the project in its query. */
    record Lifecycle(
            @Nullable String action,
            @Nullable String source,
            @Nullable Map<String, Object> context,
            @Nullable Map<String, Object> requestor) {}

    /** The operations that are under way. */
    record Operations(@Nullable List<Underway> running) {}

    record Underway(@Nullable String description, @Nullable Map<String, List<String>> resources) {
        /** Whether somebody uses the console of the instance with this name. */
        boolean isConsoleOf(String name) {
            List<String> instances = resources == null ? null : resources.get("instances");
            return "Showing console".equals(description)
                    && instances != null
                    && instances.stream()
                            .map(path -> path.replaceFirst("\\?.*", ""))
                            .anyMatch(path -> path.endsWith("/instances/" + name));
        }
    }
}
