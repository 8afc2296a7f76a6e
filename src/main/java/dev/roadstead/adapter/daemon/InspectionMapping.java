package dev.roadstead.adapter.daemon;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.Labels;
import dev.roadstead.container.Mount;
import dev.roadstead.container.NetworkAttachment;
import dev.roadstead.container.PortMapping;
import dev.roadstead.container.Protocol;
import dev.roadstead.container.Resources;
import dev.roadstead.container.RestartPolicy;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a daemon tells of an inspected container, in our words. */
public final class InspectionMapping {
    private static final Set<String> ANY_ADDRESS = Set.of("", "0.0.0.0", "::");
    private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000L);

    private InspectionMapping() {}

    /** An inspected container.
     *
     * @param image what its image brings
     */
    public static Container inspected(DaemonWire.Inspected wire, DaemonWire.Config image) {
        DaemonWire.Config config = wire.config() == null ? DaemonWire.Config.EMPTY : wire.config();
        DaemonWire.HostConfig host = wire.hostConfig();
        return new Container(
                new ContainerId(wire.id()),
                name(wire.name()),
                config.image(),
                wire.image(),
                state(wire.state()),
                Texts.time(wire.created()),
                ownEnv(config.env(), image.env()),
                ownLabels(config.labels(), image.labels()),
                own(config.cmd(), image.cmd()),
                own(config.entrypoint(), image.entrypoint()),
                Texts.blankToNull(config.workingDir()),
                Texts.blankToNull(config.user()),
                Texts.blankToNull(config.hostname()),
                config.tty(),
                inspectedPorts(wire, config),
                mounts(wire.mounts(), host),
                networks(wire.networkSettings()),
                host == null ? null : resources(host),
                host == null ? null : restartPolicy(host.restartPolicy()));
    }

    public static ContainerState state(DaemonWire.@Nullable State wire) {
        if (wire == null || wire.status() == null) {
            return new ContainerState(ContainerStatus.UNKNOWN, "", null, null, null, null);
        }
        ContainerStatus status = status(wire.status());
        boolean told = status != ContainerStatus.CREATED
                && status != ContainerStatus.RUNNING
                && status != ContainerStatus.PAUSED;
        String health = wire.health() == null ? null : wire.health().status();
        return new ContainerState(
                status,
                wire.status(),
                told ? wire.exitCode() : null,
                health == null || health.equals("none") || health.isEmpty() ? null : health,
                Texts.time(wire.startedAt()),
                Texts.time(wire.finishedAt()));
    }

    public static ContainerStatus status(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "created", "configured", "initialized" -> ContainerStatus.CREATED;
            case "running" -> ContainerStatus.RUNNING;
            case "paused" -> ContainerStatus.PAUSED;
            case "restarting" -> ContainerStatus.RESTARTING;
            case "stopping" -> ContainerStatus.STOPPING;
            case "exited", "stopped" -> ContainerStatus.STOPPED;
            case "removing" -> ContainerStatus.REMOVING;
            case "dead" -> ContainerStatus.DEAD;
            default -> ContainerStatus.UNKNOWN;
        };
    }

    private static List<PortMapping> inspectedPorts(DaemonWire.Inspected wire, DaemonWire.Config config) {
        Map<String, @Nullable List<DaemonWire.PortBinding>> all = new LinkedHashMap<>();
        if (config.exposedPorts() != null) {
            config.exposedPorts().keySet().forEach(port -> all.put(port, null));
        }
        // While it does not run, only the request is known.
        if (wire.hostConfig() != null && wire.hostConfig().portBindings() != null) {
            all.putAll(wire.hostConfig().portBindings());
        }
        if (wire.networkSettings() != null && wire.networkSettings().ports() != null) {
            all.putAll(wire.networkSettings().ports());
        }
        Set<PortMapping> ports = new LinkedHashSet<>();
        all.forEach((port, bindings) -> addPorts(ports, port, bindings));
        return inOrder(ports);
    }

    /** A port reads {@code 80/tcp}. */
    private static void addPorts(Set<PortMapping> ports, String port, @Nullable List<DaemonWire.PortBinding> bindings) {
        int slash = port.indexOf('/');
        Integer container = number(slash < 0 ? port : port.substring(0, slash));
        if (container == null) {
            return;
        }
        Protocol protocol = protocol(slash < 0 ? null : port.substring(slash + 1));
        if (bindings == null || bindings.isEmpty()) {
            ports.add(new PortMapping(null, container, protocol, null));
            return;
        }
        for (DaemonWire.PortBinding binding : bindings) {
            ports.add(new PortMapping(number(binding.hostPort()), container, protocol, address(binding.hostIp())));
        }
    }

    /** The twins for IPv4 and IPv6 have become equal already. */
    public static List<PortMapping> inOrder(Set<PortMapping> ports) {
        return ports.stream()
                .sorted(Comparator.comparingInt(PortMapping::container)
                        .thenComparing(PortMapping::protocol)
                        .thenComparingInt(port -> port.host() == null ? 0 : port.host()))
                .toList();
    }

    public static @Nullable String address(@Nullable String ip) {
        return ip == null || ANY_ADDRESS.contains(ip) ? null : ip;
    }

    public static Protocol protocol(@Nullable String word) {
        if (word == null) {
            return Protocol.TCP;
        }
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "udp" -> Protocol.UDP;
            case "sctp" -> Protocol.SCTP;
            default -> Protocol.TCP;
        };
    }

    public static List<Mount> mounts(@Nullable List<DaemonWire.MountPoint> wire, DaemonWire.@Nullable HostConfig host) {
        List<Mount> mounts = new ArrayList<>();
        for (DaemonWire.MountPoint mount : wire == null ? List.<DaemonWire.MountPoint>of() : wire) {
            Mount.Type type = mountType(mount.type());
            String source = switch (type) {
                case VOLUME -> mount.name();
                case TMPFS -> null;
                case BIND, OTHER -> mount.source();
            };
            mounts.add(new Mount(
                    type,
                    Texts.blankToNull(source),
                    mount.destination() == null ? "" : mount.destination(),
                    Boolean.FALSE.equals(mount.writable())));
        }
        // The daemon's list of what is mounted leaves out tmpfs that was never mounted yet.
        if (host != null && host.mounts() != null) {
            for (DaemonWire.RequestedMount asked : host.mounts()) {
                boolean absent =
                        mounts.stream().noneMatch(mount -> mount.target().equals(asked.target()));
                if (asked.target() != null && absent && mountType(asked.type()) == Mount.Type.TMPFS) {
                    mounts.add(
                            new Mount(Mount.Type.TMPFS, null, asked.target(), Boolean.TRUE.equals(asked.readOnly())));
                }
            }
        }
        if (host != null && host.tmpfs() != null) {
            host.tmpfs().forEach((target, options) -> {
                if (mounts.stream().noneMatch(mount -> mount.target().equals(target))) {
                    mounts.add(new Mount(
                            Mount.Type.TMPFS,
                            null,
                            target,
                            List.of(options.split(",", -1)).contains("ro")));
                }
            });
        }
        // The daemon tells them in another order each time.
        mounts.sort(Comparator.comparing(Mount::target));
        return mounts;
    }

    private static Mount.Type mountType(@Nullable String word) {
        return switch (word == null ? "" : word) {
            case "bind" -> Mount.Type.BIND;
            case "volume" -> Mount.Type.VOLUME;
            case "tmpfs" -> Mount.Type.TMPFS;
            default -> Mount.Type.OTHER;
        };
    }

    public static List<NetworkAttachment> networks(DaemonWire.@Nullable NetworkSettings wire) {
        if (wire == null || wire.networks() == null) {
            return List.of();
        }
        List<NetworkAttachment> networks = new ArrayList<>();
        wire.networks()
                .forEach((name, endpoint) -> networks.add(
                        endpoint == null
                                ? new NetworkAttachment(name, null, null, null)
                                : new NetworkAttachment(
                                        name,
                                        Texts.blankToNull(endpoint.ipAddress()),
                                        Texts.blankToNull(endpoint.ipv6Address()),
                                        Texts.blankToNull(endpoint.macAddress()))));
        return networks;
    }

    private static Resources resources(DaemonWire.HostConfig host) {
        Long nanos = positive(host.nanoCpus());
        Long swap = host.memorySwap();
        return new Resources(
                nanos == null ? null : BigDecimal.valueOf(nanos).divide(NANOS).stripTrailingZeros(),
                positive(host.memory()),
                swap == null || swap == 0 ? null : swap,
                positive(host.pidsLimit()),
                host.cpuShares() == null || host.cpuShares() == 0 ? null : host.cpuShares());
    }

    private static @Nullable RestartPolicy restartPolicy(DaemonWire.@Nullable RestartPolicy wire) {
        if (wire == null) {
            return null;
        }
        int retries = wire.maximumRetryCount() == null ? 0 : wire.maximumRetryCount();
        return switch (wire.name() == null ? "" : wire.name()) {
            case "", "no" -> RestartPolicy.NO;
            case "always" -> new RestartPolicy(RestartPolicy.Name.ALWAYS, 0);
            case "unless-stopped" -> new RestartPolicy(RestartPolicy.Name.UNLESS_STOPPED, 0);
            case "on-failure" -> new RestartPolicy(RestartPolicy.Name.ON_FAILURE, retries);
            default -> null;
        };
    }

    /** A container's environment without what its image sets to the same value. */
    private static Map<String, String> ownEnv(@Nullable List<String> env, @Nullable List<String> image) {
        Map<String, String> own = env(env);
        env(image).forEach(own::remove);
        return own;
    }

    public static Map<String, String> env(@Nullable List<String> entries) {
        Map<String, String> env = new LinkedHashMap<>();
        for (String entry : entries == null ? List.<String>of() : entries) {
            int equals = entry.indexOf('=');
            env.put(equals < 0 ? entry : entry.substring(0, equals), equals < 0 ? "" : entry.substring(equals + 1));
        }
        return env;
    }

    private static @Nullable List<String> own(@Nullable List<String> words, @Nullable List<String> image) {
        return words == null || words.isEmpty() || words.equals(image) ? null : words;
    }

    /** Its labels without what its image sets to the same value; ours always stay. */
    private static Map<String, String> ownLabels(
            @Nullable Map<String, String> labels, @Nullable Map<String, String> image) {
        Map<String, String> own = new LinkedHashMap<>(Texts.strings(labels));
        own.entrySet()
                .removeIf(label -> !label.getKey().startsWith(Labels.PREFIX)
                        && label.getValue().equals(Texts.strings(image).get(label.getKey())));
        return own;
    }

    public static String name(@Nullable String wire) {
        return wire == null ? "" : wire.startsWith("/") ? wire.substring(1) : wire;
    }

    public static @Nullable Long positive(@Nullable Long number) {
        return number == null || number <= 0 ? null : number;
    }

    public static @Nullable Integer number(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            int number = Integer.parseInt(text.strip());
            return number <= 0 ? null : number;
        } catch (NumberFormatException nonsense) {
            return null;
        }
    }
}
