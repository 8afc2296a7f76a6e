package dev.roadstead.adapter.simulated;

import java.net.URI;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;

/**
 * What the URI of a simulated engine asks for: {@code simulated:///?containers=20&latency=50ms&fail=list:0.1,start&seed=1}.
 *
 * @param containers how many demonstration containers there are at start; none by default
 * @param latency added to every call, in {@code ms} or {@code s}; none by default
 * @param failures calls by {@link SimulatedCall#word()}, or {@code all}, with the probability of failing (1 by default) after a colon;
 *     they fail as if the engine could not be reached
 * @param seed makes what is random the same in every run
 */
record SimulatedOptions(int containers, Duration latency, Map<SimulatedCall, Double> failures, long seed) {
    private static final int MOST_CONTAINERS = 1_000_000;

    SimulatedOptions {
        failures = Map.copyOf(failures);
    }

    /** Reads the query.
     *
     * @throws IllegalArgumentException for an unknown option or a bad value
     */
    static SimulatedOptions of(URI uri) {
        if (!"simulated".equals(uri.getScheme())) {
            throw new IllegalArgumentException("uri: %s (expected: simulated:///?…)".formatted(uri));
        }
        int containers = 0;
        Duration latency = Duration.ZERO;
        Map<SimulatedCall, Double> failures = new EnumMap<>(SimulatedCall.class);
        long seed = 1;
        String query = uri.getQuery();
        for (String option : query == null ? new String[0] : query.split("&", -1)) {
            int equals = option.indexOf('=');
            String key = equals < 0 ? option : option.substring(0, equals);
            String value = equals < 0 ? "" : option.substring(equals + 1);
            switch (key) {
                case "containers" -> containers = (int) number(key, value, MOST_CONTAINERS);
                case "latency" -> latency = duration(value);
                case "fail" -> failures.putAll(failures(value));
                case "seed" -> seed = number(key, value, Long.MAX_VALUE);
                default ->
                    throw new IllegalArgumentException(
                            "uri: option %s (expected: containers, latency, fail or seed)".formatted(key));
            }
        }
        return new SimulatedOptions(containers, latency, failures, seed);
    }

    private static long number(String key, String value, long most) {
        try {
            long number = Long.parseLong(value);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, with what is expected.
        }
        throw new IllegalArgumentException("%s: %s (expected: 0 to %d)".formatted(key, value, most));
    }

    private static Duration duration(String value) {
        try {
            Duration duration = value.endsWith("ms")
                    ? Duration.ofMillis(Long.parseLong(value.substring(0, value.length() - 2)))
                    : Duration.parse("PT" + value.toUpperCase(Locale.ROOT));
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (NumberFormatException | DateTimeParseException e) {
            // Told below, with what is expected.
        }
        throw new IllegalArgumentException("latency: %s (expected: such as 50ms or 1.5s)".formatted(value));
    }

    private static Map<SimulatedCall, Double> failures(String rules) {
        Map<SimulatedCall, Double> failures = new EnumMap<>(SimulatedCall.class);
        for (String rule : rules.split(",", -1)) {
            int colon = rule.indexOf(':');
            String word = colon < 0 ? rule : rule.substring(0, colon);
            double probability = colon < 0 ? 1 : probability(rule.substring(colon + 1));
            EnumSet<SimulatedCall> calls =
                    word.equals("all") ? EnumSet.allOf(SimulatedCall.class) : EnumSet.of(SimulatedCall.of(word));
            calls.forEach(call -> failures.put(call, probability));
        }
        return failures;
    }

    private static double probability(String value) {
        try {
            double probability = Double.parseDouble(value);
            if (probability >= 0 && probability <= 1) {
                return probability;
            }
        } catch (NumberFormatException e) {
            // Told below, with what is expected.
        }
        throw new IllegalArgumentException("fail: probability %s (expected: 0 to 1)".formatted(value));
    }
}
