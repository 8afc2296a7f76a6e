package dev.roadstead.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.roadstead.api.problem.UnreadableValueException;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A size in a request: a whole number of bytes, or a text such as {@code 512m} in binary units ({@code b k m g t}). */
@Schema(
        types = {"integer", "string"},
        description = "Bytes, or a text with a binary unit (b, k, m, g, t).",
        example = "512m")
public record ByteSize(long bytes) {
    private static final Pattern FORM =
            Pattern.compile("(-1|[0-9]{1,18}(?:\\.[0-9]{1,6})?)\\s?(?:([kmgt])(?:i?b)?|b)?");

    // Never read as an object: only the two forms below are.
    @JsonCreator(mode = JsonCreator.Mode.DISABLED)
    public ByteSize {}

    /** Reads a number of bytes. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static ByteSize of(long bytes) {
        return new ByteSize(bytes);
    }

    /** Reads a text. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static ByteSize of(String text) {
        Matcher form = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!form.matches()) {
            throw unreadable(text);
        }
        String unit = form.group(2);
        int shift = unit == null ? 0 : 10 * (1 + "kmgt".indexOf(unit));
        try {
            return new ByteSize(new BigDecimal(form.group(1))
                    .multiply(BigDecimal.valueOf(1L << shift))
                    .longValueExact());
        } catch (ArithmeticException notWholeOrTooLarge) {
            throw unreadable(text, notWholeOrTooLarge);
        }
    }

    private static UnreadableValueException unreadable(String text) {
        return new UnreadableValueException(text, "%s (expected: bytes, or a size such as 512m or 4g)".formatted(text));
    }

    private static UnreadableValueException unreadable(String text, Throwable cause) {
        UnreadableValueException failure = unreadable(text);
        failure.initCause(cause);
        return failure;
    }
}
