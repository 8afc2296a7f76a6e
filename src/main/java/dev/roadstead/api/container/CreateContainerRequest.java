package dev.roadstead.api.container;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.roadstead.api.ByteSize;
import dev.roadstead.api.RegistryAuthBody;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a container shall be. */
@Schema(description = "What a container shall be. Whatever is not given is the image's or the engine's default.")
public record CreateContainerRequest(
        @Schema(
                description = "The engine it goes to; else it is placed, or goes to the default one.",
                example = "local")
        @Nullable
        String engine,

        @Schema(description = "Where it may go if no engine is named: to the one with the fewest containers.") @Nullable
        PlacementBody placement,

        @Schema(
                description = "Its name; the engine chooses one if not given.",
                example = "web",
                pattern = "[a-zA-Z0-9][a-zA-Z0-9_.-]{1,127}")
        @Nullable
        String name,

        @Schema(
                description = "The image it is made from.",
                example = "busybox:latest",
                requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable
        String image,

        @Schema(
                description = "When the image is pulled; missing if not given.",
                example = "missing",
                allowableValues = {"missing", "always", "never"})
        @Nullable
        String pull,

        @Schema(description = "Credentials for the image's registry.") @Nullable
        RegistryAuthBody registryAuth,

        @Schema(description = "The command, one entry for each argument.", example = "[\"sleep\",\"60\"]") @Nullable
        List<String> command,

        @Schema(description = "The entry point, one entry for each argument.", example = "[\"/bin/sh\",\"-c\"]")
        @Nullable
        List<String> entrypoint,

        @Schema(description = "Environment variables.", example = "{\"MODE\":\"production\"}") @Nullable
        Map<String, String> env,

        @Schema(description = "Tags: words to find it by.", example = "[\"blue\"]") @Nullable
        List<String> tags,

        @Schema(description = "Labels; no key may begin with dev.roadstead.", example = "{\"team\":\"shop\"}") @Nullable
        Map<String, String> labels,

        @Schema(description = "The folder its process starts in.", example = "/srv") @Nullable
        String workingDir,

        @Schema(description = "The user its process runs as: name or number, also with a group.", example = "1000:1000")
        @Nullable
        String user,

        @Schema(description = "Its host name.", example = "web") @Nullable
        String hostname,

        @Schema(description = "Whether its process has a terminal; false if not given.", example = "false") @Nullable
        Boolean tty,

        @Schema(description = "Whether its standard input stays open; false if not given.", example = "false") @Nullable
        Boolean stdinOpen,

        @Schema(description = "Ports to publish.") @Nullable List<PortBody> ports,

        @Schema(description = "What is mounted into it.") @Nullable
        List<MountBody> mounts,

        @Schema(description = "Networks it joins: names, or objects that say more.") @Nullable
        List<NetworkRequestBody> networks,

        @Schema(description = "Its limits.") @Nullable ResourcesBody resources,

        @Schema(description = "When the engine restarts it by itself.") @Nullable
        RestartPolicyBody restartPolicy,

        @Schema(description = "How the engine learns whether it is well.") @Nullable
        HealthcheckBody healthcheck,

        @Schema(description = "What it may do to its host.") @Nullable
        SecurityBody security,

        @Schema(description = "Profiles whose defaults apply.", example = "[]") @Nullable
        List<String> profiles,

        @Schema(description = "The project on engines that have projects (LXD, Incus).", example = "default") @Nullable
        String project,

        @Schema(description = "The pod it joins, by name or id, on engines that have pods.", example = "shop") @Nullable
        String pod,

        @Schema(description = "Whether it is started as well; false if not given.", example = "true") @Nullable
        Boolean start,

        @Schema(
                name = "native",
                description = "Fields of the engine's own create body, merged last.",
                example = "{\"HostConfig\":{\"ShmSize\":67108864}}")
        @JsonProperty("native")
        @Nullable
        Map<String, Object> nativeFields) {

    /** Where a container may go. */
    @Schema(name = "Placement", description = "Where a container may go that names no engine.")
    public record PlacementBody(
            @Schema(description = "Any of these engines.", example = "[\"local\"]") @Nullable
            List<String> engines,

            @Schema(description = "Any of these families.", example = "[\"docker\"]") @Nullable
            List<String> kinds) {}

    /** A network to join. */
    @Schema(
            name = "NetworkRequest",
            types = {"object", "string"},
            description = "A network to join: its name, or an object.")
    public record NetworkRequestBody(
            @Schema(description = "The network's name.", example = "backend") @Nullable
            String name,

            @Schema(description = "A fixed IPv4 address there.", example = "10.5.0.10") @Nullable
            String ip,

            @Schema(description = "Further names there.", example = "[\"db\"]") @Nullable
            List<String> aliases) {
        @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
        public NetworkRequestBody {}

        /** Reads a plain name. */
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public static NetworkRequestBody named(String name) {
            return new NetworkRequestBody(name, null, null);
        }
    }

    /** Limits. */
    @Schema(name = "ResourcesRequest", description = "Limits of a container; what is not given is unlimited.")
    public record ResourcesBody(
            @Schema(description = "Processor cores, decimal, more than 0.", example = "1.5") @Nullable
            BigDecimal cpus,

            @Schema(description = "Memory: bytes, or a size such as 512m.", example = "512m") @Nullable
            ByteSize memory,

            @Schema(description = "Memory and swap together; -1: unlimited swap.", example = "1g") @Nullable
            ByteSize memorySwap,

            @Schema(description = "Processes and threads, at least 1.", example = "200") @Nullable
            Long pids,

            @Schema(description = "Share of the processors under load, 2 to 262144.", example = "1024") @Nullable
            Integer cpuWeight) {}

    /** A health check. */
    @Schema(name = "Healthcheck", description = "A command that the engine runs again and again.")
    public record HealthcheckBody(
            @Schema(
                    description = "CMD and arguments, CMD-SHELL and a line for the shell, or NONE.",
                    example = "[\"CMD\",\"true\"]")
            @Nullable
            List<String> test,

            @Schema(description = "Seconds between two runs.", example = "30") @Nullable
            BigDecimal interval,

            @Schema(description = "Seconds until a run counts as failed.", example = "5") @Nullable
            BigDecimal timeout,

            @Schema(description = "Seconds at the start in which failures do not count.", example = "10") @Nullable
            BigDecimal startPeriod,

            @Schema(description = "Failures in a row until it is unhealthy.", example = "3") @Nullable
            Integer retries) {}

    /** What a container may do to its host. */
    @Schema(name = "Security", description = "What a container may do to its host.")
    public record SecurityBody(
            @Schema(description = "Whether it may do everything; false if not given.", example = "false") @Nullable
            Boolean privileged,

            @Schema(description = "Linux capabilities added.", example = "[\"NET_ADMIN\"]") @Nullable
            List<String> capAdd,

            @Schema(description = "Linux capabilities taken away.", example = "[\"CHOWN\"]") @Nullable
            List<String> capDrop,

            @Schema(description = "Whether its root file system is read-only; false if not given.", example = "false")
            @Nullable
            Boolean readOnlyRoot) {}

    /** The same without credentials: what makes two requests the same. */
    CreateContainerRequest withoutCredentials() {
        return new CreateContainerRequest(
                engine,
                placement,
                name,
                image,
                pull,
                null,
                command,
                entrypoint,
                env,
                tags,
                labels,
                workingDir,
                user,
                hostname,
                tty,
                stdinOpen,
                ports,
                mounts,
                networks,
                resources,
                restartPolicy,
                healthcheck,
                security,
                profiles,
                project,
                pod,
                start,
                nativeFields);
    }
}
