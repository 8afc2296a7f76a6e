package dev.roadstead.adapter.podman;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.roadstead.adapter.daemon.DaemonWire;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.json.JsonMapper;

/** The service's JSON, as far as we read it and Docker does not write it alike (libpod API 4.0 to 5.8). Any field may be absent. */
final class PodmanWire {
    private PodmanWire() {}

    /** Reads and writes it. */
    static JsonMapper mapper() {
        return DaemonWire.mapper(PodmanWire.class);
    }

    record Listed(
            String id,
            @Nullable List<String> names,
            @Nullable String image,
            @JsonProperty("ImageID") @Nullable String imageId,
            @Nullable String created,
            @Nullable List<ListedPort> ports,
            @Nullable Map<String, String> labels,
            @Nullable String state,
            @Nullable Boolean exited,
            @Nullable Integer exitCode,
            @Nullable Long startedAt,
            @Nullable Long exitedAt,
            @Nullable Boolean isInfra,
            @Nullable List<String> networks,
            @Nullable List<String> mounts) {
        Listed {
            DaemonWire.given("Id", id);
        }
    }

    /** {@code range}: so many ports from these on. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record ListedPort(
            @Nullable String hostIp,
            @Nullable Integer containerPort,
            @Nullable Integer hostPort,
            @Nullable Integer range,
            @Nullable String protocol) {}

    /** What became of one of several: {@code Err} is null if it went well. */
    record Report(
            @JsonProperty("Id") @Nullable String id,
            @JsonProperty("Name") @Nullable String name,
            @JsonProperty("Err") @Nullable JsonNode err,
            @JsonProperty("Error") @Nullable JsonNode error,
            @JsonProperty("Size") @Nullable Long size) {}

    record RemovedImages(
            @Nullable List<String> untagged,
            @Nullable List<String> deleted,
            @Nullable List<String> errors) {}

    record PullStep(
            @JsonProperty("stream") @Nullable String stream,
            @JsonProperty("error") @Nullable String error,
            @JsonProperty("images") @Nullable List<String> images,
            @JsonProperty("id") @Nullable String id,
            @JsonProperty("status") @Nullable String status) {}

    record Loaded(@Nullable List<String> names) {}

    record Sample(@Nullable JsonNode error, @Nullable List<Stats> stats) {}

    /** {@code NetInput} and {@code NetOutput} up to 4.x, {@code Network} by interface from 5.0 on. */
    record Stats(
            @JsonProperty("PerCPU") @Nullable List<Long> perCpu,
            @JsonProperty("CPUNano") @Nullable Long cpuNano,
            @Nullable Long systemNano,
            @Nullable Long memUsage,
            @Nullable Long memLimit,
            @Nullable Long netInput,
            @Nullable Long netOutput,
            @Nullable Map<String, InterfaceStats> network,
            @Nullable Long blockInput,
            @Nullable Long blockOutput,
            @JsonProperty("PIDs") @Nullable Long pids) {}

    record InterfaceStats(@Nullable Long rxBytes, @Nullable Long txBytes) {}

    @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
    record HostInfo(@Nullable Host host, @Nullable Store store) {}

    @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
    record Host(
            @Nullable String arch,
            @Nullable Integer cpus,
            @Nullable Distribution distribution,
            @Nullable String hostname,
            @Nullable String kernel,
            @Nullable Long memTotal,
            @Nullable String os) {}

    @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
    record Distribution(
            @Nullable String distribution, @Nullable String version) {}

    @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
    record Store(
            @Nullable Counts containerStore,
            @Nullable String graphDriverName,
            @Nullable ImageCount imageStore) {}

    @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
    record Counts(
            @Nullable Integer number,
            @Nullable Integer paused,
            @Nullable Integer running,
            @Nullable Integer stopped) {}

    @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
    record ImageCount(@Nullable Integer number) {}

    record DiskUsage(
            @Nullable List<UsedImage> images,
            @Nullable List<UsedContainer> containers,
            @Nullable List<UsedVolume> volumes) {}

    record UsedImage(
            @JsonProperty("ImageID") @Nullable String imageId,
            @Nullable Long size,
            @Nullable Long sharedSize,
            @Nullable Long uniqueSize,
            @Nullable Integer containers) {}

    record UsedContainer(
            @JsonProperty("RWSize") @Nullable Long rwSize,
            @Nullable String status) {}

    record UsedVolume(
            @Nullable Integer links,
            @Nullable Long size,
            @Nullable Long reclaimableSize) {}

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Network(
            String id,
            String name,
            @Nullable String driver,
            @Nullable List<Subnet> subnets,
            @Nullable Boolean internal,
            @Nullable Map<String, String> labels,
            @Nullable String created) {
        Network {
            DaemonWire.given("id", id);
            DaemonWire.given("name", name);
        }
    }

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Subnet(@Nullable String subnet, @Nullable String gateway) {}

    record Pod(
            String id,
            @Nullable String name,
            @Nullable String created,
            @Nullable String state,
            @Nullable String status,
            @Nullable Map<String, String> labels,
            @JsonProperty("InfraId") @Nullable String infraId,
            @JsonProperty("InfraContainerID") @Nullable String infraContainerId,
            @Nullable List<Member> containers) {
        Pod {
            DaemonWire.given("Id", id);
        }
    }

    /** Lists say {@code Names} and {@code Status}, inspections {@code Name} and {@code State}. */
    record Member(
            @Nullable String id,
            @Nullable String name,
            @Nullable String names,
            @Nullable String state,
            @Nullable String status) {}

    /** {@code Errs}: what went wrong with single containers. */
    record PodReport(
            @Nullable String id,
            @Nullable List<JsonNode> errs,
            @JsonProperty("Err") @Nullable JsonNode err) {}

    record AnonymousVolume(
            String name,
            @Nullable Boolean anonymous,
            @Nullable Map<String, String> labels) {
        AnonymousVolume {
            DaemonWire.given("Name", name);
        }
    }
}
