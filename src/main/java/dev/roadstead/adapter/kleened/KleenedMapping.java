package dev.roadstead.adapter.kleened;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.Mount;
import dev.roadstead.container.NetworkAttachment;
import dev.roadstead.container.PortMapping;
import dev.roadstead.container.Protocol;
import dev.roadstead.container.Resources;
import dev.roadstead.container.RestartPolicy;
import dev.roadstead.image.Image;
import dev.roadstead.image.ImageLayer;
import dev.roadstead.network.Network;
import dev.roadstead.volume.Volume;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The daemon's words in ours. Pure. */
final class KleenedMapping {
    static final String HOSTNAME = "host.hostname=";
    static final String NULLFS = "nullfs";
    static final String VOLUME = "volume";

    /** Names of volumes that the gateway made up. */
    static final String ANONYMOUS = "roadstead-anonymous-";

    private static final Pattern ID = Pattern.compile("[0-9a-f]{12}");
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,5}):([0-9]{1,5})");
    private static final int MOST_PORTS = 65_535;

    private KleenedMapping() {}

    /** Whether a text has the form of a whole id; parts of ids fit several objects. */
    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** As a list tells it. */
    static Container listed(JsonMapper json, KleenedWire.Container wire, ContainerState state) {
        String id = text(wire.id());
        return new Container(
                new ContainerId(id),
                wire.name() == null || wire.name().isBlank() ? id : wire.name(),
                reference(wire.imageName(), wire.imageTag(), wire.imageId()),
                wire.imageId(),
                state,
                time(wire.created()),
                null,
                OwnEntries.labels(json, wire.env()),
                null,
                null,
                null,
                null,
                hostname(wire),
                null,
                ports(wire.publicPorts()),
                List.of(),
                List.of(),
                null,
                restartPolicy(wire));
    }

    /**
     * As an inspection tells it.
     *
     * @param image its image; null if that is gone
     * @param networks names by id
     */
    static Container inspected(
            JsonMapper json,
            KleenedWire.ContainerInspection inspection,
            KleenedWire.Container wire,
            KleenedWire.@Nullable Image image,
            Map<String, String> networks,
            ContainerState state) {
        String id = text(wire.id());
        List<String> cmd = wire.cmd() == null ? List.of() : wire.cmd();
        int words = Math.min(OwnEntries.entrypoint(wire.env()), cmd.size());
        boolean own = words > 0 || image == null || !cmd.equals(image.cmd());
        List<String> command = cmd.subList(words, cmd.size());
        Resources limits = Rctl.read(wire.jailParam());
        return new Container(
                new ContainerId(id),
                wire.name() == null || wire.name().isBlank() ? id : wire.name(),
                image == null ? wire.imageId() : reference(image.name(), image.tag(), wire.imageId()),
                wire.imageId(),
                state,
                time(wire.created()),
                OwnEntries.env(wire.env(), image == null ? null : image.env()),
                OwnEntries.labels(json, wire.env()),
                own && !command.isEmpty() ? command : null,
                words > 0 ? cmd.subList(0, words) : null,
                null,
                wire.user() == null
                                || wire.user().isBlank()
                                || (image != null && wire.user().equals(image.user()))
                        ? null
                        : wire.user(),
                hostname(wire),
                false,
                ports(wire.publicPorts()),
                mounts(inspection.containerMountpoints()),
                attachments(inspection.containerEndpoints(), networks),
                limits.equals(Resources.NONE) ? null : limits,
                restartPolicy(wire));
    }

    /** {@code neverStarted}: as far as the gateway knows, since the daemon does not tell. */
    static ContainerState state(boolean running, boolean neverStarted) {
        ContainerStatus status =
                running ? ContainerStatus.RUNNING : neverStarted ? ContainerStatus.CREATED : ContainerStatus.STOPPED;
        return new ContainerState(status, running ? "running" : "not running", null, null, null, null);
    }

    private static @Nullable String hostname(KleenedWire.Container wire) {
        List<String> parameters = wire.jailParam() == null ? List.of() : wire.jailParam();
        return parameters.stream()
                .filter(parameter -> parameter.startsWith(HOSTNAME))
                .map(parameter -> parameter.substring(HOSTNAME.length()))
                .reduce((_, last) -> last)
                .orElse(null);
    }

    /** The one that the daemon has beside {@code no} starts containers with it, which is none of ours. */
    private static @Nullable RestartPolicy restartPolicy(KleenedWire.Container wire) {
        return wire.restartPolicy() == null || wire.restartPolicy().equals("no") ? RestartPolicy.NO : null;
    }

    /** Ranges are told port by port; one with an open end is told by its first. */
    static List<PortMapping> ports(@Nullable List<KleenedWire.PublishedPort> wire) {
        List<PortMapping> ports = new ArrayList<>();
        if (wire != null) {
            wire.forEach(port -> addPorts(port, ports));
        }
        return ports;
    }

    private static void addPorts(KleenedWire.PublishedPort wire, List<PortMapping> ports) {
        Protocol protocol = "udp".equals(wire.protocol()) ? Protocol.UDP : Protocol.TCP;
        var host = RANGE.matcher(text(wire.hostPort()));
        if (!host.matches()) {
            Integer inside = port(wire.containerPort());
            if (inside != null) {
                ports.add(new PortMapping(port(wire.hostPort()), inside, protocol, null));
            }
            return;
        }
        String container = text(wire.containerPort());
        int colon = container.indexOf(':');
        Integer first = port(colon < 0 ? container : container.substring(0, colon));
        int from = Integer.parseInt(host.group(1));
        int to = Math.min(MOST_PORTS, Integer.parseInt(host.group(2)));
        for (int offset = 0; first != null && offset <= to - from && first + offset <= MOST_PORTS; offset++) {
            ports.add(new PortMapping(from + offset, first + offset, protocol, null));
        }
    }

    private static @Nullable Integer port(@Nullable String text) {
        try {
            int port = text == null ? 0 : Integer.parseInt(text);
            return port > 0 && port <= MOST_PORTS ? port : null;
        } catch (NumberFormatException none) {
            return null;
        }
    }

    static List<Mount> mounts(@Nullable List<KleenedWire.MountPoint> wire) {
        return wire == null
                ? List.of()
                : wire.stream()
                        .map(mount -> new Mount(
                                mountType(mount.type()),
                                mount.source(),
                                text(mount.destination()),
                                Boolean.TRUE.equals(mount.readOnly())))
                        .toList();
    }

    private static Mount.Type mountType(@Nullable String type) {
        return switch (type) {
            case NULLFS -> Mount.Type.BIND;
            case VOLUME -> Mount.Type.VOLUME;
            case null, default -> Mount.Type.OTHER;
        };
    }

    private static List<NetworkAttachment> attachments(
            @Nullable List<KleenedWire.Endpoint> endpoints, Map<String, String> networks) {
        return endpoints == null
                ? List.of()
                : endpoints.stream()
                        .map(endpoint -> new NetworkAttachment(
                                networks.getOrDefault(text(endpoint.networkId()), text(endpoint.networkId())),
                                blankToNull(endpoint.ipAddress()),
                                blankToNull(endpoint.ipAddress6()),
                                null))
                        .toList();
    }

    /** An image has one name, or none. */
    static Image image(KleenedWire.Image wire) {
        String name = name(wire);
        return new Image(
                text(wire.id()),
                name == null ? List.of() : List.of(name),
                List.of(),
                time(wire.created()),
                null,
                Map.of(),
                "freebsd",
                null,
                wire.cmd(),
                null,
                OwnEntries.variables(wire.env()),
                null,
                blankToNull(wire.user()));
    }

    static @Nullable String name(KleenedWire.Image wire) {
        return wire.name() == null || wire.name().isBlank() ? null : wire.name() + ":" + text(wire.tag());
    }

    /** Its steps, newest first, and below them the image itself where it was not built. */
    static List<ImageLayer> history(KleenedWire.Image wire) {
        List<ImageLayer> layers = new ArrayList<>();
        String name = name(wire);
        if (wire.instructions() != null) {
            for (List<String> step : wire.instructions().reversed()) {
                String snapshot = step.size() > 1 && !step.get(1).isBlank() ? text(wire.id()) + step.get(1) : null;
                layers.add(new ImageLayer(snapshot, null, step.isEmpty() ? "" : step.getFirst(), 0, List.of(), null));
            }
        }
        if (layers.isEmpty()) {
            layers.add(new ImageLayer(text(wire.id()), time(wire.created()), "", 0, List.of(), null));
        }
        ImageLayer newest = layers.getFirst();
        layers.set(
                0,
                new ImageLayer(
                        newest.id(),
                        time(wire.created()),
                        newest.createdBy(),
                        0,
                        name == null ? List.of() : List.of(name),
                        null));
        return layers;
    }

    /** @param endpoints null in lists */
    static Network network(KleenedWire.Network wire, @Nullable List<KleenedWire.Endpoint> endpoints) {
        String gateway = blankToNull(wire.gateway());
        return new Network(
                text(wire.id()),
                text(wire.name()),
                text(wire.type()),
                blankToNull(wire.subnet()),
                gateway == null || gateway.startsWith("<") ? null : gateway,
                Boolean.TRUE.equals(wire.internal()),
                Map.of(),
                null,
                endpoints == null
                        ? null
                        : endpoints.stream()
                                .map(endpoint -> text(endpoint.containerId()))
                                .distinct()
                                .toList());
    }

    static Volume volume(KleenedWire.Volume wire, @Nullable Boolean inUse) {
        return new Volume(text(wire.name()), "zfs", Map.of(), Map.of(), wire.mountpoint(), time(wire.created()), inUse);
    }

    private static @Nullable String reference(@Nullable String name, @Nullable String tag, @Nullable String id) {
        return name == null || name.isBlank() ? id : name + ":" + text(tag);
    }

    static @Nullable Instant time(@Nullable String text) {
        try {
            return text == null || text.isBlank()
                    ? null
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException nonsense) {
            return null;
        }
    }

    static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    static @Nullable String blankToNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }
}
