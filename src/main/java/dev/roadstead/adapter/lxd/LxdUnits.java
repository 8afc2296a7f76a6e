package dev.roadstead.adapter.lxd;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How these daemons write limits ({@code limits.*}) and how we do. Pure. */
final class LxdUnits {
    private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*([A-Za-z]*)");
    private static final Pattern ALLOWANCE = Pattern.compile("(\\d+)ms/(\\d+)ms");

    /** The kernel takes no longer period than a second. */
    private static final BigDecimal LONGEST_PERIOD_MILLIS = BigDecimal.valueOf(1000);

    private static final BigDecimal PERIOD_MILLIS = BigDecimal.valueOf(100);

    private static final Map<String, Long> FACTORS = Map.ofEntries(
            Map.entry("", 1L),
            Map.entry("B", 1L),
            Map.entry("KB", 1000L),
            Map.entry("MB", 1000_000L),
            Map.entry("GB", 1000_000_000L),
            Map.entry("TB", 1000_000_000_000L),
            Map.entry("PB", 1000_000_000_000_000L),
            Map.entry("KIB", 1L << 10),
            Map.entry("MIB", 1L << 20),
            Map.entry("GIB", 1L << 30),
            Map.entry("TIB", 1L << 40),
            Map.entry("PIB", 1L << 50));

    private LxdUnits() {}

    /** Bytes of {@code 512MiB} and the like; null for a share of the host's memory, and for nonsense. */
    static @Nullable Long bytes(@Nullable String text) {
        if (text == null) {
            return null;
        }
        Matcher size = SIZE.matcher(text.strip());
        if (!size.matches()) {
            return null;
        }
        Long factor = FACTORS.get(size.group(2).toUpperCase(Locale.ROOT));
        if (factor == null || size.group(1).length() > 18) {
            return null;
        }
        try {
            return Math.multiplyExact(Long.parseLong(size.group(1)), factor);
        } catch (ArithmeticException tooLarge) {
            return null;
        }
    }

    /** A number of bytes with its unit: a bare one would do as well, but not everywhere. */
    static String text(long bytes) {
        return bytes + "B";
    }

    /** A plain number; null for anything else. */
    static @Nullable Long number(@Nullable String text) {
        return text == null || !text.matches("\\d{1,18}") ? null : Long.valueOf(text);
    }

    /**
     * Cores as {@code limits.cpu} ({@code 2}, {@code 0-1}, {@code 0,3}) and a hard {@code limits.cpu.allowance} ({@code
     * 50ms/100ms}) say; a soft one is no limit.
     */
    static @Nullable BigDecimal cpus(@Nullable String cores, @Nullable String allowance) {
        if (allowance != null) {
            Matcher hard = ALLOWANCE.matcher(allowance);
            if (hard.matches()) {
                BigDecimal period = new BigDecimal(hard.group(2));
                return period.signum() == 0
                        ? null
                        : new BigDecimal(hard.group(1))
                                .divide(period, 3, RoundingMode.HALF_UP)
                                .stripTrailingZeros();
            }
        }
        if (cores == null || cores.isBlank()) {
            return null;
        }
        Long count = number(cores);
        return count != null ? BigDecimal.valueOf(count) : pinned(cores);
    }

    private static @Nullable BigDecimal pinned(String cores) {
        long count = 0;
        for (String part : cores.split(",", -1)) {
            String[] ends = part.strip().split("-", -1);
            Long from = number(ends[0]);
            Long to = number(ends[ends.length - 1]);
            if (from == null || to == null || ends.length > 2 || to < from) {
                return null;
            }
            count += to - from + 1;
        }
        return BigDecimal.valueOf(count);
    }

    /** Whether it is a number of whole cores, for {@code limits.cpu}; else it is a part of time, for {@code limits.cpu.allowance}. */
    static boolean isWhole(BigDecimal cpus) {
        return cpus.stripTrailingZeros().scale() <= 0;
    }

    /** Part of time on the processors; null if it is finer than a thousandth of a core. */
    static @Nullable String allowance(BigDecimal cpus) {
        for (BigDecimal period = PERIOD_MILLIS; ; period = LONGEST_PERIOD_MILLIS) {
            BigDecimal quota = cpus.multiply(period);
            if (isWhole(quota)) {
                return "%dms/%dms".formatted(quota.longValueExact(), period.longValueExact());
            }
            if (period.compareTo(LONGEST_PERIOD_MILLIS) == 0) {
                return null;
            }
        }
    }
}
