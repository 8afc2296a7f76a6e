package dev.roadstead.api.container;

import dev.roadstead.api.FieldChecks;
import dev.roadstead.api.container.CreateContainerRequest.ResourcesBody;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerChanges;
import dev.roadstead.container.ContainerChanges.Limit;
import dev.roadstead.container.ContainerName;
import dev.roadstead.container.Labels;
import dev.roadstead.container.Resources;
import dev.roadstead.container.RestartPolicy;
import dev.roadstead.fleet.Tags;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads update requests: every value is checked before an engine is asked. */
final class UpdateRequests {
    private final JsonMapper json;

    UpdateRequests(JsonMapper json) {
        this.json = json;
    }

    /** A request that makes sense. */
    record Wanted(
            @Nullable ContainerName name,
            Map<String, Optional<String>> env,
            @Nullable List<String> tags,
            @Nullable Map<String, String> labels,
            Resources resources,
            Set<Limit> lifted,
            @Nullable RestartPolicy restartPolicy) {

        /** What it changes about a container; what is so already is left out. */
        ContainerChanges of(Container container) {
            Map<String, String> before = container.env() == null ? Map.of() : container.env();
            Map<String, Optional<String>> different = new HashMap<>(env);
            different
                    .entrySet()
                    .removeIf(entry -> Objects.equals(
                            before.get(entry.getKey()), entry.getValue().orElse(null)));
            Map<String, String> all = allLabels(container.labels());
            return new ContainerChanges(
                    different.isEmpty() ? null : different,
                    all.equals(container.labels()) ? null : all,
                    resources,
                    lifted,
                    restartPolicy);
        }

        /** With the gateway's own, which nobody replaces but by tags. */
        private Map<String, String> allLabels(Map<String, String> before) {
            Map<String, String> all = new HashMap<>(before);
            if (labels != null) {
                all.keySet().removeIf(key -> !Labels.isOwn(key));
                all.putAll(labels);
            }
            if (tags != null && !tags.equals(Tags.of(before))) {
                all.remove(Labels.TAGS);
                if (!tags.isEmpty()) {
                    all.put(Labels.TAGS, Tags.join(tags));
                }
            }
            return all;
        }
    }

    /**
     * Checks a request.
     *
     * @throws ProblemException ({@code validation_error}) naming the first field that makes no sense
     */
    Wanted wanted(UpdateContainerRequest request) {
        Map<String, Optional<String>> env = env(request.env());
        List<String> tags = request.tags() == null ? null : CreateRequests.tags(request.tags());
        Map<String, String> labels = request.labels() == null ? null : CreateRequests.labels(request.labels());
        Map<String, @Nullable JsonNode> limits = request.resources() == null ? Map.of() : request.resources();
        Set<Limit> lifted = EnumSet.noneOf(Limit.class);
        Map<String, JsonNode> set = new LinkedHashMap<>();
        limits.forEach((key, value) -> {
            Limit limit = limit(key);
            if (value == null || value.isNull()) {
                lifted.add(limit);
            } else {
                set.put(key, value);
            }
        });
        Wanted wanted = new Wanted(
                request.name() == null ? null : ContainerActionController.name(request.name()),
                env,
                tags,
                labels,
                resources(set),
                lifted,
                CreateRequests.restartPolicy(request.restartPolicy()));
        refuseWhatIsNeverInPlace(request);
        return wanted;
    }

    private static void refuseWhatIsNeverInPlace(UpdateContainerRequest request) {
        String field = request.image() != null ? "image" : request.ports() != null ? "ports" : null;
        if (field != null) {
            throw new ProblemException(
                    ErrorKind.UNSUPPORTED,
                    "UNSUPPORTED",
                    "%s: not changed in place; make another container".formatted(field),
                    Map.of("field", field, "capability", "update_" + field));
        }
    }

    private static Map<String, Optional<String>> env(@Nullable Map<String, @Nullable String> env) {
        Map<String, Optional<String>> wanted = new LinkedHashMap<>();
        if (env != null) {
            env.forEach((key, value) -> {
                FieldChecks.env("env", Map.of(key, value == null ? "" : value));
                wanted.put(key, Optional.ofNullable(value));
            });
        }
        return wanted;
    }

    private static Limit limit(String key) {
        try {
            Limit limit = Limit.valueOf(key.toUpperCase(Locale.ROOT));
            if (key.equals(limit.name().toLowerCase(Locale.ROOT))) {
                return limit;
            }
        } catch (IllegalArgumentException notOne) {
            throw FieldChecks.caused(unknown(key), notOne);
        }
        throw unknown(key);
    }

    private static ProblemException unknown(String key) {
        return ProblemException.invalid(
                "UNKNOWN_FIELD", "resources." + key, null, "resources.%s: there is no such field".formatted(key));
    }

    private Resources resources(Map<String, JsonNode> set) {
        ResourcesBody all = new ResourcesBody(null, null, null, null, null);
        for (Map.Entry<String, JsonNode> limit : set.entrySet()) {
            ResourcesBody one;
            try {
                one = json.convertValue(Map.of(limit.getKey(), limit.getValue()), ResourcesBody.class);
            } catch (JacksonException | IllegalArgumentException unreadable) {
                throw FieldChecks.caused(
                        FieldChecks.invalid(
                                "resources." + limit.getKey(), limit.getValue(), "expected: a number, or a size"),
                        unreadable);
            }
            all = new ResourcesBody(
                    one.cpus() == null ? all.cpus() : one.cpus(),
                    one.memory() == null ? all.memory() : one.memory(),
                    one.memorySwap() == null ? all.memorySwap() : one.memorySwap(),
                    one.pids() == null ? all.pids() : one.pids(),
                    one.cpuWeight() == null ? all.cpuWeight() : one.cpuWeight());
        }
        return CreateRequests.resources(all);
    }
}
