package dev.roadstead.adapter.podman;

import dev.roadstead.adapter.daemon.DaemonWire;
import dev.roadstead.adapter.daemon.InspectionMapping;
import dev.roadstead.adapter.daemon.Texts;
import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.NetworkAttachment;
import dev.roadstead.container.PortMapping;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What Podman tells of containers, in our words. */
final class PodmanMapping {
    /** What Podman adds to every environment by itself; its own word for what it is, too. */
    private static final List<String> ADDED = List.of("container=podman", "container=oci", "TERM=xterm");

    /** Of root, and of who has none in the image. */
    private static final List<String> HOMES = List.of("HOME=/root", "HOME=/");

    private PodmanMapping() {}

    /** An inspection as Docker would give it. */
    static DaemonWire.Inspected sense(DaemonWire.Inspected wire) {
        DaemonWire.Config config = wire.config();
        if (config == null) {
            return wire;
        }
        return new DaemonWire.Inspected(
                wire.id(),
                wire.created(),
                wire.state(),
                wire.image(),
                wire.name(),
                wire.path(),
                wire.args(),
                wire.isInfra(),
                wire.pod(),
                wire.hostConfig(),
                wire.mounts(),
                new DaemonWire.Config(
                        config.hostname(),
                        config.user(),
                        config.tty(),
                        config.openStdin(),
                        config.stdinOnce(),
                        env(config),
                        config.cmd(),
                        entrypoint(wire, config),
                        config.image(),
                        config.workingDir(),
                        config.labels(),
                        config.exposedPorts(),
                        config.stopTimeout(),
                        config.healthcheck()),
                wire.networkSettings());
    }

    private static @Nullable List<String> env(DaemonWire.Config config) {
        List<String> env = config.env();
        return env == null
                ? null
                : env.stream()
                        .filter(entry -> !ADDED.contains(entry)
                                && !entry.equals("HOSTNAME=" + config.hostname())
                                && !HOMES.contains(entry))
                        .toList();
    }

    /**
     * A list from 5.0 on, before a text in which the words' borders are lost; then what runs tells them, which is the entrypoint and
     * the command after it.
     */
    private static @Nullable List<String> entrypoint(DaemonWire.Inspected wire, DaemonWire.Config config) {
        List<String> told = config.entrypoint();
        if (told == null || told.size() != 1) {
            return told;
        }
        if (told.getFirst().isEmpty()) {
            return null;
        }
        List<String> whole = new ArrayList<>();
        if (wire.path() != null) {
            whole.add(wire.path());
        }
        if (wire.args() != null) {
            whole.addAll(wire.args());
        }
        List<String> command = config.cmd() == null ? List.of() : config.cmd();
        int border = whole.size() - command.size();
        if (border > 0 && whole.subList(border, whole.size()).equals(command)) {
            List<String> before = whole.subList(0, border);
            if (String.join(" ", before).equals(told.getFirst())) {
                return List.copyOf(before);
            }
        }
        return told;
    }

    static Container listed(PodmanWire.Listed wire) {
        return new Container(
                new ContainerId(wire.id()),
                wire.names() == null || wire.names().isEmpty()
                        ? ""
                        : wire.names().getFirst(),
                wire.image(),
                wire.imageId(),
                state(wire),
                Texts.time(wire.created()),
                null,
                Texts.strings(wire.labels()),
                null,
                null,
                null,
                null,
                null,
                null,
                ports(wire.ports()),
                List.of(),
                networks(wire.networks()),
                null,
                null);
    }

    private static ContainerState state(PodmanWire.Listed wire) {
        String word = wire.state() == null ? "" : wire.state();
        ContainerStatus status = InspectionMapping.status(word);
        boolean ended = status == ContainerStatus.STOPPED;
        return new ContainerState(
                status,
                word,
                ended ? wire.exitCode() : null,
                null,
                time(wire.startedAt()),
                ended ? time(wire.exitedAt()) : null);
    }

    private static @Nullable Instant time(@Nullable Long seconds) {
        return seconds == null || seconds <= 0 ? null : Instant.ofEpochSecond(seconds);
    }

    private static List<PortMapping> ports(@Nullable List<PodmanWire.ListedPort> wire) {
        Set<PortMapping> ports = new LinkedHashSet<>();
        for (PodmanWire.ListedPort port : wire == null ? List.<PodmanWire.ListedPort>of() : wire) {
            int range = port.range() == null ? 1 : Math.max(1, port.range());
            for (int at = 0; at < range && port.containerPort() != null; at++) {
                Integer host = port.hostPort() == null || port.hostPort() == 0 ? null : port.hostPort() + at;
                String protocol = port.protocol();
                ports.add(new PortMapping(
                        host,
                        port.containerPort() + at,
                        InspectionMapping.protocol(protocol),
                        host == null ? null : InspectionMapping.address(port.hostIp())));
            }
        }
        return InspectionMapping.inOrder(ports);
    }

    private static List<NetworkAttachment> networks(@Nullable List<String> names) {
        return names == null
                ? List.of()
                : names.stream()
                        .map(name -> new NetworkAttachment(name, null, null, null))
                        .toList();
    }
}
