package dev.roadstead.api.container;

import static dev.roadstead.api.FieldChecks.inRange;
import static dev.roadstead.api.FieldChecks.invalid;
import static dev.roadstead.api.FieldChecks.missing;
import static dev.roadstead.api.FieldChecks.oneOf;
import static dev.roadstead.api.FieldChecks.present;

import dev.roadstead.container.PortMapping;
import dev.roadstead.container.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads published ports from requests. Pure. */
public final class Ports {
    private static final Pattern HOST_IP = Pattern.compile("[0-9a-fA-F:.]{2,45}");

    private Ports() {}

    /** The mappings that bodies stand for. */
    public static List<PortMapping> mappings(List<PortBody> ports) {
        List<PortMapping> mappings = new ArrayList<>();
        for (int i = 0; i < ports.size(); i++) {
            PortBody port = present("ports[%d]".formatted(i), ports.get(i));
            String field = "ports[%d].".formatted(i);
            if (port.container() == null) {
                throw missing(field + "container");
            }
            Integer host =
                    port.host() == null || port.host() == 0 ? null : inRange(field + "host", port.host(), 65_535);
            if (port.hostIp() != null && !HOST_IP.matcher(port.hostIp()).matches()) {
                throw invalid(field + "host_ip", port.hostIp(), "expected: an IP address");
            }
            mappings.add(new PortMapping(
                    host,
                    inRange(field + "container", port.container(), 65_535),
                    port.protocol() == null
                            ? Protocol.TCP
                            : oneOf(field + "protocol", port.protocol(), Protocol.values(), Protocol::word),
                    port.hostIp()));
        }
        return mappings;
    }
}
