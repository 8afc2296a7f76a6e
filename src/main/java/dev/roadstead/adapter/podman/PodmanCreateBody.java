package dev.roadstead.adapter.podman;

import dev.roadstead.adapter.daemon.Bodies;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerSpec.NetworkRequest;
import dev.roadstead.container.Mount;
import dev.roadstead.container.PortMapping;
import dev.roadstead.container.Resources;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A specification as the body of a create (libpod API, ContainerCreateLibpod: SpecGenerator). */
final class PodmanCreateBody {
    /** Microseconds. */
    private static final long PERIOD = 100_000;

    private static final String LIMIT = "limit";

    private PodmanCreateBody() {}

    static Map<String, Object> of(ContainerSpec spec) {
        Map<String, Object> body = new LinkedHashMap<>();
        Bodies.put(body, "name", spec.name() == null ? null : spec.name().value());
        body.put("image", spec.image());
        Bodies.put(body, "command", spec.command());
        Bodies.put(body, "entrypoint", spec.entrypoint());
        body.put("env", spec.env());
        body.put("labels", spec.labels());
        Bodies.put(body, "work_dir", spec.workingDir());
        Bodies.put(body, "user", spec.user());
        Bodies.put(body, "hostname", spec.hostname());
        body.put("terminal", spec.tty());
        body.put("stdin", spec.stdinOpen());
        Bodies.put(body, "pod", spec.pod());
        addPorts(body, spec.ports());
        addMounts(body, spec.mounts());
        addNetworks(body, spec.networks());
        Map<String, Object> limits = limits(spec.resources());
        if (!limits.isEmpty()) {
            body.put("resource_limits", limits);
        }
        if (spec.restartPolicy() != null) {
            body.put("restart_policy", spec.restartPolicy().name().word());
            if (spec.restartPolicy().maxRetries() > 0) {
                body.put("restart_tries", spec.restartPolicy().maxRetries());
            }
        }
        if (spec.healthcheck() != null) {
            body.put("healthconfig", Bodies.healthcheck(spec.healthcheck()));
        }
        if (spec.security().privileged()) {
            body.put("privileged", true);
        }
        body.put("cap_add", spec.security().capAdd());
        body.put("cap_drop", spec.security().capDrop());
        if (spec.security().readOnlyRoot()) {
            body.put("read_only_filesystem", true);
        }
        return Bodies.merged(body, spec.nativeFields());
    }

    /** Limits as the OCI runtime specification words them (config-linux, "Control groups"). */
    static Map<String, Object> limits(Resources resources) {
        Map<String, Object> cpu = new LinkedHashMap<>();
        if (resources.cpus() != null) {
            cpu.put("quota", quota(resources.cpus()));
            cpu.put("period", PERIOD);
        }
        Bodies.put(cpu, "shares", resources.cpuWeight());
        Map<String, Object> memory = new LinkedHashMap<>();
        Bodies.put(memory, LIMIT, resources.memory());
        Bodies.put(memory, "swap", resources.memorySwap());
        Map<String, Object> limits = new LinkedHashMap<>();
        putUnlessEmpty(limits, "cpu", cpu);
        putUnlessEmpty(limits, "memory", memory);
        if (resources.pids() != null) {
            limits.put("pids", Map.of(LIMIT, resources.pids()));
        }
        return limits;
    }

    private static long quota(BigDecimal cpus) {
        return cpus.multiply(BigDecimal.valueOf(PERIOD))
                .setScale(0, RoundingMode.HALF_UP)
                .longValue();
    }

    /** Published ports; without one of the host's, Podman chooses at create. */
    static List<Map<String, Object>> ports(List<PortMapping> ports) {
        List<Map<String, Object>> mappings = new ArrayList<>();
        for (PortMapping port : ports) {
            Map<String, Object> mapping = new LinkedHashMap<>();
            mapping.put("container_port", port.container());
            mapping.put("host_port", port.host() == null ? 0 : port.host());
            mapping.put("protocol", port.protocol().word());
            Bodies.put(mapping, "host_ip", port.hostIp());
            mappings.add(mapping);
        }
        return mappings;
    }

    private static void addPorts(Map<String, Object> body, List<PortMapping> ports) {
        if (!ports.isEmpty()) {
            body.put("portmappings", ports(ports));
        }
    }

    private static void addMounts(Map<String, Object> body, List<Mount> mounts) {
        List<Map<String, Object>> others = new ArrayList<>();
        List<Map<String, Object>> volumes = new ArrayList<>();
        for (Mount mount : mounts) {
            List<String> options = new ArrayList<>();
            if (mount.readOnly()) {
                options.add("ro");
            }
            if (mount.type() == Mount.Type.VOLUME) {
                volumes.add(volume(mount.source(), mount.target(), options));
                continue;
            }
            Map<String, Object> other = new LinkedHashMap<>();
            other.put("type", mount.type().word());
            Bodies.put(other, "source", mount.source());
            other.put("destination", mount.target());
            if (mount.type() == Mount.Type.BIND) {
                options.add("rbind");
            }
            other.put("options", options);
            others.add(other);
        }
        body.put("mounts", others);
        body.put("volumes", volumes);
    }

    /** Keys of a named volume have no tags in libpod, and so begin with capitals. */
    private static Map<String, Object> volume(@Nullable String name, String target, List<String> options) {
        return Map.of("Name", name == null ? "" : name, "Dest", target, "Options", options);
    }

    private static void addNetworks(Map<String, Object> body, List<NetworkRequest> networks) {
        if (networks.isEmpty()) {
            return;
        }
        String first = networks.getFirst().name();
        if (networks.size() == 1 && (first.equals("host") || first.equals("none"))) {
            body.put("netns", Map.of("nsmode", first));
            return;
        }
        body.put("netns", Map.of("nsmode", "bridge"));
        Map<String, Object> joined = new LinkedHashMap<>();
        networks.forEach(network -> joined.put(network.name(), endpoint(network)));
        body.put("networks", joined);
    }

    /** How a container is on a network (libpod API, PerNetworkOptions). */
    static Map<String, Object> endpoint(NetworkRequest network) {
        Map<String, Object> endpoint = new LinkedHashMap<>();
        if (network.ip() != null) {
            endpoint.put("static_ips", List.of(network.ip()));
        }
        if (!network.aliases().isEmpty()) {
            endpoint.put("aliases", network.aliases());
        }
        return endpoint;
    }

    private static void putUnlessEmpty(Map<String, Object> body, String key, Map<String, Object> part) {
        if (!part.isEmpty()) {
            body.put(key, part);
        }
    }
}
