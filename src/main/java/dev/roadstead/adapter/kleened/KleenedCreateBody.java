package dev.roadstead.adapter.kleened;

import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.Mount;
import dev.roadstead.container.PortMapping;
import dev.roadstead.container.Protocol;
import dev.roadstead.container.RestartPolicy;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A specification as the daemon wants it (POST /containers/create), checked before: the daemon crashes over much that is wrong, ignores
 * the rest, and runs what users and jail parameters say as root on its host.
 */
final class KleenedCreateBody {
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");
    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?");
    private static final Pattern PATH = Pattern.compile("/[^\\p{Cntrl}]*");
    private static final Pattern VARIABLE = Pattern.compile("[^=\\p{Cntrl}]+");
    static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

    /** What an administrator may say in the daemon's own words; the daemon ignores unknown ones silently. */
    private static final Set<String> NATIVE = Set.of(
            "user", "cmd", "network_driver", "mounts", "public_ports", "jail_param", "persist", "restart_policy");

    private static final Set<String> NEVER_NULL = Set.of("network_driver", "mounts", "public_ports");
    private static final String JAIL_PARAM = "jail_param";

    private final KleenedErrors errors;
    private final JsonMapper json;
    private final boolean limits;

    KleenedCreateBody(KleenedSession session) {
        this.errors = session.errors();
        this.json = session.json();
        this.limits = session.settings().kleened().rctlHooks();
    }

    /**
     * The body.
     *
     * @param image its whole id, with the snapshot if one was named
     * @param ports with a host port each
     */
    Map<String, Object> of(ContainerSpec spec, String image, List<PortMapping> ports) {
        Map<String, Object> body = new LinkedHashMap<>();
        if (spec.name() != null) {
            body.put("name", spec.name().value());
        }
        body.put("image", image);
        List<String> cmd = new ArrayList<>();
        int words = spec.entrypoint() == null ? 0 : spec.entrypoint().size();
        if (spec.entrypoint() != null) {
            cmd.addAll(spec.entrypoint());
        }
        if (spec.command() != null) {
            cmd.addAll(spec.command());
        }
        body.put("cmd", cmd);
        body.put("user", spec.user() == null ? "" : spec.user());
        body.put("env", env(spec, words));
        body.put("mounts", spec.mounts().stream().map(KleenedCreateBody::mount).toList());
        body.put("network_driver", "ipnet");
        body.put("public_ports", ports.stream().map(KleenedCreateBody::port).toList());
        body.put(JAIL_PARAM, spec.hostname() == null ? List.of() : List.of(KleenedMapping.HOSTNAME + spec.hostname()));
        // So that a prune by others does not take it unasked.
        body.put("persist", true);
        body.put("restart_policy", "no");
        merge(body, spec.nativeFields());
        return body;
    }

    private List<String> env(ContainerSpec spec, int words) {
        List<String> env = new ArrayList<>();
        spec.env().forEach((name, value) -> env.add(name + '=' + value));
        try {
            env.addAll(OwnEntries.of(json, spec.labels(), words));
        } catch (IllegalArgumentException tooLarge) {
            throw tooLarge(tooLarge);
        }
        return env;
    }

    EngineException tooLarge(IllegalArgumentException tooLarge) {
        return new EngineException.InvalidRequest(
                "INVALID_REQUEST",
                String.valueOf(tooLarge.getMessage()),
                errors.evidence().with("field", "labels"));
    }

    private static Map<String, Object> mount(Mount mount) {
        Map<String, Object> wire = new LinkedHashMap<>();
        wire.put("type", mount.type() == Mount.Type.BIND ? KleenedMapping.NULLFS : KleenedMapping.VOLUME);
        wire.put("source", String.valueOf(mount.source()));
        wire.put("destination", mount.target());
        wire.put("read_only", mount.readOnly());
        return wire;
    }

    private static Map<String, Object> port(PortMapping port) {
        Map<String, Object> wire = new LinkedHashMap<>();
        wire.put("interfaces", List.of());
        wire.put("host_port", String.valueOf(port.host()));
        wire.put("container_port", String.valueOf(port.container()));
        wire.put("protocol", port.protocol().word());
        return wire;
    }

    private void merge(Map<String, Object> body, Map<String, Object> fields) {
        fields.forEach((name, value) -> {
            if (!NATIVE.contains(name)) {
                throw errors.invalid(
                        "native." + name,
                        name,
                        "one of " + NATIVE.stream().sorted().toList());
            }
            if (value == null && NEVER_NULL.contains(name)) {
                throw errors.invalid("native." + name, "null", "a value: the daemon crashes without");
            }
            if (name.equals(JAIL_PARAM) && value instanceof List<?> more) {
                List<Object> all = new ArrayList<>((List<?>) body.getOrDefault(JAIL_PARAM, List.of()));
                all.addAll(more);
                body.put(JAIL_PARAM, all);
            } else {
                body.put(name, value);
            }
        });
    }

    /** Nothing is made of what would be made otherwise than asked for. */
    void check(ContainerSpec spec) {
        refuse(spec.workingDir() != null, Capability.WORKING_DIR, "working_dir", KleenedCapabilities.NO_WORKING_DIR);
        refuse(spec.tty(), Capability.TTY, "tty", KleenedCapabilities.NO_TTY);
        refuse(spec.healthcheck() != null, Capability.HEALTHCHECK, "healthcheck", KleenedCapabilities.NO_HEALTH);
        refuse(spec.security().privileged(), Capability.PRIVILEGED, "privileged", KleenedCapabilities.NO_PRIVILEGES);
        refuse(
                !spec.security().capAdd().isEmpty(),
                Capability.LINUX_CAPABILITIES,
                "cap_add",
                KleenedCapabilities.NO_LINUX_CAPABILITIES);
        refuse(
                !spec.security().capDrop().isEmpty(),
                Capability.LINUX_CAPABILITIES,
                "cap_drop",
                KleenedCapabilities.NO_LINUX_CAPABILITIES);
        refuse(
                spec.security().readOnlyRoot(),
                Capability.READ_ONLY_ROOT,
                "read_only_root",
                KleenedCapabilities.NO_READ_ONLY_ROOT);
        refuse(spec.pod() != null, Capability.PODS, "pod", "Kleened has no pods");
        refuse(spec.project() != null, Capability.PROJECTS, "project", "Kleened has no projects");
        refuse(
                spec.restartPolicy() != null && spec.restartPolicy().name() != RestartPolicy.Name.NO,
                Capability.RESTART_POLICY,
                "restart_policy",
                KleenedCapabilities.NO_RESTART_POLICY);
        checkResources(spec);
        spec.ports().forEach(this::check);
        refuse(
                spec.networks().stream().anyMatch(network -> !network.aliases().isEmpty()),
                Capability.NETWORKS,
                "networks",
                "Kleened gives no names in networks");
        spec.mounts().forEach(this::check);
        spec.env().forEach(this::checkVariable);
        checkValues(spec);
    }

    private void checkResources(ContainerSpec spec) {
        refuse(
                spec.resources().cpuWeight() != null,
                Capability.CPU_WEIGHT,
                "resources.cpu_weight",
                KleenedCapabilities.NO_CPU_WEIGHT);
        refuse(
                !limits && !spec.resources().equals(dev.roadstead.container.Resources.NONE),
                Capability.RESOURCES,
                "resources",
                KleenedCapabilities.NO_LIMITS);
        refuse(
                spec.resources().memorySwap() != null,
                Capability.RESOURCES,
                "resources.memory_swap",
                KleenedCapabilities.NO_SWAP);
    }

    private void check(PortMapping port) {
        refuse(port.protocol() == Protocol.SCTP, Capability.PORTS, "ports", "Kleened publishes TCP and UDP");
        refuse(
                port.hostIp() != null,
                Capability.PORTS,
                "ports.host_ip",
                "Kleened publishes on network interfaces, not on addresses (native public_ports)");
    }

    private void check(Mount mount) {
        refuse(mount.type() == Mount.Type.TMPFS, Capability.MOUNT_TMPFS, "mounts", KleenedCapabilities.NO_TMPFS);
        if (mount.type() == Mount.Type.OTHER) {
            throw errors.invalid("mounts", "other", "bind or volume");
        }
        checkText("mounts.target", mount.target(), PATH, "an absolute path");
        String source = mount.source();
        if (mount.type() == Mount.Type.BIND) {
            checkText("mounts.source", source == null ? "" : source, PATH, "an absolute path of the host");
        } else if (source != null) {
            checkText("mounts.source", source, NAME, NAME.pattern());
        }
    }

    /** A variable that may be set from outside. */
    void checkVariable(String name, String value) {
        checkText("env", name, VARIABLE, "a name without =");
        if (value.indexOf('\0') >= 0) {
            throw errors.invalid("env", "a value with a NUL", "text");
        }
        if (OwnEntries.NAMES.contains(name)) {
            throw errors.invalid("env", name, "none of the gateway's own variables");
        }
    }

    private void checkValues(ContainerSpec spec) {
        checkText("user", spec.user(), USER, USER.pattern());
        checkText("hostname", spec.hostname(), HOST_NAME, "letters, digits, dots and hyphens");
    }

    private void checkText(String field, @Nullable String text, Pattern form, String expected) {
        if (text != null && !form.matcher(text).matches()) {
            throw errors.invalid(field, text, expected);
        }
    }

    private void refuse(boolean asked, Capability capability, String field, String reason) {
        errors.refuse(asked, capability, field, reason);
    }
}
