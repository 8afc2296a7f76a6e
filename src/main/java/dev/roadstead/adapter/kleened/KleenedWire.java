package dev.roadstead.adapter.kleened;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** The daemon's JSON, as far as we read it (Kleened API 0.1.1). Any field may be absent. */
final class KleenedWire {
    private KleenedWire() {}

    /** Reads and writes it: names in snake case, unknown ones are passed over, nulls are written. */
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
        for (Class<?> type : KleenedWire.class.getDeclaredClasses()) {
            var _ = mapper.readerFor(type);
            var _ = mapper.readerForListOf(type);
        }
        var _ = mapper.readerFor(JsonNode.class);
        var _ = mapper.readerForListOf(String.class);
        var _ = mapper.readerForMapOf(Object.class);
        Map<String, Object> everyKindWritten = new LinkedHashMap<>();
        everyKindWritten.put("nothing", null);
        everyKindWritten.put("values", List.of("text", true, 1, 1L, 1.5));
        everyKindWritten.put("lists", List.of(List.of(), List.of("one"), new ArrayList<>(List.of("more"))));
        everyKindWritten.put("maps", List.of(Map.of(), Map.of("one", "1"), Map.of("one", "1", "two", "2")));
        var _ = mapper.writeValueAsBytes(everyKindWritten);
    }

    /** What was made or changed. */
    record Id(@Nullable String id) {}

    /** A container as lists and inspections have it; {@code imageName}, {@code imageTag} and {@code jid} in lists only. */
    record Container(
            @Nullable String id,
            @Nullable String name,
            @Nullable Boolean running,
            @Nullable String user,
            @Nullable List<String> cmd,
            @Nullable List<String> env,
            @Nullable List<String> jailParam,
            @Nullable Boolean persist,
            @Nullable String created,
            @Nullable String imageId,
            @Nullable String imageName,
            @Nullable String imageTag,
            @Nullable String networkDriver,
            @Nullable List<PublishedPort> publicPorts,
            @Nullable String restartPolicy,
            @Nullable String dataset,
            @Nullable Integer jid) {}

    /** {@code hostPort} and {@code containerPort} may be ranges: {@code 5000:5010} and {@code 6000:*}. */
    record PublishedPort(
            @Nullable List<String> interfaces,
            @Nullable String hostPort,
            @Nullable String containerPort,
            @Nullable String protocol,
            @Nullable String ipAddress) {}

    record ContainerInspection(
            @Nullable Container container,
            @Nullable List<Endpoint> containerEndpoints,
            @Nullable List<MountPoint> containerMountpoints) {}

    /** A container's place on a network. */
    record Endpoint(
            @Nullable String id,
            @Nullable String containerId,
            @Nullable String networkId,
            @Nullable String ipAddress,
            @JsonProperty("ip_address6") @Nullable String ipAddress6,
            @Nullable String epair) {}

    /** {@code type} is {@code volume} or {@code nullfs}. */
    record MountPoint(
            @Nullable String containerId,
            @Nullable String type,
            @Nullable String source,
            @Nullable String destination,
            @Nullable Boolean readOnly) {}

    /** {@code instructions} are pairs of a step and its snapshot. */
    record Image(
            @Nullable String id,
            @Nullable String name,
            @Nullable String tag,
            @Nullable String user,
            @Nullable List<String> cmd,
            @Nullable List<String> env,
            @Nullable List<List<String>> instructions,
            @Nullable String created,
            @Nullable String dataset) {}

    record Network(
            @Nullable String id,
            @Nullable String name,
            @Nullable String type,
            @Nullable String subnet,
            @JsonProperty("subnet6") @Nullable String subnet6,
            @Nullable String gateway,
            @JsonProperty("gateway6") @Nullable String gateway6,
            @JsonProperty("interface") @Nullable String interfaceName,
            @Nullable String nat,
            @Nullable Boolean icc,
            @Nullable Boolean internal) {}

    record NetworkInspection(
            @Nullable Network network, @Nullable List<Endpoint> networkEndpoints) {}

    record Volume(
            @Nullable String name,
            @Nullable String dataset,
            @Nullable String mountpoint,
            @Nullable String created) {}

    record VolumeInspection(
            @Nullable Volume volume, @Nullable List<MountPoint> mountpoints) {}

    /** A refusal: {@code message}, or {@code errors} where a request does not fit the schema. */
    record Refusal(@Nullable String message, @Nullable List<SchemaError> errors) {}

    record SchemaError(
            @Nullable String title,
            @Nullable Source source,
            @Nullable String detail) {}

    record Source(@Nullable String pointer) {}

    /** A control message of a socket: {@code starting}, {@code closing} or {@code error}. */
    record Control(
            @Nullable String msgType,
            @Nullable String message,
            @Nullable String data) {}
}
