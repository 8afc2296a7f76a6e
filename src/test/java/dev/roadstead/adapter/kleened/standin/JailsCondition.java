package dev.roadstead.adapter.kleened.standin;

import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Enables, skips or fails what {@link RequiresJails} marks. */
final class JailsCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String missing = missing();
        if (missing == null) {
            return ConditionEvaluationResult.enabled("jails can be made");
        }
        String required = System.getenv().getOrDefault("ROADSTEAD_TEST_REQUIRE", "");
        if (Arrays.asList(required.split("[,\\s]+", -1)).contains("kleened")) {
            throw new IllegalStateException("ROADSTEAD_TEST_REQUIRE names kleened, but " + missing);
        }
        return ConditionEvaluationResult.disabled("no Kleened stand-in: " + missing);
    }

    /** What this machine lacks, or null. */
    static @Nullable String missing() {
        if (!Files.isExecutable(BaseSystem.BUSYBOX)) {
            return "there is no /bin/busybox (Debian: busybox-static)";
        }
        for (List<String> probe : List.of(
                List.of("script", "--version"),
                Jails.isRoot()
                        ? List.of("unshare", "--mount", "chroot", "/", "/bin/busybox", "true")
                        : List.of("unshare", "--mount", "--map-root-user", "chroot", "/", "/bin/busybox", "true"))) {
            try {
                BaseSystem.output(probe.toArray(String[]::new));
            } catch (RuntimeException failed) {
                return "this does not work here: %s".formatted(failed.getMessage());
            }
        }
        return null;
    }
}
