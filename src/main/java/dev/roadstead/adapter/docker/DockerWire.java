package dev.roadstead.adapter.docker;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.json.JsonMapper;

/** The daemon's JSON, as far as we read it (Docker Engine API v1.40 to v1.55). Any field may be absent. */
final class DockerWire {
    private DockerWire() {}

    /** Reads and writes it: names begin with a capital, unknown ones are passed over. */
    static JsonMapper mapper() {
        JsonMapper mapper = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
                .build();
        prepare(mapper);
        return mapper;
    }

    /** Jackson learns each type under a lock when it first meets it: here, where threads may wait, not on event loops. */
    private static void prepare(JsonMapper mapper) {
        for (Class<?> type : DockerWire.class.getDeclaredClasses()) {
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

    /** Jackson does not ask; without it an answer is not what Docker documents. */
    private static void given(String field, @Nullable String value) {
        if (value == null) {
            throw new IllegalArgumentException(field + " is missing");
        }
    }

    record Version(
            @Nullable String version,
            @Nullable String apiVersion,
            @JsonProperty("MinAPIVersion") @Nullable String minApiVersion) {}

    /** When it is on the daemon's clock. */
    record HostTime(@Nullable String systemTime) {}

    /** Something that happened (SystemEvents). */
    record Event(
            @Nullable String type,
            @Nullable String action,
            @Nullable Actor actor,
            @JsonProperty("time") @Nullable Long time,
            @JsonProperty("timeNano") @Nullable Long timeNano) {}

    /** What it happened to. */
    record Actor(
            @JsonProperty("ID") @Nullable String id,
            @Nullable Map<String, @Nullable String> attributes) {}

    /** {@code pid}: on the daemon's host, where it is the number of its session as well. */
    record ExecState(
            @Nullable Boolean running,
            @Nullable Integer exitCode,
            @Nullable Long pid) {}

    record HostInfo(
            @Nullable String name,
            @Nullable String operatingSystem,
            @Nullable String architecture,
            @Nullable String kernelVersion,
            @JsonProperty("NCPU") @Nullable Integer cpus,
            @Nullable Long memTotal,
            @Nullable String driver,
            @Nullable Integer containers,
            @Nullable Integer containersRunning,
            @Nullable Integer containersPaused,
            @Nullable Integer containersStopped,
            @Nullable Integer images) {}

    record Listed(
            String id,
            @Nullable List<String> names,
            @Nullable String image,
            @JsonProperty("ImageID") @Nullable String imageId,
            @Nullable Long created,
            @Nullable List<ListedPort> ports,
            @Nullable Map<String, String> labels,
            @Nullable String state,
            @Nullable String status,
            @Nullable NetworkSettings networkSettings,
            @Nullable List<MountPoint> mounts) {
        Listed {
            given("Id", id);
        }
    }

    record ListedPort(
            @JsonProperty("IP") @Nullable String ip,
            @Nullable Integer privatePort,
            @Nullable Integer publicPort,
            @Nullable String type) {}

    record NetworkSettings(
            @Nullable Map<String, @Nullable Endpoint> networks,
            @Nullable Map<String, @Nullable List<PortBinding>> ports) {}

    record Endpoint(
            @JsonProperty("NetworkID") @Nullable String networkId,
            @JsonProperty("IPAddress") @Nullable String ipAddress,
            @JsonProperty("GlobalIPv6Address") @Nullable String ipv6Address,
            @Nullable String macAddress) {}

    record PortBinding(@Nullable String hostIp, @Nullable String hostPort) {}

    record MountPoint(
            @Nullable String type,
            @Nullable String name,
            @Nullable String source,
            @Nullable String destination,
            @JsonProperty("RW") @Nullable Boolean writable) {}

    record Inspected(
            String id,
            @Nullable String created,
            @Nullable State state,
            @Nullable String image,
            @Nullable String name,
            @Nullable HostConfig hostConfig,
            @Nullable List<MountPoint> mounts,
            @Nullable Config config,
            @Nullable NetworkSettings networkSettings) {
        Inspected {
            given("Id", id);
        }
    }

    record State(
            @Nullable String status,
            @Nullable Boolean running,
            @Nullable Integer exitCode,
            @Nullable String error,
            @Nullable String startedAt,
            @Nullable String finishedAt,
            @Nullable Health health) {}

    record Health(@Nullable String status) {}

    record HostConfig(
            @Nullable Map<String, @Nullable List<PortBinding>> portBindings,
            @Nullable RestartPolicy restartPolicy,
            @Nullable Long nanoCpus,
            @Nullable Long memory,
            @Nullable Long memorySwap,
            @Nullable Long pidsLimit,
            @Nullable Integer cpuShares,
            @Nullable List<RequestedMount> mounts) {}

    record RequestedMount(
            @Nullable String type,
            @Nullable String target,
            @Nullable Boolean readOnly) {}

    record RestartPolicy(@Nullable String name, @Nullable Integer maximumRetryCount) {}

    /** A container's and an image's configuration have one shape. */
    record Config(
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
            @Nullable Integer stopTimeout,
            @Nullable Healthcheck healthcheck) {
        static final Config EMPTY =
                new Config(null, null, null, null, null, null, null, null, null, null, null, null, null, null);
    }

    record Healthcheck(@Nullable List<String> test) {}

    record Id(@Nullable String id) {}

    record Waited(@Nullable Integer statusCode, @Nullable WaitError error) {}

    record WaitError(@Nullable String message) {}

    record Top(@Nullable List<String> titles, @Nullable List<List<String>> processes) {}

    record Change(@Nullable String path, @Nullable Integer kind) {}

    record PathStat(
            @JsonProperty("name") @Nullable String name,
            @JsonProperty("size") @Nullable Long size,
            @JsonProperty("mode") @Nullable Long mode,
            @JsonProperty("mtime") @Nullable String mtime,
            @JsonProperty("linkTarget") @Nullable String linkTarget) {}

    record ListedImage(
            String id,
            @Nullable List<String> repoTags,
            @Nullable List<String> repoDigests,
            @Nullable Long created,
            @Nullable Long size,
            @Nullable Long sharedSize,
            @Nullable Map<String, String> labels,
            @Nullable Integer containers) {
        ListedImage {
            given("Id", id);
        }
    }

    record InspectedImage(
            String id,
            @Nullable List<String> repoTags,
            @Nullable List<String> repoDigests,
            @Nullable String created,
            @Nullable Long size,
            @Nullable String os,
            @Nullable String architecture,
            @Nullable Config config) {
        InspectedImage {
            given("Id", id);
        }
    }

    record HistoryStep(
            @Nullable String id,
            @Nullable Long created,
            @Nullable String createdBy,
            @Nullable Long size,
            @Nullable List<String> tags,
            @Nullable String comment) {}

    record RemovedReference(
            @Nullable String untagged, @Nullable String deleted) {}

    record PullStep(
            @JsonProperty("id") @Nullable String id,
            @JsonProperty("status") @Nullable String status,
            @JsonProperty("progressDetail") @Nullable PullDetail progress,
            @JsonProperty("errorDetail") @Nullable PullError errorDetail,
            @JsonProperty("error") @Nullable String error) {}

    record LoadStep(
            @JsonProperty("stream") @Nullable String stream,
            @JsonProperty("errorDetail") @Nullable PullError errorDetail,
            @JsonProperty("error") @Nullable String error) {}

    /** One shape for all kinds: each answer has one of the lists. */
    record Pruned(
            @Nullable List<String> containersDeleted,
            @Nullable List<RemovedReference> imagesDeleted,
            @Nullable List<String> volumesDeleted,
            @Nullable Long spaceReclaimed) {}

    record PullDetail(
            @JsonProperty("current") @Nullable Long current,
            @JsonProperty("total") @Nullable Long total) {}

    record PullError(
            @JsonProperty("code") @Nullable Integer code,
            @JsonProperty("message") @Nullable String message) {}

    record Volumes(@Nullable List<Volume> volumes) {}

    record Volume(
            String name,
            @Nullable String driver,
            @Nullable Map<String, String> options,
            @Nullable Map<String, String> labels,
            @Nullable String mountpoint,
            @Nullable String createdAt,
            @Nullable VolumeUsage usageData) {
        Volume {
            given("Name", name);
        }
    }

    record VolumeUsage(@Nullable Long size, @Nullable Integer refCount) {}

    record Network(
            String id,
            String name,
            @Nullable String driver,
            @JsonProperty("IPAM") @Nullable Ipam ipam,
            @Nullable Boolean internal,
            @Nullable Map<String, String> labels,
            @Nullable String created,
            @Nullable Map<String, Object> containers) {
        Network {
            given("Id", id);
        }
    }

    record Ipam(@Nullable List<IpamConfig> config) {}

    record IpamConfig(@Nullable String subnet, @Nullable String gateway) {}

    /** Up to 1.52 the lists, from 1.52 on the sums. */
    record DiskUsage(
            @Nullable Long layersSize,
            @Nullable List<ListedImage> images,
            @Nullable List<UsedContainer> containers,
            @Nullable List<Volume> volumes,
            @Nullable List<CacheRecord> buildCache,
            @JsonAlias("ImagesUsage") @Nullable UsageSum imageUsage,
            @JsonAlias("ContainersUsage") @Nullable UsageSum containerUsage,
            @JsonAlias("VolumesUsage") @Nullable UsageSum volumeUsage,
            @Nullable UsageSum buildCacheUsage) {}

    record UsedContainer(@Nullable String state, @Nullable Long sizeRw) {}

    record CacheRecord(
            @Nullable Boolean inUse,
            @Nullable Boolean shared,
            @Nullable Long size) {}

    record UsageSum(
            @Nullable Integer activeCount,
            @Nullable Integer totalCount,
            @Nullable Long totalSize,
            @Nullable Long reclaimable) {}

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Stats(
            @Nullable String read,
            @Nullable CpuStats cpuStats,
            @Nullable CpuStats precpuStats,
            @Nullable MemoryStats memoryStats,
            @Nullable Map<String, InterfaceStats> networks,
            @Nullable BlockStats blkioStats,
            @Nullable PidStats pidsStats) {}

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record CpuStats(
            @Nullable CpuUsage cpuUsage,
            @Nullable Long systemCpuUsage,
            @Nullable Integer onlineCpus) {}

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record CpuUsage(@Nullable Long totalUsage, @Nullable List<Long> percpuUsage) {}

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record MemoryStats(
            @Nullable Long usage,
            @Nullable Long limit,
            @Nullable Map<String, Number> stats) {}

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record InterfaceStats(@Nullable Long rxBytes, @Nullable Long txBytes) {}

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record BlockStats(@Nullable List<BlockEntry> ioServiceBytesRecursive) {}

    record BlockEntry(
            @JsonProperty("op") @Nullable String op,
            @JsonProperty("value") @Nullable Long value) {}

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record PidStats(@Nullable Long current) {}
}
