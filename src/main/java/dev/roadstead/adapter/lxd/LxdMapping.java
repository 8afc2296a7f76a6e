package dev.roadstead.adapter.lxd;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.Labels;
import dev.roadstead.container.Mount;
import dev.roadstead.container.NetworkAttachment;
import dev.roadstead.container.PortMapping;
import dev.roadstead.container.Protocol;
import dev.roadstead.container.Resources;
import dev.roadstead.container.RestartPolicy;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Instances in the domain's words. Pure. */
final class LxdMapping {
    static final String LABEL = "user.";
    static final String ENVIRONMENT = "environment.";

    /** Where we keep what an instance was made from: the daemon keeps the image's fingerprint only. */
    static final String IMAGE = LABEL + Labels.PREFIX + "image";

    /** Where we keep which labels are empty, a line each: the daemon takes a key without a value for none. */
    static final String EMPTY_LABELS = LABEL + Labels.PREFIX + "empty-labels";

    static final String BASE_IMAGE = "volatile.base_image";
    static final String AUTOSTART = "boot.autostart";
    static final String AUTORESTART = "boot.autorestart";

    /** {@code tcp:0.0.0.0:80}, {@code udp:[::]:53}. */
    private static final Pattern ENDPOINT = Pattern.compile("(tcp|udp):(.*):(\\d{1,5})");

    private static final String TYPE = "type";

    private LxdMapping() {}

    static boolean isContainer(LxdWire.Instance wire) {
        return wire.name() != null && (wire.type() == null || wire.type().equals("container"));
    }

    static InstanceAddress address(LxdWire.Instance wire) {
        return InstanceAddress.of(wire.project(), Objects.requireNonNull(wire.name(), "an instance without a name"));
    }

    /** An instance as a list tells it: without its environment. */
    static Container listed(LxdWire.Instance wire) {
        return container(wire, null, null);
    }

    /**
     * An instance.
     *
     * @param state null if it was not asked for
     */
    static Container inspected(LxdWire.Instance wire, LxdWire.@Nullable State state) {
        return container(wire, below(ENVIRONMENT, config(wire)), state);
    }

    private static Container container(
            LxdWire.Instance wire, @Nullable Map<String, String> env, LxdWire.@Nullable State state) {
        Map<String, String> config = config(wire);
        Map<String, Map<String, String>> devices = devices(wire);
        String name = Objects.requireNonNull(wire.name(), "an instance without a name");
        return new Container(
                address(wire).id(),
                name,
                config.get(IMAGE),
                config.get(BASE_IMAGE),
                state(wire),
                time(wire.createdAt()),
                env,
                labels(config),
                OciProcess.command(config),
                OciProcess.entrypoint(config),
                OciProcess.workingDir(config),
                OciProcess.user(config),
                name,
                null,
                ports(devices),
                mounts(devices),
                networks(config, devices, state),
                resources(config),
                restartPolicy(config));
    }

    static Map<String, String> config(LxdWire.Instance wire) {
        Map<String, String> expanded = wire.expandedConfig() == null ? wire.config() : wire.expandedConfig();
        return expanded == null ? Map.of() : expanded;
    }

    static Map<String, Map<String, String>> devices(LxdWire.Instance wire) {
        Map<String, Map<String, String>> expanded =
                wire.expandedDevices() == null ? wire.devices() : wire.expandedDevices();
        return expanded == null ? Map.of() : expanded;
    }

    static Map<String, String> labels(Map<String, String> config) {
        Map<String, String> labels = below(LABEL, config);
        labels.remove(IMAGE.substring(LABEL.length()));
        labels.remove(DrawnPorts.KEY.substring(LABEL.length()));
        labels.remove(OciProcess.ENTRYPOINT_WORDS.substring(LABEL.length()));
        String empty = labels.remove(EMPTY_LABELS.substring(LABEL.length()));
        if (empty != null) {
            empty.lines().forEach(key -> labels.putIfAbsent(key, ""));
        }
        return labels;
    }

    /** Labels as keys of the configuration. */
    static Map<String, String> written(Map<String, String> labels) {
        Map<String, String> config = new LinkedHashMap<>();
        labels.forEach((key, value) -> {
            if (!value.isEmpty()) {
                config.put(LABEL + key, value);
            }
        });
        String empty = labels.entrySet().stream()
                .filter(label -> label.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .sorted()
                .collect(Collectors.joining("\n"));
        if (!empty.isEmpty()) {
            config.put(EMPTY_LABELS, empty);
        }
        return config;
    }

    private static Map<String, String> below(String prefix, Map<String, String> config) {
        Map<String, String> below = new LinkedHashMap<>();
        config.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                below.put(key.substring(prefix.length()), value);
            }
        });
        return below;
    }

    /** What it is doing; {@code created} is stopped and never used. */
    static ContainerState state(LxdWire.Instance wire) {
        Instant used = time(wire.lastUsedAt());
        boolean neverRan = used == null || used.getEpochSecond() <= 0;
        ContainerStatus status = status(wire.statusCode(), neverRan);
        return new ContainerState(
                status,
                wire.status() == null ? "" : wire.status().toLowerCase(Locale.ROOT),
                null,
                null,
                neverRan || status == ContainerStatus.CREATED ? null : used,
                null);
    }

    /** By the API's status codes (LXD API, status codes). */
    static ContainerStatus status(@Nullable Integer code, boolean neverRan) {
        return switch (code == null ? 0 : code) {
            case 101, 103, 106, 111, 113 -> ContainerStatus.RUNNING;
            case 102 -> neverRan ? ContainerStatus.CREATED : ContainerStatus.STOPPED;
            case 107, 108 -> ContainerStatus.STOPPING;
            case 109, 110 -> ContainerStatus.PAUSED;
            case 112 -> ContainerStatus.ERROR;
            default -> ContainerStatus.UNKNOWN;
        };
    }

    static Resources resources(Map<String, String> config) {
        return new Resources(
                LxdUnits.cpus(config.get("limits.cpu"), config.get("limits.cpu.allowance")),
                LxdUnits.bytes(config.get("limits.memory")),
                null,
                LxdUnits.number(config.get("limits.processes")),
                null);
    }

    private static RestartPolicy restartPolicy(Map<String, String> config) {
        return "true".equals(config.get(AUTORESTART))
                ? new RestartPolicy(RestartPolicy.Name.ALWAYS, 0)
                : RestartPolicy.NO;
    }

    private static List<PortMapping> ports(Map<String, Map<String, String>> devices) {
        List<PortMapping> ports = new ArrayList<>();
        devices.values().forEach(device -> {
            PortMapping port = "proxy".equals(device.get(TYPE)) ? port(device) : null;
            if (port != null) {
                ports.add(port);
            }
        });
        return ports;
    }

    private static @Nullable PortMapping port(Map<String, String> device) {
        Matcher listen = ENDPOINT.matcher(device.getOrDefault("listen", ""));
        Matcher connect = ENDPOINT.matcher(device.getOrDefault("connect", ""));
        String bind = device.getOrDefault("bind", "host");
        if (!listen.matches() || !connect.matches() || !(bind.equals("host") || bind.isEmpty())) {
            // A socket file, a range, or a port of the container's that the host has: nothing that we publish.
            return null;
        }
        String host = listen.group(2).replace("[", "").replace("]", "");
        return new PortMapping(
                Integer.valueOf(listen.group(3)),
                Integer.parseInt(connect.group(3)),
                Protocol.of(listen.group(1)),
                host.equals("0.0.0.0") || host.equals("::") ? null : host);
    }

    private static List<Mount> mounts(Map<String, Map<String, String>> devices) {
        List<Mount> mounts = new ArrayList<>();
        devices.values().forEach(device -> {
            String path = device.get("path");
            if ("disk".equals(device.get(TYPE)) && path != null && !path.equals("/")) {
                mounts.add(new Mount(
                        mountType(device), device.get("source"), path, "true".equals(device.get("readonly"))));
            }
        });
        return mounts;
    }

    private static Mount.Type mountType(Map<String, String> device) {
        String source = device.getOrDefault("source", "");
        if (device.get("pool") != null) {
            return Mount.Type.VOLUME;
        }
        return source.startsWith("/")
                ? Mount.Type.BIND
                : source.startsWith("tmpfs:") ? Mount.Type.TMPFS : Mount.Type.OTHER;
    }

    private static List<NetworkAttachment> networks(
            Map<String, String> config, Map<String, Map<String, String>> devices, LxdWire.@Nullable State state) {
        List<NetworkAttachment> networks = new ArrayList<>();
        devices.forEach((key, device) -> {
            String network = device.getOrDefault("network", device.get("parent"));
            if ("nic".equals(device.get(TYPE)) && network != null) {
                LxdWire.Interface there = state == null || state.network() == null
                        ? null
                        : state.network().get(device.getOrDefault("name", key));
                String mac = there == null || there.hwaddr() == null
                        ? config.getOrDefault("volatile.%s.hwaddr".formatted(key), device.get("hwaddr"))
                        : there.hwaddr();
                networks.add(new NetworkAttachment(network, ip(there, "inet"), ip(there, "inet6"), mac));
            }
        });
        return networks;
    }

    private static @Nullable String ip(LxdWire.@Nullable Interface there, String family) {
        if (there == null || there.addresses() == null) {
            return null;
        }
        return there.addresses().stream()
                .filter(address -> family.equals(address.family()) && "global".equals(address.scope()))
                .map(LxdWire.Address::address)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    static @Nullable Instant time(@Nullable String text) {
        try {
            return text == null || text.isEmpty()
                    ? null
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException unreadable) {
            return null;
        }
    }
}
