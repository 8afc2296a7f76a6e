package dev.roadstead.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Enables, skips or fails what {@link RequiresLab} marks. */
final class LabCondition implements ExecutionCondition {
    private static final Map<String, List<String>> VARIABLES = Map.of(
            "docker", List.of("DOCKER", "DOCKER_TLS", "DOCKER_TCP", "PKI"),
            "podman", List.of("PODMAN", "PODMAN_TLS", "PKI"),
            "lxd", List.of("LXD", "LXD_HTTPS", "LXD_PASSWORD", "SIMPLESTREAMS", "PKI"),
            "newer", List.of("NEWER_DOCKER", "NEWER_PODMAN", "NEWER_COMPOSE", "INCUS", "INCUS_HTTPS", "INCUS_CLIENT"),
            "registry", List.of("REGISTRY", "REGISTRY_AUTH", "REGISTRY_SLOW", "REGISTRY_USER", "REGISTRY_PASSWORD"));

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        List<String> missing = new ArrayList<>();
        context.getElement()
                .flatMap(element -> AnnotationSupport.findAnnotation(element, RequiresLab.class))
                .ifPresent(needs -> {
                    for (String part : needs.value()) {
                        missing.addAll(missing(part));
                    }
                });
        return missing.isEmpty()
                ? ConditionEvaluationResult.enabled("the lab is there")
                : ConditionEvaluationResult.disabled("not set: " + String.join(", ", missing));
    }

    private static List<String> missing(String part) {
        List<String> missing = VARIABLES.getOrDefault(part, List.of(part.toUpperCase(Locale.ROOT))).stream()
                .map(name -> Lab.PREFIX + name)
                .filter(name -> System.getenv(name) == null)
                .toList();
        boolean required = Arrays.asList(Lab.optional("REQUIRE").orElse("").split("[,\\s]+", -1))
                .contains(part);
        if (required && !missing.isEmpty()) {
            throw new IllegalStateException(
                    "%sREQUIRE names %s, but not set: %s".formatted(Lab.PREFIX, part, String.join(", ", missing)));
        }
        return missing;
    }
}
