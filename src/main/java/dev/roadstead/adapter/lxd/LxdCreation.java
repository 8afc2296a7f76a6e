package dev.roadstead.adapter.lxd;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.Mount;
import dev.roadstead.container.PortMapping;
import dev.roadstead.container.Protocol;
import dev.roadstead.container.RestartPolicy;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineRequest;
import java.net.URI;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Makes instances. */
final class LxdCreation {
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{12,64}");

    private final LxdSession session;
    private final DrawnPorts drawn;

    LxdCreation(LxdSession session, LxdInstances instances) {
        this.session = session;
        this.drawn = new DrawnPorts(session, instances);
    }

    Mono<ContainerId> create(ContainerSpec spec) {
        return session.dialect().flatMap(dialect -> {
            check(dialect, spec);
            String project = spec.project() == null ? InstanceAddress.DEFAULT_PROJECT : spec.project();
            return canRun(spec, project)
                    .then(Mono.defer(() -> Mono.zip(drawn.numbered(spec.ports()), pools(spec.mounts(), project))))
                    .flatMap(chosen -> make(spec, project, chosen.getT1(), chosen.getT2()));
        });
    }

    /** Which process runs can be said of OCI images only: the image itself tells whether it is one. */
    private Mono<Void> canRun(ContainerSpec spec, String project) {
        if (!OciProcess.isAsked(spec)) {
            return Mono.empty();
        }
        return fingerprint(spec.image(), project)
                .flatMap(fingerprint -> session.read(
                        LxdCall.CREATE,
                        "image " + spec.image(),
                        EngineRequest.get(
                                LxdTarget.of("images", fingerprint).in(project).toString()),
                        LxdStoreWire.Image.class))
                .doOnNext(image -> {
                    if (!LxdImageMapping.isOci(image)) {
                        OciProcess.refuse(session.errors(), spec, OciProcess.ONLY_OF_OCI);
                    }
                })
                .then();
    }

    private Mono<String> fingerprint(String image, String project) {
        return FINGERPRINT.matcher(image).matches()
                ? Mono.just(image)
                : session.read(
                                LxdCall.CREATE,
                                "image " + image,
                                EngineRequest.get(LxdTarget.of("images", "aliases", image)
                                        .in(project)
                                        .toString()),
                                LxdStoreWire.ImageAlias.class)
                        .map(alias -> Objects.requireNonNullElse(alias.target(), image));
    }

    private Mono<ContainerId> make(
            ContainerSpec spec, String project, List<PortMapping> ports, Map<String, String> pools) {
        Map<String, Object> body = new LinkedHashMap<>();
        if (spec.name() != null) {
            body.put("name", spec.name().value());
        }
        body.put("type", "container");
        body.put("source", source(spec.image()));
        body.put("config", config(spec));
        body.put("devices", LxdDevices.of(ports, spec.mounts(), spec.networks(), pools));
        Map<String, Object> merged = merged(body, spec.nativeFields());
        String subject = spec.name() == null ? "a container" : "container " + spec.name();
        EngineRequest request = EngineRequest.post(
                        LxdTarget.of("instances").in(project).toString())
                .json(session.bytes(merged));
        return session.operation(LxdCall.CREATE, subject, request)
                .map(made -> InstanceAddress.of(project, name(spec, made)).id());
    }

    private String name(ContainerSpec spec, LxdWire.Operation made) {
        if (spec.name() != null) {
            return spec.name().value();
        }
        List<String> paths = made.resources() == null ? null : made.resources().get("instances");
        if (paths == null || paths.isEmpty()) {
            throw session.errors().nonsense("an instance was made that has no name", null);
        }
        String path = URI.create(paths.getFirst()).getPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static Map<String, Object> source(String image) {
        return Map.of("type", "image", FINGERPRINT.matcher(image).matches() ? "fingerprint" : "alias", image);
    }

    private static Map<String, String> config(ContainerSpec spec) {
        Map<String, String> config = new LinkedHashMap<>();
        spec.env().forEach((name, value) -> config.put(LxdMapping.ENVIRONMENT + name, value));
        config.putAll(LxdMapping.written(spec.labels()));
        config.putAll(OciProcess.config(spec));
        config.put(LxdMapping.IMAGE, spec.image());
        config.putAll(DrawnPorts.remembered(spec.ports()));
        LxdConfig.of(spec.resources(), Set.of()).forEach((key, value) -> {
            if (!value.isEmpty()) {
                config.put(key, value);
            }
        });
        if (spec.security().privileged()) {
            config.put("security.privileged", "true");
        }
        if (spec.restartPolicy() != null && spec.restartPolicy().name() == RestartPolicy.Name.ALWAYS) {
            config.putAll(restarting(true));
        }
        return config;
    }

    static Map<String, String> restarting(boolean always) {
        String value = String.valueOf(always);
        return Map.of(LxdMapping.AUTOSTART, value, LxdMapping.AUTORESTART, value);
    }

    /** Nothing is made of what would be made otherwise than asked for. */
    private void check(Dialect dialect, ContainerSpec spec) {
        if (dialect.has(OciProcess.EXTENSION)) {
            OciProcess.check(session.errors(), spec);
        } else {
            OciProcess.refuse(session.errors(), spec, dialect.title() + " runs the init of the image");
        }
        refuse(spec.tty(), Capability.TTY, "tty", "every instance has a console, and nothing else");
        refuse(
                spec.hostname() != null
                        && (spec.name() == null
                                || !spec.hostname().equals(spec.name().value())),
                Capability.HOSTNAME,
                "hostname",
                "the host name is the container's name");
        refuse(
                spec.healthcheck() != null,
                Capability.HEALTHCHECK,
                "healthcheck",
                dialect.title() + " checks no health");
        refuse(
                !spec.security().capAdd().isEmpty(),
                Capability.LINUX_CAPABILITIES,
                "cap_add",
                LxdCapabilities.NO_LINUX_CAPABILITIES);
        refuse(
                !spec.security().capDrop().isEmpty(),
                Capability.LINUX_CAPABILITIES,
                "cap_drop",
                LxdCapabilities.NO_LINUX_CAPABILITIES);
        refuse(
                spec.security().readOnlyRoot(),
                Capability.READ_ONLY_ROOT,
                "read_only_root",
                LxdCapabilities.NO_READ_ONLY_ROOT);
        refuse(spec.pod() != null, Capability.PODS, "pod", dialect.title() + " has no pods");
        refuse(
                spec.resources().cpuWeight() != null,
                Capability.CPU_WEIGHT,
                "resources.cpu_weight",
                LxdCapabilities.NO_CPU_WEIGHT);
        refuse(
                !LxdConfig.canSwap(spec.resources()),
                Capability.RESOURCES,
                "resources.memory_swap",
                LxdCapabilities.NO_SWAP_SIZE);
        refuse(
                !canRestart(dialect, spec.restartPolicy()),
                Capability.RESTART_POLICY,
                "restart_policy",
                LxdCapabilities.NO_RESTART_POLICY);
        for (Mount mount : spec.mounts()) {
            check(mount);
        }
        refuse(
                spec.ports().stream().anyMatch(port -> port.protocol() == Protocol.SCTP),
                Capability.PORTS,
                "ports",
                "proxies are for TCP and UDP");
        refuse(
                spec.networks().stream().anyMatch(network -> !network.aliases().isEmpty()),
                Capability.NETWORKS,
                "networks",
                "names in a network are the containers' names");
        checkValues(session.errors(), spec.env().values());
        if (spec.image().contains("://")) {
            throw new EngineException.InvalidRequest(
                    "INVALID_REFERENCE",
                    "image: %s (expected: an alias or fingerprint%s)"
                            .formatted(
                                    spec.image(),
                                    dialect.has(RemoteImage.OCI)
                                            ? ", or registry/name:tag"
                                            : "; %s has no images of registries".formatted(dialect.title())),
                    session.errors().evidence().with("field", "image"));
        }
        try {
            var _ = LxdConfig.of(spec.resources(), Set.of());
        } catch (IllegalArgumentException unwritable) {
            throw new EngineException.InvalidRequest(
                    "INVALID_REQUEST",
                    String.valueOf(unwritable.getMessage()),
                    session.errors().evidence().with("field", "resources"));
        }
    }

    /** A variable without a value would silently not be there. */
    static void checkValues(LxdErrors errors, Collection<String> values) {
        errors.refuse(values.contains(""), Capability.ENV_EMPTY, "env", LxdCapabilities.NO_EMPTY_VARIABLES);
    }

    static boolean canRestart(Dialect dialect, @Nullable RestartPolicy policy) {
        return policy == null
                || policy.name() == RestartPolicy.Name.NO
                || (policy.name() == RestartPolicy.Name.ALWAYS && dialect.has(LxdCapabilities.AUTORESTART));
    }

    private void check(Mount mount) {
        refuse(mount.type() == Mount.Type.TMPFS, Capability.MOUNT_TMPFS, "mounts", LxdCapabilities.NO_TMPFS);
        refuse(
                mount.type() == Mount.Type.VOLUME && mount.source() == null,
                Capability.MOUNT_VOLUME,
                "mounts",
                "a volume has a name here");
        if (mount.type() == Mount.Type.OTHER) {
            throw new EngineException.InvalidRequest(
                    "INVALID_MOUNT",
                    "a mount's type: other (expected: bind or volume)",
                    session.errors().evidence().with("field", "mounts"));
        }
    }

    private void refuse(boolean asked, Capability capability, String field, String reason) {
        session.errors().refuse(asked, capability, field, reason);
    }

    /** The storage pool of each volume that is to be mounted. */
    private Mono<Map<String, String>> pools(List<Mount> mounts, String project) {
        List<String> volumes = mounts.stream()
                .filter(mount -> mount.type() == Mount.Type.VOLUME)
                .map(Mount::source)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        if (volumes.isEmpty()) {
            return Mono.just(Map.of());
        }
        return session.readList(
                        LxdCall.DAEMON,
                        "the storage pools",
                        EngineRequest.get(LxdTarget.of("storage-pools").toString()),
                        String.class)
                .flatMap(pools -> Flux.fromIterable(volumes)
                        .concatMap(volume -> pool(volume, pools, project).map(pool -> Map.entry(volume, pool)))
                        .collectMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private Mono<String> pool(String volume, List<String> pools, String project) {
        return Flux.fromIterable(pools)
                .map(path -> path.substring(path.lastIndexOf('/') + 1))
                .concatMap(pool -> session.call(
                                LxdCall.VOLUME,
                                "volume " + volume,
                                EngineRequest.get(LxdTarget.of("storage-pools", pool, "volumes", "custom", volume)
                                        .in(project)
                                        .toString()))
                        .thenReturn(pool)
                        .onErrorResume(EngineException.NotFound.class, _ -> Mono.empty()))
                .next()
                .switchIfEmpty(Mono.error(() -> new EngineException.NotFound(
                        "NO_SUCH_VOLUME",
                        "no such volume: " + volume,
                        session.errors().evidence())));
    }

    /** Objects are merged key by key, anything else is replaced. */
    private static Map<String, Object> merged(Map<?, ?> ours, Map<?, ?> theirs) {
        Map<String, Object> all = new LinkedHashMap<>();
        ours.forEach((key, value) -> all.put(String.valueOf(key), value));
        theirs.forEach((key, value) -> {
            String name = String.valueOf(key);
            if (value instanceof Map<?, ?> more && all.get(name) instanceof Map<?, ?> there) {
                all.put(name, merged(there, more));
            } else {
                all.put(name, value);
            }
        });
        return all;
    }
}
