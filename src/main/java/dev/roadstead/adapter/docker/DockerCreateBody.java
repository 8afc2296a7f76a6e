package dev.roadstead.adapter.docker;

import dev.roadstead.adapter.daemon.Bodies;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerSpec.NetworkRequest;
import dev.roadstead.container.Mount;
import dev.roadstead.container.PortMapping;
import dev.roadstead.container.Resources;
import dev.roadstead.container.RestartPolicy;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A specification as the body of a create (Docker Engine API, ContainerCreate). */
final class DockerCreateBody {
    private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000L);

    private DockerCreateBody() {}

    /** The body.
     *
     * @param allNetworks whether all networks go in; else only the first
     */
    static Map<String, Object> of(ContainerSpec spec, boolean allNetworks) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("Image", spec.image());
        Bodies.put(body, "Cmd", spec.command());
        Bodies.put(body, "Entrypoint", spec.entrypoint());
        body.put(
                "Env",
                spec.env().entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .sorted()
                        .toList());
        body.put("Labels", spec.labels());
        Bodies.put(body, "WorkingDir", spec.workingDir());
        Bodies.put(body, "User", spec.user());
        Bodies.put(body, "Hostname", spec.hostname());
        body.put("Tty", spec.tty());
        body.put("OpenStdin", spec.stdinOpen());
        if (spec.healthcheck() != null) {
            body.put("Healthcheck", Bodies.healthcheck(spec.healthcheck()));
        }
        Map<String, Object> host = hostConfig(spec);
        addPorts(body, host, spec.ports());
        addNetworks(body, host, spec.networks(), allNetworks);
        body.put("HostConfig", host);
        return Bodies.merged(body, spec.nativeFields());
    }

    /** The body of a connect (Docker Engine API, NetworkConnect). */
    static Map<String, Object> connection(ContainerId container, NetworkRequest network) {
        return Map.of("Container", container.value(), "EndpointConfig", endpoint(network));
    }

    static Map<String, Object> restartPolicy(RestartPolicy policy) {
        return Map.of("Name", policy.name().word(), "MaximumRetryCount", policy.maxRetries());
    }

    static long nanoCpus(BigDecimal cpus) {
        return cpus.multiply(NANOS).setScale(0, RoundingMode.HALF_UP).longValue();
    }

    private static Map<String, Object> hostConfig(ContainerSpec spec) {
        Map<String, Object> host = new LinkedHashMap<>();
        if (!spec.mounts().isEmpty()) {
            host.put(
                    "Mounts",
                    spec.mounts().stream().map(DockerCreateBody::mount).toList());
        }
        addResources(host, spec.resources());
        if (spec.restartPolicy() != null) {
            host.put("RestartPolicy", restartPolicy(spec.restartPolicy()));
        }
        if (spec.security().privileged()) {
            host.put("Privileged", true);
        }
        if (!spec.security().capAdd().isEmpty()) {
            host.put("CapAdd", spec.security().capAdd());
        }
        if (!spec.security().capDrop().isEmpty()) {
            host.put("CapDrop", spec.security().capDrop());
        }
        if (spec.security().readOnlyRoot()) {
            host.put("ReadonlyRootfs", true);
        }
        return host;
    }

    private static void addResources(Map<String, Object> host, Resources resources) {
        if (resources.cpus() != null) {
            host.put("NanoCpus", nanoCpus(resources.cpus()));
        }
        Bodies.put(host, "Memory", resources.memory());
        Bodies.put(host, "MemorySwap", resources.memorySwap());
        Bodies.put(host, "PidsLimit", resources.pids());
        Bodies.put(host, "CpuShares", resources.cpuWeight());
    }

    private static Map<String, Object> mount(Mount mount) {
        Map<String, Object> wire = new LinkedHashMap<>();
        wire.put("Type", mount.type().word());
        Bodies.put(wire, "Source", mount.source());
        wire.put("Target", mount.target());
        wire.put("ReadOnly", mount.readOnly());
        return wire;
    }

    private static void addPorts(Map<String, Object> body, Map<String, Object> host, List<PortMapping> ports) {
        if (ports.isEmpty()) {
            return;
        }
        Map<String, Object> exposed = new LinkedHashMap<>();
        Map<String, List<Map<String, String>>> bindings = new LinkedHashMap<>();
        for (PortMapping port : ports) {
            String key = port.container() + "/" + port.protocol().word();
            exposed.put(key, Map.of());
            bindings.computeIfAbsent(key, _ -> new ArrayList<>())
                    .add(Map.of(
                            "HostIp",
                            port.hostIp() == null ? "" : port.hostIp(),
                            // Empty: the daemon chooses one.
                            "HostPort",
                            port.host() == null ? "" : port.host().toString()));
        }
        body.put("ExposedPorts", exposed);
        host.put("PortBindings", bindings);
    }

    private static void addNetworks(
            Map<String, Object> body, Map<String, Object> host, List<NetworkRequest> networks, boolean all) {
        if (networks.isEmpty()) {
            return;
        }
        host.put("NetworkMode", networks.getFirst().name());
        Map<String, Object> endpoints = new LinkedHashMap<>();
        for (NetworkRequest network : all ? networks : networks.subList(0, 1)) {
            endpoints.put(network.name(), endpoint(network));
        }
        body.put("NetworkingConfig", Map.of("EndpointsConfig", endpoints));
    }

    private static Map<String, Object> endpoint(NetworkRequest network) {
        Map<String, Object> endpoint = new LinkedHashMap<>();
        if (network.ip() != null) {
            endpoint.put("IPAMConfig", Map.of("IPv4Address", network.ip()));
        }
        if (!network.aliases().isEmpty()) {
            endpoint.put("Aliases", network.aliases());
        }
        return endpoint;
    }
}
