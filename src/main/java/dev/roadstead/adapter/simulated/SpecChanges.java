package dev.roadstead.adapter.simulated;

import dev.roadstead.container.ContainerChanges;
import dev.roadstead.container.ContainerChanges.Limit;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.Resources;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a specification is after changes. Pure. */
final class SpecChanges {
    private SpecChanges() {}

    static ContainerSpec apply(ContainerSpec spec, ContainerChanges changes) {
        Map<String, String> env = new HashMap<>(spec.env());
        if (changes.env() != null) {
            changes.env()
                    .forEach((name, value) -> value.ifPresentOrElse(set -> env.put(name, set), () -> env.remove(name)));
        }
        return new ContainerSpec(
                spec.name(),
                spec.image(),
                spec.command(),
                spec.entrypoint(),
                env,
                changes.labels() == null ? spec.labels() : changes.labels(),
                spec.workingDir(),
                spec.user(),
                spec.hostname(),
                spec.tty(),
                spec.stdinOpen(),
                spec.ports(),
                spec.mounts(),
                spec.networks(),
                limits(spec.resources(), changes),
                changes.restartPolicy() == null ? spec.restartPolicy() : changes.restartPolicy(),
                spec.healthcheck(),
                spec.security(),
                spec.project(),
                spec.pod(),
                spec.nativeFields());
    }

    private static Resources limits(Resources now, ContainerChanges changes) {
        Resources wanted = changes.resources();
        Set<Limit> lifted = changes.lifted();
        return new Resources(
                chosen(
                        // 0.5 and 0.50 are the same limit.
                        wanted.cpus() != null
                                        && now.cpus() != null
                                        && wanted.cpus().compareTo(now.cpus()) == 0
                                ? now.cpus()
                                : wanted.cpus(),
                        now.cpus(),
                        lifted.contains(Limit.CPUS)),
                chosen(wanted.memory(), now.memory(), lifted.contains(Limit.MEMORY)),
                chosen(wanted.memorySwap(), now.memorySwap(), lifted.contains(Limit.MEMORY_SWAP)),
                chosen(wanted.pids(), now.pids(), lifted.contains(Limit.PIDS)),
                chosen(wanted.cpuWeight(), now.cpuWeight(), lifted.contains(Limit.CPU_WEIGHT)));
    }

    private static <T> @Nullable T chosen(@Nullable T wanted, @Nullable T now, boolean lifted) {
        return wanted != null ? wanted : lifted ? null : now;
    }
}
