package dev.roadstead.adapter.lxd;

import dev.roadstead.container.ContainerSpec.NetworkRequest;
import dev.roadstead.container.Mount;
import dev.roadstead.container.PortMapping;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What of a specification becomes devices of an instance. Pure. */
final class LxdDevices {
    /** Where a proxy listens. */
    static final String LISTEN = "listen";

    private LxdDevices() {}

    /** The device of a specification's port. */
    static String port(int at) {
        return "port" + at;
    }

    /** @param pools where each named volume is */
    static Map<String, Map<String, String>> of(
            List<PortMapping> ports, List<Mount> mounts, List<NetworkRequest> networks, Map<String, String> pools) {
        Map<String, Map<String, String>> devices = new LinkedHashMap<>();
        for (int at = 0; at < ports.size(); at++) {
            devices.put(port(at), proxy(ports.get(at)));
        }
        for (int at = 0; at < mounts.size(); at++) {
            devices.put("mount" + at, disk(mounts.get(at), pools));
        }
        for (int at = 0; at < networks.size(); at++) {
            // In the place of the profile's own, which is named so by convention.
            devices.put("eth" + at, nic(networks.get(at), "eth" + at));
        }
        return devices;
    }

    private static Map<String, String> proxy(PortMapping port) {
        String ip = port.hostIp() == null || port.hostIp().isEmpty() ? "0.0.0.0" : port.hostIp();
        String host = ip.contains(":") ? "[" + ip + "]" : ip;
        return Map.of(
                "type",
                "proxy",
                LISTEN,
                "%s:%s:%d".formatted(port.protocol().word(), host, port.host()),
                "connect",
                "%s:127.0.0.1:%d".formatted(port.protocol().word(), port.container()));
    }

    private static Map<String, String> disk(Mount mount, Map<String, String> pools) {
        Map<String, String> disk = new LinkedHashMap<>();
        disk.put("type", "disk");
        disk.put("path", mount.target());
        String source = String.valueOf(mount.source());
        if (mount.type() == Mount.Type.VOLUME) {
            disk.put("pool", pools.getOrDefault(source, "default"));
        }
        disk.put("source", source);
        if (mount.readOnly()) {
            disk.put("readonly", "true");
        }
        return disk;
    }

    /** A network interface on a network that the daemon manages. */
    static Map<String, String> nic(NetworkRequest network, String name) {
        Map<String, String> nic = new LinkedHashMap<>();
        nic.put("type", "nic");
        nic.put("network", network.name());
        nic.put("name", name);
        if (network.ip() != null) {
            nic.put("ipv4.address", network.ip());
        }
        return nic;
    }
}
