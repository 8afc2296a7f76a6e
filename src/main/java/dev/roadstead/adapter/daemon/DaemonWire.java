package dev.roadstead.adapter.daemon;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** JSON that several daemons write alike (Docker Engine API v1.40 to v1.55, libpod API 4 and 5). Any field may be absent. */
public final class DaemonWire {
    private DaemonWire() {}

    /**
     * Reads and writes it: names begin with a capital, unknown ones are passed over.
     *
     * @param more whose nested types are read as well
     */
    public static JsonMapper mapper(Class<?> more) {
        JsonMapper mapper = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
                .build();
        prepare(mapper, DaemonWire.class);
        prepare(mapper, more);
        return mapper;
    }

    /** Jackson learns each type under a lock when it first meets it: here, where threads may wait, not on event loops. */
    private static void prepare(JsonMapper mapper, Class<?> wires) {
        for (Class<?> type : wires.getDeclaredClasses()) {
            var _ = mapper.readerFor(type);
            var _ = mapper.readerForListOf(type);
        }
        var _ = mapper.readerFor(JsonNode.class);
        var _ = mapper.readerForMapOf(Object.class);
        Map<String, Object> everyKindWritten = new LinkedHashMap<>();
        everyKindWritten.put("values", List.of("text", true, 1, 1L));
        everyKindWritten.put("lists", List.of(List.of(), List.of("one"), new ArrayList<>(List.of("more"))));
        everyKindWritten.put("maps", List.of(Map.of(), Map.of("one", "1"), Map.of("one", "1", "two", "2")));
        var _ = mapper.writeValueAsBytes(everyKindWritten);
    }

    /** Jackson does not ask; without it an answer is not what its API documents. */
    public static void given(String field, @Nullable String value) {
        if (value == null) {
            throw new IllegalArgumentException(field + " is missing");
        }
    }

    /** Something that happened (SystemEvents). */
    public record Event(
            @Nullable String type,
            @Nullable String action,
            @Nullable Actor actor,
            @JsonProperty("time") @Nullable Long time,
            @JsonProperty("timeNano") @Nullable Long timeNano) {}

    /** What it happened to. */
    public record Actor(
            @JsonProperty("ID") @Nullable String id,
            @Nullable Map<String, @Nullable String> attributes) {}

    /** {@code pid}: on the daemon's host, where it is the number of its session as well. */
    public record ExecState(
            @Nullable Boolean running,
            @Nullable Integer exitCode,
            @Nullable Long pid,
            @Nullable Boolean canRemove) {}

    public record NetworkSettings(
            @Nullable Map<String, @Nullable Endpoint> networks,
            @Nullable Map<String, @Nullable List<PortBinding>> ports) {}

    public record Endpoint(
            @JsonProperty("NetworkID") @Nullable String networkId,
            @JsonProperty("IPAddress") @Nullable String ipAddress,
            @JsonProperty("GlobalIPv6Address") @Nullable String ipv6Address,
            @Nullable String macAddress) {}

    public record PortBinding(
            @Nullable String hostIp, @Nullable String hostPort) {}

    public record MountPoint(
            @Nullable String type,
            @Nullable String name,
            @Nullable String source,
            @Nullable String destination,
            @JsonProperty("RW") @Nullable Boolean writable) {}

    public record Inspected(
            String id,
            @Nullable String created,
            @Nullable State state,
            @Nullable String image,
            @Nullable String name,
            @Nullable String path,
            @Nullable List<String> args,
            @Nullable Boolean isInfra,
            @Nullable String pod,
            @Nullable HostConfig hostConfig,
            @Nullable List<MountPoint> mounts,
            @Nullable Config config,
            @Nullable NetworkSettings networkSettings) {
        public Inspected {
            given("Id", id);
        }
    }

    public record State(
            @Nullable String status,
            @Nullable Boolean running,
            @Nullable Integer exitCode,
            @Nullable String error,
            @Nullable String startedAt,
            @Nullable String finishedAt,
            @Nullable Health health) {}

    public record Health(@Nullable String status) {}

    public record HostConfig(
            @Nullable Map<String, @Nullable List<PortBinding>> portBindings,
            @Nullable RestartPolicy restartPolicy,
            @Nullable Long nanoCpus,
            @Nullable Long memory,
            @Nullable Long memorySwap,
            @Nullable Long pidsLimit,
            @Nullable Integer cpuShares,
            @Nullable List<RequestedMount> mounts,
            @Nullable Map<String, String> tmpfs) {}

    public record RequestedMount(
            @Nullable String type,
            @Nullable String target,
            @Nullable Boolean readOnly) {}

    public record RestartPolicy(
            @Nullable String name, @Nullable Integer maximumRetryCount) {}

    /** A container's and an image's configuration have one shape. */
    public record Config(
            @Nullable String hostname,
            @Nullable String user,
            @Nullable Boolean tty,
            @Nullable Boolean openStdin,
            @Nullable Boolean stdinOnce,
            @Nullable List<String> env,
            @Nullable List<String> cmd,
            @Nullable List<String> entrypoint,
            @Nullable String image,
            @Nullable String workingDir,
            @Nullable Map<String, String> labels,
            @Nullable Map<String, Object> exposedPorts,
            @Nullable BigInteger stopTimeout,
            @Nullable Healthcheck healthcheck) {
        public static final Config EMPTY =
                new Config(null, null, null, null, null, null, null, null, null, null, null, null, null, null);
    }

    public record Healthcheck(@Nullable List<String> test) {}

    public record Id(@Nullable String id) {}

    public record Top(
            @Nullable List<String> titles, @Nullable List<List<String>> processes) {}

    public record Change(@Nullable String path, @Nullable Integer kind) {}

    public record PathStat(
            @JsonProperty("name") @Nullable String name,
            @JsonProperty("size") @Nullable Long size,
            @JsonProperty("mode") @Nullable Long mode,
            @JsonProperty("mtime") @Nullable String mtime,
            @JsonProperty("linkTarget") @Nullable String linkTarget) {}

    public record ListedImage(
            String id,
            @Nullable List<String> repoTags,
            @Nullable List<String> repoDigests,
            @Nullable Long created,
            @Nullable Long size,
            @Nullable Long sharedSize,
            @Nullable Map<String, String> labels,
            @Nullable Integer containers) {
        public ListedImage {
            given("Id", id);
        }
    }

    public record InspectedImage(
            String id,
            @Nullable List<String> repoTags,
            @Nullable List<String> repoDigests,
            @Nullable String created,
            @Nullable Long size,
            @Nullable String os,
            @Nullable String architecture,
            @Nullable Config config) {
        public InspectedImage {
            given("Id", id);
        }
    }

    public record HistoryStep(
            @Nullable String id,
            @Nullable Long created,
            @Nullable String createdBy,
            @Nullable Long size,
            @Nullable List<String> tags,
            @Nullable String comment) {}

    public record Volume(
            String name,
            @Nullable String driver,
            @Nullable Map<String, String> options,
            @Nullable Map<String, String> labels,
            @Nullable String mountpoint,
            @Nullable String createdAt,
            @Nullable VolumeUsage usageData) {
        public Volume {
            given("Name", name);
        }
    }

    public record VolumeUsage(@Nullable Long size, @Nullable Integer refCount) {}
}
