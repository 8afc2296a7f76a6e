package dev.roadstead.adapter.lxd;

import dev.roadstead.container.ContainerChanges.Limit;
import dev.roadstead.container.Resources;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Limits as keys of an instance's configuration; an empty value takes a key away. Pure. */
final class LxdConfig {
    private static final String CPUS = "limits.cpu";
    private static final String ALLOWANCE = "limits.cpu.allowance";
    private static final String MEMORY = "limits.memory";
    private static final String SWAP = "limits.memory.swap";
    private static final String PROCESSES = "limits.processes";

    private LxdConfig() {}

    /** @throws IllegalArgumentException for what cannot be written so */
    static Map<String, String> of(Resources resources, Set<Limit> lifted) {
        Map<String, String> config = new LinkedHashMap<>();
        BigDecimal cpus = resources.cpus();
        if (cpus != null) {
            if (LxdUnits.isWhole(cpus)) {
                config.put(CPUS, cpus.toBigInteger().toString());
                config.put(ALLOWANCE, "");
            } else {
                String allowance = LxdUnits.allowance(cpus);
                if (allowance == null) {
                    throw new IllegalArgumentException(
                            "cpus: %s (expected: at most three decimals)".formatted(cpus.toPlainString()));
                }
                config.put(CPUS, "");
                config.put(ALLOWANCE, allowance);
            }
        } else if (lifted.contains(Limit.CPUS)) {
            config.put(CPUS, "");
            config.put(ALLOWANCE, "");
        }
        if (resources.memory() != null) {
            config.put(MEMORY, LxdUnits.text(resources.memory()));
        } else if (lifted.contains(Limit.MEMORY)) {
            config.put(MEMORY, "");
        }
        Long swap = resources.memorySwap();
        if (swap != null) {
            config.put(SWAP, swap < 0 ? "true" : "false");
        } else if (lifted.contains(Limit.MEMORY_SWAP)) {
            config.put(SWAP, "");
        }
        if (resources.pids() != null) {
            config.put(PROCESSES, resources.pids().toString());
        } else if (lifted.contains(Limit.PIDS)) {
            config.put(PROCESSES, "");
        }
        return config;
    }

    /** Whether it can be written: swap is only on or off here. */
    static boolean canSwap(Resources resources) {
        Long swap = resources.memorySwap();
        return swap == null || swap < 0 || swap.equals(resources.memory());
    }
}
