package dev.roadstead.container;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A container as its engine describes it. What an engine does not tell is null; lists tell less than an inspection.
 *
 * @param image the reference it was made from
 * @param imageId the engine's id of that image
 * @param env the container's own, without what merely comes from the image; null in lists
 * @param labels also the gateway's own ({@link Labels}); in lists also those that merely come from the image
 * @param command the container's own; null if it is the image's, or not told
 * @param tty whether its main process has a terminal; null in lists
 */
public record Container(
        ContainerId id,
        String name,
        @Nullable String image,
        @Nullable String imageId,
        ContainerState state,
        @Nullable Instant createdAt,
        @Nullable Map<String, String> env,
        Map<String, String> labels,
        @Nullable List<String> command,
        @Nullable List<String> entrypoint,
        @Nullable String workingDir,
        @Nullable String user,
        @Nullable String hostname,
        @Nullable Boolean tty,
        List<PortMapping> ports,
        List<Mount> mounts,
        List<NetworkAttachment> networks,
        @Nullable Resources resources,
        @Nullable RestartPolicy restartPolicy) {
    public Container {
        env = env == null ? null : Map.copyOf(env);
        labels = Map.copyOf(labels);
        command = command == null ? null : List.copyOf(command);
        entrypoint = entrypoint == null ? null : List.copyOf(entrypoint);
        ports = List.copyOf(ports);
        mounts = List.copyOf(mounts);
        networks = List.copyOf(networks);
    }

    /** The same in another state. */
    public Container inState(ContainerState other) {
        return new Container(
                id,
                name,
                image,
                imageId,
                other,
                createdAt,
                env,
                labels,
                command,
                entrypoint,
                workingDir,
                user,
                hostname,
                tty,
                ports,
                mounts,
                networks,
                resources,
                restartPolicy);
    }
}
