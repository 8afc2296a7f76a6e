package dev.roadstead.api;

import dev.roadstead.api.problem.ProblemException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads times and durations of requests. Pure but for the clock it is given. */
public final class Times {
    private static final Pattern UNIX = Pattern.compile("[0-9]{1,11}(\\.[0-9]{1,9})?");
    private static final Pattern BACK = Pattern.compile("(?:[0-9]{1,9}(?:\\.[0-9]{1,9})?(?:ms|[smhdw]))+");
    private static final Pattern PART = Pattern.compile("([0-9.]+)(ms|[smhdw])");
    private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000L);

    /** A hundred years: beyond it arithmetic on times could overflow somewhere. */
    private static final BigDecimal LONGEST =
            BigDecimal.valueOf(Duration.ofDays(36_525).toSeconds());

    /** Digits after the point: what is less than a nanosecond is cut off, but not written out for ever. */
    private static final int LONGEST_FRACTION = 100;

    private Times() {}

    /**
     * A moment: RFC 3339, unix seconds (decimal), or a duration back from now such as {@code 10m} or {@code 1h30m}.
     *
     * @return null for null
     */
    public static @Nullable Instant moment(String field, @Nullable String text, Clock clock) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            if (UNIX.matcher(text).matches()) {
                BigDecimal seconds = new BigDecimal(text);
                return Instant.ofEpochSecond(0).plus(exact(seconds));
            }
            String lower = text.toLowerCase(Locale.ROOT);
            if (BACK.matcher(lower).matches()) {
                return clock.instant().minus(back(lower));
            }
            return OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
        } catch (DateTimeException | ArithmeticException | NumberFormatException unreadable) {
            ProblemException failure = ProblemException.invalid(
                    "INVALID_" + field.toUpperCase(Locale.ROOT),
                    field,
                    text,
                    "%s: %s (expected: RFC 3339, unix seconds, or a duration back such as 10m)".formatted(field, text));
            failure.initCause(unreadable);
            throw failure;
        }
    }

    /**
     * A bound in seconds.
     *
     * @return null for null
     */
    public static @Nullable Duration seconds(String field, @Nullable BigDecimal seconds) {
        if (seconds == null) {
            return null;
        }
        // The scale first: a tiny exponent would take for ever to be written out.
        if (seconds.scale() > LONGEST_FRACTION || seconds.signum() < 0 || seconds.compareTo(LONGEST) > 0) {
            throw ProblemException.invalid(
                    "INVALID_" + field.toUpperCase(Locale.ROOT).replace('.', '_'),
                    field,
                    seconds,
                    "%s: %s (expected: seconds, 0 or more)".formatted(field, seconds));
        }
        return exact(seconds);
    }

    private static Duration exact(BigDecimal seconds) {
        BigInteger[] parts = seconds.multiply(NANOS).toBigInteger().divideAndRemainder(NANOS.toBigInteger());
        return Duration.ofSeconds(parts[0].longValueExact(), parts[1].longValueExact());
    }

    private static Duration back(String text) {
        Duration sum = Duration.ZERO;
        Matcher parts = PART.matcher(text);
        while (parts.find()) {
            BigDecimal unit = switch (parts.group(2)) {
                case "ms" -> new BigDecimal("0.001");
                case "m" -> BigDecimal.valueOf(60);
                case "h" -> BigDecimal.valueOf(3600);
                case "d" -> BigDecimal.valueOf(86_400);
                case "w" -> BigDecimal.valueOf(604_800);
                default -> BigDecimal.ONE;
            };
            sum = sum.plus(exact(new BigDecimal(parts.group(1)).multiply(unit)));
        }
        return sum;
    }
}
