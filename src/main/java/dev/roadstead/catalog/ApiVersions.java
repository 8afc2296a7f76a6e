package dev.roadstead.catalog;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Versions such as {@code 1.41}, {@code 4.3.1} and {@code 6.0.0-dev}, by their numbers. */
final class ApiVersions {
    /** Numbers first; what is not released yet comes before its release. */
    static final Comparator<String> ORDER = ApiVersions::compare;

    private static final int SERIES = 2;

    private ApiVersions() {}

    /** The newest that is not of a later series than this one: what only mends things has the same API. */
    static Optional<String> newestUpTo(String version, List<String> versions) {
        return versions.stream()
                .filter(known -> compareNumbers(known, version, SERIES) <= 0)
                .max(ORDER);
    }

    /** Whether both are of one series: {@code 4.3.0} and {@code 4.3.1}. */
    static boolean areOfOneSeries(String one, String other) {
        return compareNumbers(one, other, SERIES) == 0;
    }

    /** That version, with or without a {@code v}, or the newest of those that begin so: {@code 4.3} is {@code 4.3.1}. */
    static Optional<String> named(String given, List<String> versions) {
        String wanted = given.startsWith("v") ? given.substring(1) : given;
        return versions.contains(wanted)
                ? Optional.of(wanted)
                : versions.stream()
                        .filter(known -> known.startsWith(wanted + ".") || known.startsWith(wanted + "-"))
                        .max(ORDER);
    }

    private static int compare(String one, String other) {
        int byNumbers = compareNumbers(one, other, Integer.MAX_VALUE);
        return byNumbers != 0 ? byNumbers : Boolean.compare(one.indexOf('-') < 0, other.indexOf('-') < 0);
    }

    private static int compareNumbers(String one, String other, int most) {
        String[] left = numbers(one);
        String[] right = numbers(other);
        for (int at = 0; at < Math.min(most, Math.max(left.length, right.length)); at++) {
            int difference = Long.compare(number(left, at), number(right, at));
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }

    private static String[] numbers(String version) {
        return version.split("[-+~]", 2)[0].split("\\.", -1);
    }

    private static long number(String[] parts, int at) {
        return at < parts.length && parts[at].matches("[0-9]{1,9}") ? Long.parseLong(parts[at]) : 0;
    }
}
