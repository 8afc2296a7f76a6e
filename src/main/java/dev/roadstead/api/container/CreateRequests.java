package dev.roadstead.api.container;

import static dev.roadstead.api.FieldChecks.caused;
import static dev.roadstead.api.FieldChecks.env;
import static dev.roadstead.api.FieldChecks.invalid;
import static dev.roadstead.api.FieldChecks.missing;
import static dev.roadstead.api.FieldChecks.oneOf;
import static dev.roadstead.api.FieldChecks.optional;
import static dev.roadstead.api.FieldChecks.orEmpty;
import static dev.roadstead.api.FieldChecks.present;
import static dev.roadstead.api.FieldChecks.text;
import static dev.roadstead.api.FieldChecks.texts;

import dev.roadstead.api.Addresses;
import dev.roadstead.api.ByteSize;
import dev.roadstead.api.ObjectNames;
import dev.roadstead.api.Times;
import dev.roadstead.api.container.CreateContainerRequest.HealthcheckBody;
import dev.roadstead.api.container.CreateContainerRequest.NetworkRequestBody;
import dev.roadstead.api.container.CreateContainerRequest.PlacementBody;
import dev.roadstead.api.container.CreateContainerRequest.ResourcesBody;
import dev.roadstead.api.container.CreateContainerRequest.SecurityBody;
import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.container.ContainerName;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerSpec.NetworkRequest;
import dev.roadstead.container.Healthcheck;
import dev.roadstead.container.Labels;
import dev.roadstead.container.Mount;
import dev.roadstead.container.Resources;
import dev.roadstead.container.RestartPolicy;
import dev.roadstead.container.SecurityOptions;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.workload.CreateCommand;
import dev.roadstead.workload.Placement;
import dev.roadstead.workload.PullPolicy;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads create requests: every value is checked before an engine is asked. Pure. */
final class CreateRequests {
    private static final Pattern LINUX_CAPABILITY = Pattern.compile("(?:CAP_)?[A-Za-z_]{2,40}");
    private static final int LONGEST_TAG = 128;
    private static final Mount.Type[] MOUNTED = {Mount.Type.BIND, Mount.Type.VOLUME, Mount.Type.TMPFS};

    private CreateRequests() {}

    /**
     * The command a request stands for.
     *
     * @throws ProblemException ({@code validation_error}) naming the first field that makes no sense
     */
    static CreateCommand command(CreateContainerRequest request, CreateCommand.@Nullable Idempotency idempotency) {
        if (request.profiles() != null && !request.profiles().isEmpty()) {
            throw invalid("profiles", request.profiles(), "no profile of that name is configured");
        }
        return new CreateCommand(
                request.engine(),
                placement(request.placement()),
                spec(request),
                tags(request.tags()),
                pull(request.pull()),
                request.registryAuth() == null ? null : request.registryAuth().auth(),
                Boolean.TRUE.equals(request.start()),
                idempotency);
    }

    private static ContainerSpec spec(CreateContainerRequest request) {
        return new ContainerSpec(
                name(request.name()),
                image(request.image()),
                arguments("command", request.command()),
                arguments("entrypoint", request.entrypoint()),
                env("env", request.env()),
                labels(request.labels()),
                optional("working_dir", request.workingDir()),
                optional("user", request.user()),
                optional("hostname", request.hostname()),
                Boolean.TRUE.equals(request.tty()),
                Boolean.TRUE.equals(request.stdinOpen()),
                Ports.mappings(orEmpty(request.ports())),
                mounts(orEmpty(request.mounts())),
                networks(orEmpty(request.networks())),
                resources(request.resources()),
                restartPolicy(request.restartPolicy()),
                healthcheck(request.healthcheck()),
                security(request.security()),
                request.project(),
                pod(request.pod()),
                nativeFields(request.nativeFields()));
    }

    /** Merged last: what would replace our own labels is no engine's field but ours. */
    private static Map<String, Object> nativeFields(@Nullable Map<String, Object> fields) {
        if (fields == null) {
            return Map.of();
        }
        fields.forEach((field, value) -> {
            if (field.equalsIgnoreCase("Labels")) {
                throw ProblemException.invalid(
                        "RESERVED_FIELD", "native." + field, null, "native.%s: use labels".formatted(field));
            }
        });
        return fields;
    }

    private static @Nullable String pod(@Nullable String pod) {
        return pod == null ? null : ObjectNames.checked("pod", pod);
    }

    private static @Nullable ContainerName name(@Nullable String name) {
        if (name == null) {
            return null;
        }
        try {
            return new ContainerName(name);
        } catch (IllegalArgumentException notAName) {
            throw caused(invalid("name", name, "expected: " + ContainerName.FORM), notAName);
        }
    }

    private static String image(@Nullable String image) {
        if (image == null || image.isBlank()) {
            throw ProblemException.invalid("MISSING_IMAGE", "image", image, "image is required");
        }
        if (image.length() > 512 || image.chars().anyMatch(c -> c <= ' ' || c == 127)) {
            throw invalid("image", image, "expected: [registry/]name[:tag][@digest], or an id");
        }
        return image;
    }

    private static @Nullable List<String> arguments(String field, @Nullable List<String> arguments) {
        return arguments == null || arguments.isEmpty() ? null : texts(field, arguments);
    }

    static Map<String, String> labels(@Nullable Map<String, String> labels) {
        if (labels == null) {
            return Map.of();
        }
        labels.forEach((key, value) -> {
            if (Labels.isOwn(key)) {
                throw ProblemException.invalid(
                        "RESERVED_LABEL", "labels", key, "labels: %s is the gateway's own".formatted(key));
            }
            if (key.isBlank()) {
                throw invalid("labels", key, "expected: a key that is not blank");
            }
            text("labels." + key, value);
        });
        return labels;
    }

    static List<String> tags(@Nullable List<String> tags) {
        for (String tag : orEmpty(tags)) {
            text("tags", tag);
            if (tag.isBlank() || tag.length() > LONGEST_TAG) {
                throw invalid("tags", tag, "expected: 1 to %d characters".formatted(LONGEST_TAG));
            }
        }
        return orEmpty(tags);
    }

    private static PullPolicy pull(@Nullable String word) {
        return word == null ? PullPolicy.MISSING : oneOf("pull", word, PullPolicy.values(), PullPolicy::word);
    }

    private static @Nullable Placement placement(@Nullable PlacementBody placement) {
        return placement == null
                ? null
                : new Placement(
                        Set.copyOf(texts("placement.engines", placement.engines())),
                        texts("placement.kinds", placement.kinds()).stream()
                                .map(kind -> oneOf("placement.kinds", kind, EngineKind.values(), EngineKind::word))
                                .collect(Collectors.toSet()));
    }

    private static List<Mount> mounts(List<MountBody> mounts) {
        List<Mount> all = new ArrayList<>();
        for (int i = 0; i < mounts.size(); i++) {
            MountBody mount = present("mounts[%d]".formatted(i), mounts.get(i));
            String field = "mounts[%d].".formatted(i);
            if (mount.type() == null) {
                throw missing(field + "type");
            }
            optional(field + "target", mount.target());
            optional(field + "source", mount.source());
            Mount.Type type = oneOf(field + "type", mount.type(), MOUNTED, Mount.Type::word);
            if (mount.target() == null || !mount.target().startsWith("/")) {
                throw invalid(field + "target", mount.target(), "expected: an absolute path");
            }
            if (type == Mount.Type.BIND
                    && (mount.source() == null || !mount.source().startsWith("/"))) {
                throw invalid(field + "source", mount.source(), "expected: an absolute path of the host");
            }
            if (type == Mount.Type.TMPFS && mount.source() != null) {
                throw invalid(field + "source", mount.source(), "a tmpfs has none");
            }
            all.add(new Mount(type, mount.source(), mount.target(), Boolean.TRUE.equals(mount.readOnly())));
        }
        return all;
    }

    private static List<NetworkRequest> networks(List<NetworkRequestBody> networks) {
        List<NetworkRequest> all = new ArrayList<>();
        for (int i = 0; i < networks.size(); i++) {
            NetworkRequestBody network = present("networks[%d]".formatted(i), networks.get(i));
            String field = "networks[%d].".formatted(i);
            if (network.name() == null || network.name().isBlank()) {
                throw missing(field + "name");
            }
            text(field + "name", network.name());
            all.add(new NetworkRequest(
                    network.name(),
                    Addresses.ipv4(field + "ip", network.ip()),
                    texts(field + "aliases", network.aliases())));
        }
        return all;
    }

    static Resources resources(@Nullable ResourcesBody resources) {
        if (resources == null) {
            return Resources.NONE;
        }
        BigDecimal cpus = resources.cpus();
        if (cpus != null
                && (cpus.scale() > 100 || cpus.signum() <= 0 || cpus.compareTo(BigDecimal.valueOf(4096)) > 0)) {
            throw invalid("resources.cpus", cpus, "expected: more than 0 cores");
        }
        if (resources.pids() != null && resources.pids() < 1) {
            throw invalid("resources.pids", resources.pids(), "expected: 1 or more");
        }
        Integer weight = resources.cpuWeight();
        if (weight != null && (weight < 2 || weight > 262_144)) {
            throw invalid("resources.cpu_weight", weight, "expected: 2 to 262144");
        }
        Long swap = bytes(resources.memorySwap());
        if (swap != null && swap != -1 && swap < 1) {
            throw invalid("resources.memory_swap", swap, "expected: more than 0 bytes, or -1");
        }
        Long memory = bytes(resources.memory());
        if (memory != null && memory < 1) {
            throw invalid("resources.memory", memory, "expected: more than 0 bytes");
        }
        return new Resources(cpus, memory, swap, resources.pids(), weight);
    }

    private static @Nullable Long bytes(@Nullable ByteSize size) {
        return size == null ? null : size.bytes();
    }

    static @Nullable RestartPolicy restartPolicy(@Nullable RestartPolicyBody policy) {
        if (policy == null) {
            return null;
        }
        if (policy.name() == null) {
            throw missing("restart_policy.name");
        }
        RestartPolicy.Name name =
                oneOf("restart_policy.name", policy.name(), RestartPolicy.Name.values(), RestartPolicy.Name::word);
        int retries = policy.maxRetries() == null ? 0 : policy.maxRetries();
        if (retries < 0 || (retries > 0 && name != RestartPolicy.Name.ON_FAILURE)) {
            throw invalid("restart_policy.max_retries", retries, "expected: 0 or more, and only with on-failure");
        }
        return new RestartPolicy(name, retries);
    }

    private static @Nullable Healthcheck healthcheck(@Nullable HealthcheckBody check) {
        if (check == null) {
            return null;
        }
        List<String> test = texts("healthcheck.test", check.test());
        if (test.isEmpty()) {
            throw missing("healthcheck.test");
        }
        boolean sound = switch (test.getFirst()) {
            case "NONE" -> test.size() == 1;
            case "CMD" -> test.size() > 1;
            case "CMD-SHELL" -> test.size() == 2;
            default -> false;
        };
        if (!sound) {
            throw invalid("healthcheck.test", test, "expected: [CMD, …], [CMD-SHELL, line] or [NONE]");
        }
        if (check.retries() != null && check.retries() < 1) {
            throw invalid("healthcheck.retries", check.retries(), "expected: 1 or more");
        }
        return new Healthcheck(
                test,
                Times.seconds("healthcheck.interval", check.interval()),
                Times.seconds("healthcheck.timeout", check.timeout()),
                Times.seconds("healthcheck.start_period", check.startPeriod()),
                check.retries());
    }

    private static SecurityOptions security(@Nullable SecurityBody security) {
        return security == null
                ? SecurityOptions.DEFAULT
                : new SecurityOptions(
                        Boolean.TRUE.equals(security.privileged()),
                        linuxCapabilities("security.cap_add", security.capAdd()),
                        linuxCapabilities("security.cap_drop", security.capDrop()),
                        Boolean.TRUE.equals(security.readOnlyRoot()));
    }

    private static List<String> linuxCapabilities(String field, @Nullable List<String> names) {
        for (String name : texts(field, names)) {
            if (!LINUX_CAPABILITY.matcher(name).matches()) {
                throw invalid(field, name, "expected: a Linux capability such as NET_ADMIN");
            }
        }
        return orEmpty(names);
    }
}
