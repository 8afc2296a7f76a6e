package dev.roadstead.adapter.docker;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.roadstead.adapter.daemon.DaemonWire;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.json.JsonMapper;

/** The daemon's JSON, as far as we read it (Docker Engine API v1.40 to v1.55). Any field may be absent. */
final class DockerWire {
    private DockerWire() {}

    /** Reads and writes it. */
    static JsonMapper mapper() {
        return DaemonWire.mapper(DockerWire.class);
    }

    record Version(
            @Nullable String version,
            @Nullable String apiVersion,
            @JsonProperty("MinAPIVersion") @Nullable String minApiVersion) {}

    /** When it is on the daemon's clock. */
    record HostTime(@Nullable String systemTime) {}

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
            DaemonWire.@Nullable NetworkSettings networkSettings,
            @Nullable List<DaemonWire.MountPoint> mounts) {
        Listed {
            DaemonWire.given("Id", id);
        }
    }

    record ListedPort(
            @JsonProperty("IP") @Nullable String ip,
            @Nullable Integer privatePort,
            @Nullable Integer publicPort,
            @Nullable String type) {}

    record Waited(@Nullable Integer statusCode, @Nullable WaitError error) {}

    record WaitError(@Nullable String message) {}

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

    record Volumes(@Nullable List<DaemonWire.Volume> volumes) {}

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
            DaemonWire.given("Id", id);
        }
    }

    record Ipam(@Nullable List<IpamConfig> config) {}

    record IpamConfig(@Nullable String subnet, @Nullable String gateway) {}

    /** Up to 1.52 the lists, from 1.52 on the sums. */
    record DiskUsage(
            @Nullable Long layersSize,
            @Nullable List<DaemonWire.ListedImage> images,
            @Nullable List<UsedContainer> containers,
            @Nullable List<DaemonWire.Volume> volumes,
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
