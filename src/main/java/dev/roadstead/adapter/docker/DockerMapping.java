package dev.roadstead.adapter.docker;

import dev.roadstead.adapter.daemon.InspectionMapping;
import dev.roadstead.adapter.daemon.Texts;
import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.PortMapping;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the daemon's list tells of containers, in our words. */
final class DockerMapping {
    /** Words of a list's status: {@code Exited (137) 3 minutes ago}, {@code Up 2 hours (healthy)}. */
    private static final Pattern EXIT_CODE = Pattern.compile("^(?:Exited|Restarting|Dead) \\((-?\\d+)\\)");

    private static final Pattern HEALTH = Pattern.compile("\\((?:health: )?(starting|healthy|unhealthy)\\)");

    private DockerMapping() {}

    /** With the labels of its image: filters must find them whether or not that image was looked at before. */
    static Container listed(DockerWire.Listed wire) {
        return new Container(
                new ContainerId(wire.id()),
                ownName(wire.names()),
                wire.image(),
                wire.imageId(),
                listedState(wire),
                wire.created() == null ? null : Instant.ofEpochSecond(wire.created()),
                null,
                Texts.strings(wire.labels()),
                null,
                null,
                null,
                null,
                null,
                null,
                listedPorts(wire.ports()),
                InspectionMapping.mounts(wire.mounts(), null),
                InspectionMapping.networks(wire.networkSettings()),
                null,
                null);
    }

    private static ContainerState listedState(DockerWire.Listed wire) {
        String word = wire.state() == null ? "" : wire.state();
        String text = wire.status() == null ? "" : wire.status();
        Matcher exit = EXIT_CODE.matcher(text);
        Matcher health = HEALTH.matcher(text);
        return new ContainerState(
                InspectionMapping.status(word),
                word,
                exit.find() ? Integer.valueOf(exit.group(1)) : null,
                health.find() ? health.group(1) : null,
                null,
                null);
    }

    private static List<PortMapping> listedPorts(@Nullable List<DockerWire.ListedPort> wire) {
        Set<PortMapping> ports = new LinkedHashSet<>();
        for (DockerWire.ListedPort port : wire == null ? List.<DockerWire.ListedPort>of() : wire) {
            if (port.privatePort() != null && port.privatePort() > 0) {
                Integer host = port.publicPort() == null || port.publicPort() == 0 ? null : port.publicPort();
                ports.add(new PortMapping(
                        host,
                        port.privatePort(),
                        InspectionMapping.protocol(port.type()),
                        host == null ? null : InspectionMapping.address(port.ip())));
            }
        }
        return InspectionMapping.inOrder(ports);
    }

    /** With legacy links there are names such as {@code /other/alias} too, in any order. */
    private static String ownName(@Nullable List<String> names) {
        List<String> all = names == null ? List.of() : names;
        return all.stream()
                .map(InspectionMapping::name)
                .filter(name -> name.indexOf('/') < 0)
                .findFirst()
                .orElseGet(() -> all.isEmpty() ? "" : InspectionMapping.name(all.getFirst()));
    }
}
