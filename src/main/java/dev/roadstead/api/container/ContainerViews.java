package dev.roadstead.api.container;

import dev.roadstead.api.container.ContainerView.NetworkView;
import dev.roadstead.api.container.ContainerView.ResourcesView;
import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.Labels;
import dev.roadstead.container.Mount;
import dev.roadstead.container.NetworkAttachment;
import dev.roadstead.container.PortMapping;
import dev.roadstead.container.Resources;
import dev.roadstead.container.RestartPolicy;
import dev.roadstead.fleet.Located;
import dev.roadstead.fleet.Tags;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Shows containers. Pure. */
final class ContainerViews {
    private ContainerViews() {}

    static ContainerView view(Located located) {
        return view(located, null);
    }

    static ContainerView view(Located located, @Nullable Boolean changed) {
        Container container = located.container();
        ContainerState state = container.state();
        return new ContainerView(
                located.cuid().value(),
                container.id().value(),
                container.name(),
                located.engine().name().value(),
                located.engine().kind().word(),
                container.image(),
                container.imageId(),
                state.status().word(),
                state.nativeStatus(),
                state.exitCode(),
                container.createdAt(),
                state.startedAt(),
                state.finishedAt(),
                sorted(container.env()),
                Tags.of(container.labels()),
                shown(container.labels()),
                container.command(),
                container.entrypoint(),
                container.workingDir(),
                container.user(),
                container.hostname(),
                container.tty(),
                container.ports().stream().map(ContainerViews::view).toList(),
                container.mounts().stream().map(ContainerViews::view).toList(),
                container.networks().stream().map(ContainerViews::view).toList(),
                view(container.resources()),
                view(container.restartPolicy()),
                state.health(),
                located.isManaged(),
                changed);
    }

    static StatusView status(Located located, ContainerState state) {
        return new StatusView(
                located.cuid().value(),
                state.status().word(),
                state.nativeStatus(),
                state.exitCode(),
                state.health(),
                state.startedAt(),
                state.finishedAt());
    }

    /** A tag of what the container shall be, the same whatever it is doing. */
    static String etag(Located located) {
        Container container = located.container();
        Object[] specification = {
            located.cuid(),
            container.name(),
            container.image(),
            container.imageId(),
            sorted(container.env()),
            sorted(container.labels()),
            container.command(),
            container.entrypoint(),
            container.workingDir(),
            container.user(),
            container.hostname(),
            container.tty(),
            // An engine that chooses a port anew at each start would otherwise change the tag with the state.
            container.ports().stream()
                    .map(port -> port.container() + "/" + port.protocol())
                    .sorted()
                    .distinct()
                    .toList(),
            // Docker tells them in any order.
            container.mounts().stream()
                    .sorted(Comparator.comparing(Mount::target))
                    .toList(),
            container.networks().stream().map(NetworkAttachment::name).sorted().toList(),
            container.resources(),
            container.restartPolicy()
        };
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(Arrays.deepToString(specification).getBytes(StandardCharsets.UTF_8));
            return '"' + HexFormat.of().formatHex(hash, 0, 16) + '"';
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private static @Nullable Map<String, String> sorted(@Nullable Map<String, String> map) {
        return map == null ? null : new TreeMap<>(map);
    }

    static Map<String, String> shown(Map<String, String> labels) {
        Map<String, String> shown = new TreeMap<>(labels);
        shown.keySet().removeIf(Labels::isOwn);
        return shown;
    }

    private static PortBody view(PortMapping port) {
        return new PortBody(port.host(), port.container(), port.protocol().word(), port.hostIp());
    }

    private static MountBody view(Mount mount) {
        return new MountBody(mount.type().word(), mount.source(), mount.target(), mount.readOnly());
    }

    private static NetworkView view(NetworkAttachment network) {
        return new NetworkView(network.name(), network.ip(), network.ipv6(), network.mac());
    }

    private static @Nullable ResourcesView view(@Nullable Resources resources) {
        return resources == null
                ? null
                : new ResourcesView(
                        resources.cpus(),
                        resources.memory(),
                        resources.memorySwap(),
                        resources.pids(),
                        resources.cpuWeight());
    }

    private static @Nullable RestartPolicyBody view(@Nullable RestartPolicy policy) {
        return policy == null ? null : new RestartPolicyBody(policy.name().word(), policy.maxRetries());
    }
}
