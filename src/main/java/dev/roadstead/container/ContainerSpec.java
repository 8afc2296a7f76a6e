package dev.roadstead.container;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a container shall be. Null means the image's or the engine's default.
 *
 * @param name null: the engine chooses one
 * @param labels all of them, the gateway's own ({@link Labels}) too
 * @param project LXD's and Incus's name space for instances
 * @param pod the pod it belongs to, by name or id (Podman)
 * @param nativeFields engine-specific fields of the create body, merged last over what the adapter made of the rest
 */
public record ContainerSpec(
        @Nullable ContainerName name,
        String image,
        @Nullable List<String> command,
        @Nullable List<String> entrypoint,
        Map<String, String> env,
        Map<String, String> labels,
        @Nullable String workingDir,
        @Nullable String user,
        @Nullable String hostname,
        boolean tty,
        boolean stdinOpen,
        List<PortMapping> ports,
        List<Mount> mounts,
        List<NetworkRequest> networks,
        Resources resources,
        @Nullable RestartPolicy restartPolicy,
        @Nullable Healthcheck healthcheck,
        SecurityOptions security,
        @Nullable String project,
        @Nullable String pod,
        Map<String, Object> nativeFields) {
    public ContainerSpec {
        command = command == null ? null : List.copyOf(command);
        entrypoint = entrypoint == null ? null : List.copyOf(entrypoint);
        env = Map.copyOf(env);
        labels = Map.copyOf(labels);
        ports = List.copyOf(ports);
        mounts = List.copyOf(mounts);
        networks = List.copyOf(networks);
    }

    /**
     * A network to join.
     *
     * @param ip a fixed IPv4 address; null: the engine chooses
     * @param aliases further names in that network
     */
    public record NetworkRequest(String name, @Nullable String ip, List<String> aliases) {
        public NetworkRequest {
            aliases = List.copyOf(aliases);
        }
    }

    /** A specification of nothing but an image and a command: what tests and tools start from. */
    public static ContainerSpec of(String image, List<String> command) {
        return new ContainerSpec(
                null,
                image,
                command.isEmpty() ? null : command,
                null,
                Map.of(),
                Map.of(),
                null,
                null,
                null,
                false,
                false,
                List.of(),
                List.of(),
                List.of(),
                Resources.NONE,
                null,
                null,
                SecurityOptions.DEFAULT,
                null,
                null,
                Map.of());
    }

    /** The same under this name. */
    public ContainerSpec named(ContainerName newName) {
        return new ContainerSpec(
                newName,
                image,
                command,
                entrypoint,
                env,
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
                project,
                pod,
                nativeFields);
    }

    /** The same with these labels and no others. */
    public ContainerSpec labelled(Map<String, String> newLabels) {
        return new ContainerSpec(
                name,
                image,
                command,
                entrypoint,
                env,
                newLabels,
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
                project,
                pod,
                nativeFields);
    }

    /** The same with these mounts and no others. */
    public ContainerSpec mounted(List<Mount> newMounts) {
        return new ContainerSpec(
                name,
                image,
                command,
                entrypoint,
                env,
                labels,
                workingDir,
                user,
                hostname,
                tty,
                stdinOpen,
                ports,
                newMounts,
                networks,
                resources,
                restartPolicy,
                healthcheck,
                security,
                project,
                pod,
                nativeFields);
    }
}
