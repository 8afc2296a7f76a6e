package dev.roadstead.adapter.kleened;

import dev.roadstead.container.ContainerChanges;
import dev.roadstead.container.Resources;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Limits as rules of {@code rctl(8)}, set by a command that {@code jail(8)} runs as root on the host when the jail is made. A jail's name
 * is its container's id, so that they are written once that is known.
 */
final class Rctl {
    private static final String PARAMETER = "exec.created=";
    private static final String PROGRAM = "/usr/bin/rctl";
    private static final Pattern MEMORY = Pattern.compile(":memoryuse:deny=([0-9]+)");
    private static final Pattern PROCESSES = Pattern.compile(":maxproc:deny=([0-9]+)");
    private static final Pattern PERCENT = Pattern.compile(":pcpu:deny=([0-9]+)");
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private Rctl() {}

    /** Whether a jail parameter sets limits of ours. */
    static boolean isOurs(String parameter) {
        return parameter.startsWith(PARAMETER + PROGRAM);
    }

    /** The jail parameters with these limits instead of those there were. */
    static List<String> replaced(@Nullable List<String> parameters, String container, Resources limits) {
        List<String> all = new ArrayList<>(parameters == null ? List.of() : parameters);
        all.removeIf(Rctl::isOurs);
        if (!limits.equals(Resources.NONE)) {
            all.add(parameter(container, limits));
        }
        return all;
    }

    /** What is left of an earlier run goes first: there may be a rule that is lifted now. */
    private static String parameter(String container, Resources limits) {
        String jail = "jail:" + container;
        StringBuilder command = new StringBuilder(PARAMETER)
                .append(PROGRAM)
                .append(" -r ")
                .append(jail)
                .append(" 2>/dev/null");
        if (limits.memory() != null) {
            add(command, jail, "memoryuse", limits.memory());
        }
        if (limits.pids() != null) {
            add(command, jail, "maxproc", limits.pids());
        }
        if (limits.cpus() != null) {
            add(
                    command,
                    jail,
                    "pcpu",
                    limits.cpus()
                            .multiply(HUNDRED)
                            .setScale(0, RoundingMode.CEILING)
                            .longValueExact());
        }
        return command.toString();
    }

    private static void add(StringBuilder command, String jail, String resource, long amount) {
        command.append("; ")
                .append(PROGRAM)
                .append(" -a ")
                .append(jail)
                .append(':')
                .append(resource)
                .append(":deny=")
                .append(amount);
    }

    /** The limits among jail parameters. */
    static Resources read(@Nullable List<String> parameters) {
        if (parameters == null) {
            return Resources.NONE;
        }
        for (String parameter : parameters) {
            if (isOurs(parameter)) {
                Long percent = number(PERCENT, parameter);
                return new Resources(
                        percent == null ? null : BigDecimal.valueOf(percent).divide(HUNDRED),
                        number(MEMORY, parameter),
                        null,
                        number(PROCESSES, parameter),
                        null);
            }
        }
        return Resources.NONE;
    }

    /** These limits, changed. */
    static Resources changed(Resources before, Resources wanted, Set<ContainerChanges.Limit> lifted) {
        return new Resources(
                lifted.contains(ContainerChanges.Limit.CPUS) ? null : or(wanted.cpus(), before.cpus()),
                lifted.contains(ContainerChanges.Limit.MEMORY) ? null : or(wanted.memory(), before.memory()),
                null,
                lifted.contains(ContainerChanges.Limit.PIDS) ? null : or(wanted.pids(), before.pids()),
                null);
    }

    private static <T> @Nullable T or(@Nullable T one, @Nullable T other) {
        return one != null ? one : other;
    }

    private static @Nullable Long number(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? Long.valueOf(found.group(1)) : null;
    }
}
